"""The monitor's thread that delivers: looks what is to be said, has it sent, writes down what arrived.

The loop of the monitor waits for none of it. What is under way stands in the outbox, so another monitor goes on where
this one ended; a message that was being sent then is sent again, and may come twice.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass

from orchestrator.monitor.delivery.addresses import Address, addresses
from orchestrator.monitor.delivery.courier import Courier
from orchestrator.monitor.delivery.errands import Errand, Report
from orchestrator.monitor.delivery.message import message_of
from orchestrator.monitor.delivery.policy import LONGEST_RETRY_MS, Rules, Send, decide, next_try_ms
from services.shared.errors import DatabaseError
from services.shared.logs import Logger
from services.shared.metrics.figures import Figures
from services.shared.operations import Alert, Alerts, Letter, Outbox, Silences
from services.shared.operations.outbox import MAYBE, Trial
from services.shared.settings import Settings

NEVER_SENT = ("delivery_failing",)
"""That alerts cannot be sent cannot be sent."""

LOOK_EVERY_S = 0.5
LOOK_ANYWAY_S = 30.0
"""Whatever the clock or the file say of it."""

AGAIN_AFTER_S = 5.0
"""When the file could not be read or written."""

LEASE_MS = 45_000
"""Longer than the process that sends may take: a letter that was claimed is nobody's after that."""

BATCH = 20
"""So many letters at once at most, those that were tried least first."""

KEPT_MS = 30 * 86_400_000
TIDY_EVERY_S = 86_400.0
"""How often what is older goes."""

ENDS_WITHIN_S = 2.0


@dataclass(frozen=True)
class _Files:
    """One file, three of its tables."""

    alerts: Alerts
    outbox: Outbox
    silences: Silences

    def close(self) -> None:
        for store in (self.alerts, self.outbox, self.silences):
            store.close()


