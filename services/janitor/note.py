"""What is being deleted, written down before: who is killed between the two halves of a frame leaves word of it.

One small file, whose blocks are its own from the beginning, so that it can be written when nothing is free any more.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Sequence
from pathlib import Path

import msgspec

from services.shared.catalog import Held

SIZE_BYTES = 1 << 18
"""Frames of a lot with names as long as names can be take less."""

_HEAD_BYTES = 8

Frame = tuple[Held, ...]


class Note:
    """Raises OSError when the state folder cannot be used."""

    def __init__(self, path: Path) -> None:
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.posix_fallocate(self._fd, 0, SIZE_BYTES)
        except OSError:
            # It may still fit when it is written.
            os.ftruncate(self._fd, SIZE_BYTES)

    def read(self) -> list[Frame]:
        """What was written last; nothing when that did not come to its end."""
        head = os.pread(self._fd, _HEAD_BYTES, 0)
        length, checksum = int.from_bytes(head[:4], "big"), int.from_bytes(head[4:], "big")
        data = os.pread(self._fd, length, _HEAD_BYTES) if 0 < length <= SIZE_BYTES - _HEAD_BYTES else b""
        if not data or zlib.crc32(data) != checksum:
            return []
        try:
            return _decoder.decode(data)
        except msgspec.MsgspecError:
            return []

    def write(self, frames: Sequence[Frame]) -> None:
        """Instead of what was written before. Raises OSError, also when it is too much."""
        data = _encoder.encode(frames) if frames else b""
        if _HEAD_BYTES + len(data) > SIZE_BYTES:
            raise OSError(f"{len(data)} bytes are more than a note may have")
        head = len(data).to_bytes(4, "big") + zlib.crc32(data).to_bytes(4, "big")
        if os.pwrite(self._fd, head + data, 0) != len(head) + len(data):
            raise OSError("the note was cut off")

    def close(self) -> None:
        os.close(self._fd)


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[Frame])
