"""WebSocket frames as a server sends them: whole, unmasked, built once for however many clients (RFC 6455, 5.2)."""

from __future__ import annotations

import struct

_FINAL = 0x80
_TEXT = 0x1
_BINARY = 0x2


def text_frame(payload: bytes) -> bytes:
    """A text message in UTF-8."""
    return _head(_TEXT, len(payload)) + payload


def binary_frame(*parts: bytes) -> bytes:
    """A binary message made of `parts`."""
    return b"".join((_head(_BINARY, sum(map(len, parts))), *parts))


def _head(opcode: int, length: int) -> bytes:
    if length < 126:
        return bytes((_FINAL | opcode, length))
    if length < 1 << 16:
        return bytes((_FINAL | opcode, 126, length >> 8, length & 0xFF))
    return struct.pack("!BBQ", _FINAL | opcode, 127, length)
