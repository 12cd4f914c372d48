"""Whether what the watermark deletes makes room at all. Pure: time and measures are arguments.

Where a snapshot holds what was deleted, not a byte becomes free, and a watermark would go on until no image is left.
Where others write meanwhile, a burst still shows for the moment that it takes. Some filesystems show it late (btrfs,
ZFS): they are waited for.
"""

from __future__ import annotations

DOUBT_AFTER = 500
"""So many images are deleted before it is asked what came of it."""

SHARE = 0.1
"""With this part of what they took up it is said to make room: blocks that are shared, and others that write, count."""

SETTLES_S = 60.0
"""A filesystem has so long to show it."""

AGAIN_S = 3600.0
"""It is tried again so soon."""


class Relief:
    """What was deleted for a watermark, and what became free of it."""

    def __init__(self) -> None:
        self._vain_until_s: float | None = None
        self._begin_anew()

    def _begin_anew(self) -> None:
        self.count = 0
        self._expected_bytes = 0
        self._gained_bytes = 0
        self._free_at_first: int | None = None

    def deleted(self, count: int, size_bytes: int, before: int, after: int) -> None:
        """A burst took up so much; so many bytes were free just before it and just after."""
        if self._free_at_first is None:
            self._free_at_first = before
        self.count += count
        self._expected_bytes += size_bytes
        self._gained_bytes += after - before
        if self.count >= DOUBT_AFTER and self._gained_bytes >= SHARE * self._expected_bytes:
            self._begin_anew()

    @property
    def is_doubtful(self) -> bool:
        """Enough was deleted, and next to nothing became free at once."""
        return self.count >= DOUBT_AFTER

    def has_come(self, free_bytes: int) -> bool:
        """Whether so much free now is more after all; then it begins anew."""
        if self._free_at_first is None or free_bytes - self._free_at_first < SHARE * self._expected_bytes:
            return False
        self._begin_anew()
        return True

    def gave_up(self, now_s: float) -> None:
        """It did not come."""
        self._begin_anew()
        self._vain_until_s = now_s + AGAIN_S

    def is_in_vain(self, now_s: float) -> bool:
        """Whether there is no use in deleting for a watermark now."""
        return self._vain_until_s is not None and now_s < self._vain_until_s

    def is_over(self) -> None:
        """There is room: whatever was in the way is gone."""
        self._vain_until_s = None
