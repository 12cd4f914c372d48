"""Files that are not whole yet: when to look again, and when to give up. Pure: time is an argument."""

from __future__ import annotations

import heapq
from collections import Counter
from dataclasses import dataclass
from typing import Literal

FIRST_LOOK_S = 0.05
LAST_LOOK_S = 0.5
CAPACITY = 10_000

Key = tuple[int, str]
"""(folder id, file name)."""


@dataclass
class _Waiting:
    size_bytes: int
    mtime_ns: int
    unchanged_since_s: float
    delay_s: float
    look_at_s: float


class Settling:
    """At most CAPACITY files that wait; whoever does not fit is found again by the next rescan."""

    def __init__(self, settle_s: float) -> None:
        self._settle_s = settle_s
        self._files: dict[Key, _Waiting] = {}
        self._queue: list[tuple[float, Key]] = []

    def __len__(self) -> int:
        return len(self._files)

    def not_whole(self, key: Key, size_bytes: int, mtime_ns: int, now_s: float) -> Literal["wait", "give up", "full"]:
        """The file was looked at and is not whole. "give up": it has not grown for `settle_s`."""
        waiting = self._files.get(key)
        if waiting is None:
            if len(self._files) >= CAPACITY:
                return "full"
            waiting = self._files[key] = _Waiting(size_bytes, mtime_ns, now_s, FIRST_LOOK_S, 0.0)
        elif (waiting.size_bytes, waiting.mtime_ns) != (size_bytes, mtime_ns):
            waiting.size_bytes, waiting.mtime_ns = size_bytes, mtime_ns
            waiting.unchanged_since_s, waiting.delay_s = now_s, FIRST_LOOK_S
        elif now_s - waiting.unchanged_since_s >= self._settle_s:
            del self._files[key]
            return "give up"
        else:
            waiting.delay_s = min(2 * waiting.delay_s, LAST_LOOK_S)
        waiting.look_at_s = min(now_s + waiting.delay_s, waiting.unchanged_since_s + self._settle_s)
        heapq.heappush(self._queue, (waiting.look_at_s, key))
        return "wait"

    def forget(self, key: Key) -> None:
        """It became whole, was rejected or is gone."""
        self._files.pop(key, None)

    def counts(self) -> Counter[int]:
        """How many files wait, by folder id."""
        return Counter(folder_id for folder_id, _ in self._files)

    def due(self, now_s: float) -> list[Key]:
        """The files to look at now."""
        keys = []
        while self._queue and self._queue[0][0] <= now_s:
            at_s, key = heapq.heappop(self._queue)
            waiting = self._files.get(key)
            if waiting is not None and waiting.look_at_s == at_s:
                keys.append(key)
        return keys

    def next_s(self) -> float | None:
        """When something is due, None when nothing waits."""
        return self._queue[0][0] if self._queue else None
