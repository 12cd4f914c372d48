"""When a service that died is started again: at once, unless it dies too often. Never given up. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

FREE_RESTARTS = 6
WINDOW_S = 20.0
"""So many deaths in so long are answered at once; whoever dies more often is slowed down."""

FIRST_DELAY_S = 1.0
LONGEST_DELAY_S = 30.0
JITTER = 0.1
"""A delay is shortened by up to this share, so that what died together does not start together for ever."""

STABLE_S = 30.0
"""Whoever was ready for so long has a clean slate; `supervision.stable_after_s` says so for a node."""


class RestartPolicy:
    """The deaths of one process. `chance` gives a number in 0..1; `stable_s` is how long a stable life lasts."""

    def __init__(self, chance: Callable[[], float], stable_s: float = STABLE_S) -> None:
        self._chance = chance
        self._stable_s = stable_s
        self._deaths: deque[float] = deque()
        self._slowed_times = 0

    @property
    def is_slowing(self) -> bool:
        """It died too often, and has not been seen to live long since."""
        return self._slowed_times > 0

    def delay_s(self, now_s: float, ready_for_s: float) -> float:
        """How long to wait after a death at `now_s` of a process that had been ready for `ready_for_s`."""
        if ready_for_s >= self._stable_s:
            self._deaths.clear()
            self._slowed_times = 0
        self._deaths.append(now_s)
        while self._deaths[0] <= now_s - WINDOW_S:
            self._deaths.popleft()
        if not self._slowed_times and len(self._deaths) <= FREE_RESTARTS:
            return 0.0
        delay_s = min(LONGEST_DELAY_S, FIRST_DELAY_S * 2.0 ** min(self._slowed_times, 16))
        self._slowed_times += 1
        return delay_s * (1 - JITTER * self._chance())
