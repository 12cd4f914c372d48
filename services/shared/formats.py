"""Which image a file is, how large, and whether it is whole, from its first and last bytes. Pure.

The bytes come through a `Read`, so that a 50 MB file costs a few small reads. Sources: ITU-T T.81 annex B (JPEG), W3C
PNG 3rd edition, Google's WebP container specification, Microsoft's BITMAPFILEHEADER and BITMAPINFOHEADER.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass

Read = Callable[[int, int], bytes]
"""(offset, length) -> bytes; fewer at the end of the file."""

MEDIA_TYPES = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".bmp": "image/bmp",
}

END_MARKED = ("image/jpeg", "image/png")
"""Of these formats the end proves that the image is whole, of the others only their size."""

HEAD_BYTES = 4096

SIGNATURE_BYTES = 12
"""Fewer do not tell any format from any other."""

RESERVED_BYTES = 64
"""So many zeros at the end of a format that has no end marker are taken for space reserved by its writer."""

TRAILER_BYTES = 65536
"""What other programs append to a JPEG or PNG is looked through so far for the end of the image itself."""

JPEG_SEGMENT_LIMIT = 4096

_SEGMENT = struct.Struct(">BH")
"""Marker and length, behind the 0xFF."""

_JPEG_END = b"\xff\xd9"
_PNG_END = b"\0\0\0\0IEND\xaeB`\x82"
_START_OF_SCAN = 0xDA
_NOT_FRAMES = (0xC4, 0xC8, 0xCC)
"""DHT, JPG and DAC stand among the SOFn markers."""


@dataclass(frozen=True)
class Picture:
    """A whole image; sizes in pixels."""

    media_type: str
    width: int
    height: int


@dataclass(frozen=True)
class Incomplete:
    """Not whole yet: it may still be written. `reason` is what it is rejected for if it never becomes whole."""

    reason: str = "truncated"


@dataclass(frozen=True)
class Bad:
    """Never going to be an image we take; `reason` is a word for counters and lists."""

    reason: str


Verdict = Picture | Incomplete | Bad


def examine(ending: str, size_bytes: int, read: Read, *, closed: bool) -> Verdict:
    """What the file is. `closed`: its writer is done with it, so something may stand behind the image's own end."""
    if size_bytes == 0:
        return Incomplete("empty")
    expected = MEDIA_TYPES.get(ending.lower())
    if expected is None:
        return Bad("not_an_image")
    head = read(0, HEAD_BYTES)
    found = media_type_of(head)
    if len(head) < SIGNATURE_BYTES or (found is None and len(head.rstrip(b"\0")) < SIGNATURE_BYTES):
        return Incomplete()
    if found is None:
        return Bad("not_an_image")
    if found != expected:
        return Bad("wrong_ending")
    if found == "image/jpeg":
        return _jpeg(head, size_bytes, read, closed=closed)
    if found == "image/png":
        return _png(head, size_bytes, read, closed=closed)
    if not closed and not read(max(0, size_bytes - RESERVED_BYTES), RESERVED_BYTES).strip(b"\0"):
        return Incomplete()
    return _webp(head, size_bytes) if found == "image/webp" else _bmp(head, size_bytes)


def media_type_of(head: bytes) -> str | None:
    """What the first SIGNATURE_BYTES or more say the file is; None for nothing that we take."""
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image/webp"
    if head.startswith(b"BM"):
        return "image/bmp"
    return None


def _jpeg(head: bytes, size_bytes: int, read: Read, *, closed: bool) -> Verdict:
    """Walks the segments to the frame header and the first scan, then looks for the end marker."""
    offset, width, height = 2, 0, 0
    for _ in range(JPEG_SEGMENT_LIMIT):
        segment = head[offset : offset + 9] if offset + 9 <= len(head) else read(offset, 9)
        if len(segment) < 9 or segment[0] != 0xFF:
            # Behind what a writer has filled so far there are zeros, where it reserved the space.
            return Incomplete()
        marker, length = _SEGMENT.unpack_from(segment, 1)
        if marker == 0xFF:
            offset += 1
            continue
        if length < 2:
            return Bad("not_an_image")
        if 0xC0 <= marker <= 0xCF and marker not in _NOT_FRAMES:
            height, width = struct.unpack_from(">HH", segment, 5)
        offset += 2 + length
        if marker == _START_OF_SCAN:
            break
    if not (width and height):
        return Bad("not_an_image")
    # Inside a scan 0xFF is always followed by 0x00 or a restart marker: an end marker behind its start is real.
    if not _ends(_JPEG_END, offset, size_bytes, read, closed=closed):
        return Incomplete()
    return Picture("image/jpeg", width, height)


def _png(head: bytes, size_bytes: int, read: Read, *, closed: bool) -> Verdict:
    if len(head) < 24:
        return Incomplete()
    if head[12:16] != b"IHDR":
        return Bad("not_an_image")
    if not _ends(_PNG_END, 33, size_bytes, read, closed=closed):
        return Incomplete()
    return _picture("image/png", *struct.unpack(">II", head[16:24]))


def _ends(mark: bytes, earliest: int, size_bytes: int, read: Read, *, closed: bool) -> bool:
    if size_bytes < earliest + len(mark):
        return False
    if read(size_bytes - len(mark), len(mark)) == mark:
        return True
    trailer = max(earliest, size_bytes - TRAILER_BYTES)
    return closed and mark in read(trailer, size_bytes - trailer)


def _webp(head: bytes, size_bytes: int) -> Verdict:
    riff_bytes = int.from_bytes(head[4:8], "little")
    # A writer that does not know the length yet puts 0 there and mends it at the end.
    if len(head) < 30 or riff_bytes < 22 or size_bytes < riff_bytes + 8:
        return Incomplete()
    chunk = head[12:16]
    if chunk == b"VP8X":
        width, height = (int.from_bytes(head[at : at + 3], "little") + 1 for at in (24, 27))
    elif chunk == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif chunk == b"VP8 ":
        width, height = (side & 0x3FFF for side in struct.unpack("<HH", head[26:30]))
    else:
        return Bad("not_an_image")
    return _picture("image/webp", width, height)


def _bmp(head: bytes, size_bytes: int) -> Verdict:
    if len(head) < 34:
        return Incomplete()
    claimed, pixels_at, header = struct.unpack("<2xI4xII", head[:18])
    if header == 12:
        width, height, bits = struct.unpack("<HH2xH", head[18:26])
        compression = 0
    else:
        width, height, bits, compression = struct.unpack("<ii2xHI", head[18:34])
    width, height = abs(width), abs(height)
    # Many writers leave the claimed size 0; without compression the pixels say it themselves.
    row_bytes = (width * bits + 31) // 32 * 4
    needed = pixels_at + row_bytes * height if compression in (0, 3) else claimed
    if size_bytes < max(claimed, needed, 34):
        return Incomplete()
    return _picture("image/bmp", width, height)


def _picture(media_type: str, width: int, height: int) -> Verdict:
    return Picture(media_type, width, height) if width and height else Bad("not_an_image")
