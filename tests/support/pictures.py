"""Small images for tests: made by hand where only the structure counts, by Pillow where it must be the real thing."""

from __future__ import annotations

import io
import struct
from typing import Any

from PIL import Image


def jpeg(salt: str = "", size_bytes: int = 1000, width: int = 64, height: int = 48) -> bytes:
    """A JPEG whose segments are right; nobody can decode its scan. `salt` makes the content differ."""
    comment = salt.encode("utf-8", "surrogateescape")
    head = b"".join(
        (
            b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00",
            b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment,
            b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00",
            b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00",
        )
    )
    return head + b"\x55" * (size_bytes - len(head) - 2) + b"\xff\xd9"


def real(kind: str, width: int = 64, height: int = 48, mode: str = "RGB", **options: Any) -> bytes:
    """An image that Pillow writes, with noise in it; `kind` as Pillow calls it, such as JPEG."""
    data = bytes((x * 31 + y * 17 + x * y) % 251 for y in range(height) for x in range(width))
    out = io.BytesIO()
    Image.frombytes("L", (width, height), data).convert(mode).save(out, kind, **options)
    return out.getvalue()


def name_of(number: int, kind: str = "original", coil: str = "2891") -> str:
    """A file name as the line gives it, a second later for each number."""
    hour, minute, second = number // 3600, number // 60 % 60, number % 60
    return f"20260101{hour:02}{minute:02}{second:02}_{coil}_{kind}.jpg"
