"""How much background work fits between two live images. Pure."""

from __future__ import annotations

SLICE_S = 0.002
"""A live image waits for at most about one slice."""

LARGEST = 50


class Pace:
    """How many files to look at in a slice, from how long the last ones took: warm they take microseconds, a cold disk
    or a busy server takes milliseconds for each.
    """

    def __init__(self) -> None:
        self._each_s = 0.0001

    @property
    def count(self) -> int:
        return max(1, min(LARGEST, int(SLICE_S / self._each_s)))

    def took(self, count: int, elapsed_s: float) -> None:
        """`count` files took `elapsed_s` together."""
        self._each_s = max(1e-6, 0.7 * self._each_s + 0.3 * elapsed_s / count)
