"""Which canaries are under way, how far each came, and which are lost. Pure: time is an argument.

written ──▶ watcher ──▶ catalog ──▶ gateway ──▶ client
 probe      its heartbeat's word    heartbeat    the monitor's own connection
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Literal, get_args

from orchestrator.monitor.evidence import CanaryStage, CanaryState

Stage = Literal["written", "watcher", "catalog", "gateway", "client"]
STAGES: tuple[CanaryStage, ...] = get_args(CanaryStage)

MOST_UNDER_WAY = 20
"""Of one folder; more than that cannot be, unless the timeout is many intervals."""


@dataclass
class _Canary:
    written_ms: int
    placed_s: float
    seen: set[CanaryStage] = field(default_factory=set)


@dataclass
class _Folder:
    under_way: list[_Canary] = field(default_factory=list)
    is_placed: bool | None = None
    """Whether one can be written there; None as long as nobody knows."""
    lost_at: CanaryStage | None = None
    """The first stage that did not see the last one, when that is lost."""


class Tracker:
    """All folders. A canary that is lost is followed by another at once: whether it was an exception is soon known."""

    def __init__(self, interval_s: float, timeout_s: float) -> None:
        self._interval_s = interval_s
        self._timeout_s = timeout_s
        self._folders: dict[str, _Folder] = {}
        self._next_s = 0.0
        self.last_ms: dict[Stage, int] = {}
        """When each stage last saw a canary of any folder, Unix ms."""

    @property
    def is_on(self) -> bool:
        return self._interval_s > 0

    def is_due(self, now_s: float) -> bool:
        """Whether canaries should be written now."""
        return self.is_on and now_s >= self._next_s

    def began(self, now_s: float) -> None:
        """They are being written."""
        self._next_s = now_s + self._interval_s

    def writing(self, folder: str, written_ms: int, now_s: float) -> None:
        """One is about to be written: from now on it may be seen."""
        known = self._folders.setdefault(folder, _Folder())
        known.under_way.append(_Canary(written_ms, now_s))
        del known.under_way[:-MOST_UNDER_WAY]

    def placed(self, folder: str, written_ms: int, now_s: float) -> None:
        """It was written."""
        self.last_ms["written"] = written_ms
        known = self._folders.setdefault(folder, _Folder())
        known.is_placed = True
        for canary in known.under_way:
            if canary.written_ms == written_ms:
                canary.placed_s = now_s

    def unplaced(self, folder: str) -> None:
        """None can be written there."""
        self._folders[folder] = _Folder(is_placed=False)

    def withdrawn(self, folder: str) -> None:
        """Nobody knows whether the last one was written: the storage does not answer."""
        known = self._folders.get(folder)
        if known is not None and known.under_way:
            known.under_way.pop()

    def saw(self, stage: CanaryStage, folder: str, written_ms: int, at_ms: int) -> None:
        """A stage saw that canary at `at_ms`; those that were written before it there count as seen, too."""
        self.last_ms[stage] = max(at_ms, self.last_ms.get(stage, 0))
        known = self._folders.get(folder)
        if known is None:
            return
        found = [at for at, canary in enumerate(known.under_way) if canary.written_ms == written_ms]
        if not found:
            return
        for canary in known.under_way[: found[-1] + 1]:
            canary.seen.add(stage)
        if stage == "client":
            del known.under_way[: found[-1] + 1]
            known.lost_at = None

    def look(self, now_s: float) -> None:
        """Find what is lost by now."""
        for known in self._folders.values():
            while known.under_way and now_s - known.under_way[0].placed_s > self._timeout_s:
                canary = known.under_way.pop(0)
                if known.lost_at is None:
                    self._next_s = min(self._next_s, now_s)
                known.lost_at = next((stage for stage in STAGES if stage not in canary.seen), "client")

    def state(self, folder: str) -> tuple[CanaryState, CanaryStage | None]:
        """How it is with the canaries of a folder, as look() last found, and where the last one got lost."""
        known = self._folders.get(folder)
        if not self.is_on or known is None or known.is_placed is None:
            return "off", None
        if not known.is_placed:
            return "unplaced", None
        return ("ok", None) if known.lost_at is None else ("lost", known.lost_at)

    def keep(self, folders: Collection[str]) -> None:
        """Others are no longer followed."""
        for gone in self._folders.keys() - set(folders):
            del self._folders[gone]

    def forgive(self, lost_s: float) -> None:
        """The monitor, or the machine, stood still for `lost_s`: canaries had no chance in that time."""
        for known in self._folders.values():
            for canary in known.under_way:
                canary.placed_s += lost_s
