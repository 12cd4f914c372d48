"""Since when something has held without a break."""

from __future__ import annotations


def since(since_s: float | None, now_s: float, *, holds: bool) -> float | None:
    """`since_s` as it was before this look, None when it did not hold; the same after it."""
    if not holds:
        return None
    return now_s if since_s is None else since_s
