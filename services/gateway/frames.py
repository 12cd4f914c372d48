"""WebSocket frames as a server sends them: whole, unmasked, built once for however many clients (RFC 6455, 5.2)."""

from __future__ import annotations

import struct

_FINAL = 0x80
_TEXT = 0x1
_BINARY = 0x2


def text_frame(payload: bytes) -> bytes:
    """A text message in UTF-8."""
    return _frame(_TEXT, payload)


def binary_frame(*parts: bytes) -> bytes:
    """A binary message made of `parts`."""
    return _frame(_BINARY, *parts)


def _frame(opcode: int, *parts: bytes) -> bytes:
    length = sum(map(len, parts))
    if length < 126:
        head = struct.pack("!BB", _FINAL | opcode, length)
    elif length < 1 << 16:
        head = struct.pack("!BBH", _FINAL | opcode, 126, length)
    else:
        head = struct.pack("!BBQ", _FINAL | opcode, 127, length)
    return b"".join((head, *parts))
