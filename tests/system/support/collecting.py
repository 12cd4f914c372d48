"""The monitor's collector in this process, beside a real watcher and gateway: their heartbeats, its own client."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from orchestrator.monitor.collector import Collector
from orchestrator.monitor.evidence import FolderEvidence
from orchestrator.monitor.lifeguard import Ward
from orchestrator.monitor.restarts import RestartPolicy
from orchestrator.wording import MONITOR
from services.shared.logs import make_logger
from services.shared.messages import Heartbeat
from services.shared.settings import load_settings
from tests.support.wait import until
from tests.system.support.watcher import Watcher


class Collecting:
    """Turns in a thread, as the monitor's loop does. `settings` are environment variables."""

    def __init__(self, watcher: Watcher, port: int, **settings: str) -> None:
        self.wards: dict[str, Ward] = {}
        for name in ("watcher-0", "gateway-0", "gateway-1"):
            self.wards[name] = Ward(name, RestartPolicy(lambda: 0.0), state="ready")
        self.settings = load_settings({**watcher.environment, "IMAGE_RECEIVER_PORT": str(port), **settings})
        self.collector = Collector(self.settings, self.wards, make_logger(self.settings, "Monitor", MONITOR))
        self.longest_turn_s = 0.0
        self._watcher = watcher
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._turn)
        self._thread.start()

    def folder(self, name: str = "main/original") -> FolderEvidence:
        """What is known of a folder by now."""
        with self._lock:
            return next(one for one in self.collector.evidence(time.monotonic()) if one.name == name)

    def finds(
        self,
        condition: Callable[[FolderEvidence], Any],
        what: str,
        name: str = "main/original",
        timeout_s: float = 15.0,
    ) -> FolderEvidence:
        """The evidence once it is so."""
        return until(lambda: one if condition(one := self.folder(name)) else None, timeout_s, what)

    def seen_ms(self, stage: str) -> int:
        """When that stage last saw a canary."""
        with self._lock:
            return {str(name): at_ms for name, at_ms in self.collector.canary_times_ms.items()}.get(stage, 0)

    def more_canaries(self, count: int = 2) -> None:
        """Wait until further ones came all the way."""
        for _ in range(count):
            before_ms = self.seen_ms("client")
            until(lambda: self.seen_ms("client") > before_ms, 15, "another canary")  # noqa: B023

    def close(self) -> None:
        if not self._stopped.is_set():
            self._stopped.set()
            self._thread.join()
            self.collector.close()

    def _turn(self) -> None:
        while not self._stopped.wait(0.05):
            began_s = time.monotonic()
            with self._lock:
                for hint in self._watcher.heard():
                    if isinstance(hint, Heartbeat):
                        self.wards[hint.name].detail = hint.detail
                self.collector.tend(began_s)
            self.longest_turn_s = max(self.longest_turn_s, time.monotonic() - began_s)
