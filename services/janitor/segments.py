"""What a JPEG tells besides its picture: segments (ITU-T T.81 annex B), which nobody here needs to understand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
"""None of those that stand in the midst of coded data: an FF of its own, and restarts."""

_SOI, _EOI, _SOS, _COM, _APP0, _APP14, _APP15 = 0xD8, 0xD9, 0xDA, 0xFE, 0xE0, 0xEE, 0xEF
_BARE = (0x01, _SOI)
"""No length follows."""


class Segment(NamedTuple):
    """`marker` is the byte behind the FF; `place` is where the segment begins."""

    marker: int
    place: int
    data: bytes

    @property
    def is_told(self) -> bool:
        """Whether it is for readers: EXIF, profiles, comments, whatever a maker adds; not how the picture is coded."""
        return self.marker == _COM or (_APP0 < self.marker <= _APP15 and self.marker != _APP14)


def told(data: bytes) -> list[Segment] | None:
    """What stands before the picture, in its order. None when there is more than that, which could not be kept: in the
    midst of the picture, or behind it.
    """
    found: list[Segment] = []
    in_picture = False
    for segment in _segments(data):
        if segment.marker == _EOI:
            return None if data[segment.place + 2 :].strip(b"\0") else found
        if segment.is_told and in_picture:
            return None
        if segment.is_told:
            found.append(segment)
        in_picture = in_picture or segment.marker == _SOS
    return None


def tell(data: bytes, segments: Iterable[Segment]) -> bytes:
    """The JPEG `data` with these segments, right behind its JFIF head if it has one."""
    at = 2
    if data[2:4] == bytes((0xFF, _APP0)):
        at += 2 + int.from_bytes(data[4:6], "big")
    told = (bytes((0xFF, one.marker)) + (len(one.data) + 2).to_bytes(2, "big") + one.data for one in segments)
    return data[:at] + b"".join(told) + data[at:]


def _segments(data: bytes) -> Iterator[Segment]:
    at = 0
    while (found := _MARKER.search(data, at)) is not None:
        marker, at = found[0][1], found.end()
        if marker in _BARE or marker == _EOI:
            yield Segment(marker, found.start(), b"")
            continue
        length = max(2, int.from_bytes(data[at : at + 2], "big"))
        yield Segment(marker, found.start(), data[at + 2 : at + length])
        at += length
