"""Small and large images for the benches: whole JPEGs, and names as the line gives them."""

from __future__ import annotations

import os
import struct
import time
from datetime import datetime, timedelta
from pathlib import Path

from report import say

COIL_S = 60
PROGRESS_EVERY = 100_000
AFTERWARDS_S = 0.005

_JPEG = bytes.fromhex(
    "ffd8ffe000104a46494600010100000100010000ffdb0043001b12141714111b1716171e1c1b2028422b28252528513a3d3042605565645f"
    "555d5b6a7899816a7190735b5d85b586909ea3abadab6780bcc9baa6c799a8aba4ffc0000b080008000801011100ffc40014000100000000"
    "000000000000000000000000ffc40014100100000000000000000000000000000000ffda0008010100003f003fffd9"
)
"""8 x 8 grey pixels."""

_END = b"\xff\xd9"
_FIRST = datetime(2024, 1, 1)


def image(number: int, size_bytes: int = 0) -> bytes:
    """A whole, tiny JPEG, its scan padded to `size_bytes`; each number's differs."""
    head = numbered(_JPEG[: -len(_END)], number)
    return head + bytes(max(0, size_bytes - len(head) - len(_END))) + _END


def numbered(jpeg: bytes, number: int) -> bytes:
    """The same picture with a comment, so that each number's is another file."""
    comment = b"%020d" % number
    return jpeg[:2] + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + jpeg[2:]


def name(number: int) -> str:
    """The name of the image taken `number` seconds after the first; the coil changes every minute."""
    return f"{_FIRST + timedelta(seconds=number):%Y%m%d%H%M%S}_{2891 + number // COIL_S}_original.jpg"


def fill(folder: Path, count: int) -> None:
    """Write `count` images, with a line about progress now and then."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        write(folder, name(number), image(number))
        if (number + 1) % PROGRESS_EVERY == 0:
            say(f"  {number + 1} of {count} images written")


def deliver(folder: Path, number: int, size_bytes: int) -> int:
    """Write an image and go to sleep at once, so that nobody has to wait for our processor; returns what write() does.

    A camera's file comes from another machine, or from one with more cores than this.
    """
    filename, data = name(number), image(number, size_bytes)
    closing_ns = write(folder, filename, data)
    time.sleep(AFTERWARDS_S)
    return closing_ns


def write(folder: Path, filename: str, data: bytes) -> int:
    """One image in one write; returns when it was about to be closed, by time.monotonic_ns()."""
    fd = os.open(folder / filename, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    os.write(fd, data)
    closing_ns = time.monotonic_ns()
    os.close(fd)
    return closing_ns
