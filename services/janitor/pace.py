"""How fast images may go, so that nobody who looks at new ones notices. Pure: time is an argument.

So many a second at most; and never further ahead of the watcher, which logs each removal, than it takes in passing.
"""

from __future__ import annotations

BURST = 20
"""So many frames are deleted at a time, then there is a pause."""

LEAD = 100
"""So many images may be deleted that the watcher has not logged yet,"""

POLLED_LEAD = 900
"""or in a polled folder, where removals are found by comparison only, so many,"""

POLLED_SHARE = 3
"""or this part of what it holds: a comparison that misses half of a folder stops there (services.watcher.gone)."""


class Pace:
    """When the next burst may begin."""

    def __init__(self, per_s: int) -> None:
        self._per_s = per_s
        self._next_s = 0.0

    def wait_s(self, now_s: float) -> float:
        """How long to wait before the next burst."""
        return max(0.0, self._next_s - now_s)

    def deleted(self, count: int, now_s: float) -> None:
        """So many files went; a pause that was longer than it had to be is not made up for."""
        self._next_s = max(self._next_s, now_s) + count / self._per_s


def lead(held: int, *, is_polled: bool) -> int:
    """So many images of a folder that holds `held` may have gone without the watcher's knowing."""
    return max(POLLED_LEAD, held // POLLED_SHARE) if is_polled else LEAD
