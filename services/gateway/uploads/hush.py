"""What happens again and again is said once in a while. Pure."""

from __future__ import annotations

from collections.abc import Hashable

EVERY_S = 60.0
MOST = 1000
"""So many different things are told apart; one more, and all are news again."""


class Hush:
    """Which of the things that happen are worth a line."""

    def __init__(self) -> None:
        self._again_s: dict[Hashable, float] = {}

    def is_news(self, what: Hashable, now_s: float) -> bool:
        """Whether it was not said lately; from now on it was."""
        if now_s < self._again_s.get(what, 0.0):
            return False
        if len(self._again_s) >= MOST:
            self._again_s.clear()
        self._again_s[what] = now_s + EVERY_S
        return True
