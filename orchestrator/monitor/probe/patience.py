"""When a path whose storage hangs may be asked about again. Pure: time is an argument."""

from __future__ import annotations

from collections.abc import Set

AGAIN_AFTER_S = 10.0
"""Each time costs a process."""

MOST_LOST = 2
"""So many processes may wait in the kernel for storage: they cannot be killed before it answers."""


class Patience:
    """What hangs, and since when it was last found to."""

    def __init__(self) -> None:
        self._hung_s: dict[str, float] = {}

    def may_ask(self, name: str, now_s: float, lost: int) -> bool:
        """Whether to look now, with so many processes `lost` to storage."""
        hung_s = self._hung_s.get(name)
        return hung_s is None or (lost < MOST_LOST and now_s - hung_s >= AGAIN_AFTER_S)

    def hangs(self, name: str, now_s: float) -> bool:
        """It did not answer in time. Whether that is news."""
        is_news = name not in self._hung_s
        self._hung_s[name] = now_s
        return is_news

    def answers(self, name: str) -> bool:
        """It does. Whether that is news."""
        return self._hung_s.pop(name, None) is not None

    def keep(self, names: Set[str]) -> None:
        """Nothing else is asked about any more."""
        for gone in self._hung_s.keys() - names:
            del self._hung_s[gone]
