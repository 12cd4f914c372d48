"""What time it is, for whoever deletes by age: a clock that leaps ahead makes nothing old at once. Pure.

The wall clock may be set wrong at any time, and what was deleted for that does not come back when it is set right. How
long the machine has been up tells how much time has gone by.
"""

from __future__ import annotations

LEAP_MS = 3_600_000
"""Less than this, as the clock is kept right all the time, is no leap."""

HOLD_MS = 86_400_000
"""The alert `clock_jump` has been said by then; who has not set the clock back means it."""


class CalmClock:
    """Made with the two times as they are now, both in ms."""

    def __init__(self, wall_ms: int, up_ms: int) -> None:
        self._ahead_ms = wall_ms - up_ms
        self._leapt_up_ms: int | None = None

    def now_ms(self, wall_ms: int, up_ms: int) -> int:
        """The wall's time; for so long after a leap ahead, what it would be without."""
        if wall_ms - up_ms - self._ahead_ms < LEAP_MS:
            # Back is harmless: nothing is older by that.
            self._ahead_ms, self._leapt_up_ms = wall_ms - up_ms, None
        elif self._leapt_up_ms is None:
            self._leapt_up_ms = up_ms
        elif up_ms - self._leapt_up_ms >= HOLD_MS:
            self._ahead_ms, self._leapt_up_ms = wall_ms - up_ms, None
        return self._ahead_ms + up_ms
