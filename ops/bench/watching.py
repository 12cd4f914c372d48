"""What the watcher's benches share: a watcher whose memory is followed, and that can be waited for."""

from __future__ import annotations

import contextlib
import sys
import time
from pathlib import Path

from processes import Line, pss_bytes

from services.shared.messages import Heartbeat

WEIGH_EVERY_S = 0.1


class Watcher(Line):
    """`python -m services.watcher` over `base`."""

    def __init__(self, base: Path, state: Path) -> None:
        super().__init__(base, state, ["watcher"])
        self._process = self.services["watcher-0"]
        self.peak_bytes = 0
        self._weighed_s = 0.0

    def __enter__(self) -> Watcher:
        return self

    def hear(self) -> None:
        """Take its heartbeats, and look at its memory."""
        super().hear()
        if time.monotonic() - self._weighed_s >= WEIGH_EVERY_S:
            self._weighed_s = time.monotonic()
            with contextlib.suppress(OSError):
                self.peak_bytes = max(self.peak_bytes, pss_bytes(self._process.pid))

    def settle(self, limit_s: float) -> float:
        """Wait until it imports and compares nothing any more, as its idle processor tells; seconds since its start."""
        used_s, looked_s = self._process.cpu_s, time.monotonic()
        while self.age_s < limit_s:
            time.sleep(0.25)
            self.hear()
            if time.monotonic() - looked_s < 3.0:
                continue
            before_s, used_s = used_s, self._process.cpu_s
            share, looked_s = (used_s - before_s) / (time.monotonic() - looked_s), time.monotonic()
            if share < 0.05 and self._heartbeat is not None and not self._heartbeat.detail.get("importing"):
                return self.age_s
        sys.exit(f"the watcher did not come to rest within {limit_s:g} s")

    @property
    def _heartbeat(self) -> Heartbeat | None:
        return self.last.get("watcher-0")
