"""Alerts on their way into `operations.db`: written in a thread, as the monitor's loop waits for no disk."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from orchestrator.monitor.alerts import Order, Raise
from services.shared.errors import DatabaseError
from services.shared.logs import Logger
from services.shared.metrics.figures import Figures
from services.shared.operations import Alerts, Trouble

READ_EVERY_S = 30.0
"""Should the file have been replaced, what fires is raised in the new one as well."""

AGAIN_AFTER_S = 5.0
"""When it could not be read or written."""

LOST_AFTER_S = 90.0
"""Alerts that could not be kept for so long reach nobody: that has to be noticed from outside."""

ENDS_WITHIN_S = 1.0


class Bulletin:
    """`firing` is what fires, by key, as it was read last; None before the first time."""

    def __init__(self, path: Path, log: Logger, figures: Figures) -> None:
        self._path = path
        self._log = log
        self._figures = figures
        self._thread: threading.Thread | None = None
        self._read_next_s = 0.0
        self._kept_s: float | None = None
        """The last time at which it went well, or the first at which it was tried."""
        self._failure = ""
        self.firing: Mapping[str, Trouble] | None = None

    def tend(self, orders: Sequence[Order], now_s: float) -> None:
        """Have `orders` carried out, and what fires read again when it is due. Returns at once.

        While the thread is at work they are dropped: whoever decides gives them again as long as they are due.
        """
        self._kept_s = now_s if self._kept_s is None else self._kept_s
        if self._thread is not None and self._thread.is_alive():
            return
        if now_s < self._read_next_s and (not orders or self._failure):
            return
        self._read_next_s = now_s + READ_EVERY_S
        self._thread = threading.Thread(target=self._work, args=(list(orders), now_s), name="alerts", daemon=True)
        self._thread.start()

    def keeps(self, now_s: float) -> bool:
        """False once alerts could not be kept for a while, whether the file is damaged, full or does not answer."""
        return self._kept_s is None or now_s - self._kept_s <= LOST_AFTER_S

    def close(self) -> None:
        """Waits a moment for what is being written."""
        if self._thread is not None:
            self._thread.join(ENDS_WITHIN_S)

    def _work(self, orders: Sequence[Order], now_s: float) -> None:
        try:
            alerts = Alerts(self._path)
            try:
                self._carry_out(alerts, orders)
                firing = alerts.firing()
            finally:
                alerts.close()
        except DatabaseError as error:
            if str(error) != self._failure:
                self._failure = str(error)
                self._log.error("alerts_failed", error=self._failure)
            self._read_next_s = time.monotonic() + AGAIN_AFTER_S
            return
        self._failure = ""
        self._kept_s = now_s
        self.firing = {alert.key: alert.trouble for alert in firing}

    def _carry_out(self, alerts: Alerts, orders: Sequence[Order]) -> None:
        for order in orders:
            at_ms = time.time_ns() // 1_000_000
            if isinstance(order, Raise):
                alert = alerts.raise_(order.key, order.trouble, at_ms)
                if alert is not None:
                    is_new = alert.started_at_ms == alert.changed_at_ms
                    self._figures.alert_changed(order.trouble.name, "raised" if is_new else "changed")
                    self._log.warning("alert_raised", key=order.key, severity=order.trouble.severity)
            elif (alert := alerts.resolve(order.key, at_ms)) is not None:
                self._figures.alert_changed(alert.trouble.name, "resolved")
                self._log.info("alert_resolved", key=order.key)
