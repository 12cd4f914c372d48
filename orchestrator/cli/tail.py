"""The end of a file that grows and is rotated."""

from __future__ import annotations

import os
from pathlib import Path

BLOCK_BYTES = 1 << 16


def last_lines(path: Path, count: int) -> list[bytes]:
    """The last `count` lines, read from the end."""
    if count == 0:
        return []
    with path.open("rb") as file:
        left = file.seek(0, os.SEEK_END)
        tail = b""
        while left > 0 and tail.count(b"\n") <= count:
            block = min(BLOCK_BYTES, left)
            left -= block
            file.seek(left)
            tail = file.read(block) + tail
    return tail.splitlines()[-count:]


class Tail:
    """Whole lines that are appended from now on, across rotation."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("rb")
        self._file.seek(0, os.SEEK_END)
        self._rest = b""

    def lines(self) -> list[bytes]:
        """What has come since the last call."""
        grown = self._rest + self._file.read()
        if self._was_rotated():
            grown += self._file.read()
            self._file.close()
            self._file = self._path.open("rb")
            grown += self._file.read()
        *whole, self._rest = grown.split(b"\n")
        return whole

    def close(self) -> None:
        self._file.close()

    def _was_rotated(self) -> bool:
        try:
            now = self._path.stat()
        except FileNotFoundError:
            return False  # Between its renaming and the new file; the next look sees that one.
        own = os.fstat(self._file.fileno())
        return (now.st_dev, now.st_ino) != (own.st_dev, own.st_ino)