class Postman:
    """Delivers from start() to close()."""

    def __init__(self, settings: Settings, log: Logger, figures: Figures, courier: Courier | None = None) -> None:
        self._settings = settings
        self._log = log
        self._figures = figures
        self._addresses = {address.channel: address for address in addresses(settings.alerts.urls)}
        self._rules = Rules(
            deliver_from=settings.alerts.deliver_from,
            cooldown_ms=round(settings.alerts.cooldown_s * 1000),
            never=NEVER_SENT,
        )
        self._courier = courier or Courier(settings.node.language)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="delivery", daemon=True)
        self._files: _Files | None = None
        self._failure = ""
        self.failures: int | None = None
        """So many messages in a row did not arrive at the address that does worst; None while none was tried."""
        self.error = ""
        """Which address that is, and why."""
        self._version = 0
        self._due_ms = 0
        self._looked_s = float("-inf")
        self._tidy_next_s = 0.0

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """What is under way ends; the next monitor takes it up."""
        self._stopping.set()
        self._courier.stop()
        if self._thread.is_alive():
            self._thread.join(ENDS_WITHIN_S)

    def _run(self) -> None:
        pause_s = 0.0
        while not self._stopping.wait(pause_s):
            pause_s = LOOK_EVERY_S
            try:
                self._look()
                self._failure = ""
            except DatabaseError as error:
                pause_s = AGAIN_AFTER_S
                if self._addresses and str(error) != self._failure:
                    self._failure = str(error)
                    self._log.error("delivery_failed", error=self._failure)
                self._leave()
            except Exception as error:  # noqa: BLE001
                # Whatever it is: a thread that ended would be missed by nobody before it is needed.
                pause_s = LOOK_ANYWAY_S
                self._log.exception("delivery_failed", error=repr(error))
                self._leave()
            else:
                if not self._addresses:
                    break
        self._leave()

    def _look(self) -> None:
        files = self._open()
        if time.monotonic() >= self._tidy_next_s:
            self._tidy_next_s = time.monotonic() + TIDY_EVERY_S
            files.outbox.forget(time.time_ns() // 1_000_000 - KEPT_MS)
        # Before anything is read: what happens after it is news again.
        version = files.alerts.version()
        now_ms = time.time_ns() // 1_000_000
        rested_s = time.monotonic() - self._looked_s
        if version == self._version and now_ms < self._due_ms and rested_s < LOOK_ANYWAY_S:
            return
        self._version, self._looked_s = version, time.monotonic()
        alerts, again_ms = self._decide(files, now_ms)
        self._send(files, alerts, now_ms)
        self._judge(files.outbox.trials())
        waiting = [letter.next_try_ms for letter in files.outbox.letters(now_ms) if letter.is_open]
        self._due_ms = min([now_ms + KEPT_MS if again_ms is None else again_ms, *waiting])

    def _decide(self, files: _Files, now_ms: int) -> tuple[dict[str, Alert], int | None]:
        """Letters written and withdrawn; the alerts concerned, and when it would be otherwise by itself."""
        letters = files.outbox.letters(now_ms - self._rules.cooldown_ms)
        silences = files.silences.lasting(now_ms)
        firing = {alert.key: alert for alert in files.alerts.firing()}
        alerts = files.alerts.latest({letter.key for letter in letters}) | firing
        again: list[int] = []
        for channel in self._addresses:
            own = [letter for letter in letters if letter.channel == channel]
            decision = decide(alerts, own, silences, self._rules, now_ms)
            if decision.again_at_ms is not None:
                again.append(decision.again_at_ms)
            for order in decision.orders:
                if isinstance(order, Send):
                    trouble = order.alert.trouble
                    files.outbox.add(
                        channel=channel,
                        key=order.alert.key,
                        alert_id=order.alert.id,
                        transition=order.transition,
                        severity=trouble.severity,
                        reason=trouble.reason,
                        at_ms=now_ms,
                    )
                else:
                    files.outbox.withdraw(order.letter, now_ms)
        return alerts, min(again, default=None)

    def _send(self, files: _Files, alerts: dict[str, Alert], now_ms: int) -> None:
        due = [
            letter
            for letter in files.outbox.letters(now_ms)
            # One that is due much later than anything can be was put off by a clock that has been set back.
            if letter.is_open and not now_ms < letter.next_try_ms <= now_ms + LONGEST_RETRY_MS + LEASE_MS
        ]
        due.sort(key=lambda letter: (letter.attempts, letter.id))
        taken: list[tuple[Letter, Letter]] = []
        for letter in due[:BATCH]:
            claimed = files.outbox.claim(letter, now_ms + LEASE_MS)
            if claimed is not None:
                taken.append((letter, claimed))
        if not taken:
            return
        errands = [
            Errand(self._addresses[one.channel].url, message_of(alerts[one.key], one.transition, self._settings))
            for _, one in taken
        ]
        for (before, letter), report in zip(taken, self._courier.carry(errands), strict=True):
            self._note(files.outbox, before, letter, report)

    def _note(self, outbox: Outbox, before: Letter, letter: Letter, report: Report | None) -> None:
        now_ms = time.time_ns() // 1_000_000
        address: Address = self._addresses[letter.channel]
        said = {"key": letter.key, "transition": letter.transition, "address": address.name}
        if report is None:
            outbox.returned(letter, arrived=before.arrived)
            return
        self._figures.delivered(is_sent=report.outcome == "arrived")
        if report.outcome == "arrived":
            outbox.arrived(letter, now_ms)
            self._log.info("delivered", **said)
        else:
            arrived = MAYBE if report.outcome == "unknown" else before.arrived
            again_ms = next_try_ms(letter, now_ms)
            outbox.failed(letter, report.error, arrived=arrived, next_try_ms=again_ms, at_ms=now_ms)
            if again_ms is None:
                self._log.error("given_up", **said, error=report.error, attempts=letter.attempts)
            else:
                in_s = round((again_ms - now_ms) / 1000)
                self._log.warning("not_delivered", **said, error=report.error, in_s=in_s)

    def _judge(self, trials: Mapping[str, Trial]) -> None:
        tried = [(trials[channel], one) for channel, one in self._addresses.items() if channel in trials]
        if not tried:
            self.failures, self.error = (None if self._addresses else 0), ""
            return
        worst, address = max(tried, key=lambda one: one[0].failures)
        self.error = f"{address.name}: {worst.error}" if worst.failures else ""
        self.failures = worst.failures

    def _open(self) -> _Files:
        if self._files is not None and self._files.alerts.is_replaced():
            self._leave()
        if self._files is None:
            path = self._settings.operations_path
            self._files = _Files(Alerts(path), Outbox(path), Silences(path))
            self._looked_s = float("-inf")
            self._tidy_next_s = 0.0
            self._files.outbox.keep_channels(self._addresses)
        return self._files

    def _leave(self) -> None:
        if self._files is not None:
            self._files.close()
            self._files = None
