"""Files that went, as events told: looked at when no image waits. Pure: time is an argument.

Retention deletes hundreds a second, and nobody waits for the news of that as for an image. So they are gathered for a
moment, share transactions, and are left alone while something else is to do.
"""

from __future__ import annotations

from collections import deque

from services.watcher.intake import Candidate
from services.watcher.pace import Pace

CAPACITY = 50_000

GATHER_S = 0.01


class Departures:
    """At most CAPACITY; whoever does not fit is found by the next rescan."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[float, Candidate]] = deque()
        self._pace = Pace()

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, candidate: Candidate, now_s: float) -> None:
        """It went, or so it was told."""
        if len(self._waiting) < CAPACITY:
            self._waiting.append((now_s, candidate))
        else:
            candidate.folder.want_rescan(at_once=True)

    def due_s(self) -> float | None:
        """When the oldest has waited long enough; None when none waits."""
        return self._waiting[0][0] + GATHER_S if self._waiting else None

    def take(self, now_s: float) -> list[Candidate]:
        """As many as a slice takes, once they are due."""
        due_s = self.due_s()
        if due_s is None or now_s < due_s:
            return []
        return [self._waiting.popleft()[1] for _ in range(min(self._pace.count, len(self._waiting)))]

    def took(self, count: int, elapsed_s: float) -> None:
        """So many were looked at in that time."""
        self._pace.took(count, elapsed_s)
