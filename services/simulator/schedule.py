"""When a frame is due, and when its twin. Pure: time is an argument."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

TWINS_LIMIT_BYTES = 64 << 20


class Schedule:
    """Slots at the same distance for ever. Who comes late gets the slot that is now, never those that have passed."""

    def __init__(self, rate_per_s: float, start_s: float) -> None:
        self._period_s = 1 / rate_per_s
        self._start_s = start_s
        self._next = 0
        self.skipped = 0

    @property
    def next_s(self) -> float:
        """When the next slot begins."""
        return self._start_s + self._next * self._period_s

    def take(self, now_s: float) -> int | None:
        """The slot's number, None when the next has not begun."""
        if now_s < self.next_s:
            return None
        slot = max(self._next, math.floor((now_s - self._start_s) / self._period_s))
        self.skipped += slot - self._next
        self._next = slot + 1
        return slot


class Twin(NamedTuple):
    """A labeled image that waits for its time."""

    due_s: float
    filename: str
    data: bytes


class Twins:
    """Those that wait, in order. When they are too many bytes, the oldest goes out before its time."""

    def __init__(self, delay_s: float, limit_bytes: int = TWINS_LIMIT_BYTES) -> None:
        self._delay_s = delay_s
        self._limit_bytes = limit_bytes
        self._twins: deque[Twin] = deque()
        self._held_bytes = 0

    def __len__(self) -> int:
        return len(self._twins)

    @property
    def next_s(self) -> float | None:
        """When the first is due, None when none waits."""
        return self._twins[0].due_s if self._twins else None

    def put(self, filename: str, data: bytes, now_s: float) -> None:
        """Its original was written now."""
        self._twins.append(Twin(now_s + self._delay_s, filename, data))
        self._held_bytes += len(data)

    def due(self, now_s: float) -> Iterator[Twin]:
        """Those to write now; taken out one by one."""
        while self._twins and (self._twins[0].due_s <= now_s or self._held_bytes > self._limit_bytes):
            twin = self._twins.popleft()
            self._held_bytes -= len(twin.data)
            yield twin
