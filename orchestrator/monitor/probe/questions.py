"""What the monitor asks its probe, and what it is told. One packet each, as MessagePack."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from msgspec import Struct

LARGEST_BYTES = 1 << 17
"""Of one packet: some hundred folders' questions."""

AT_ONCE = 200
"""So many asks go into one packet; paths are at most 4096 bytes, and mostly 50."""


class Ask(Struct, frozen=True, kw_only=True):
    """Look at one path. `folder`: an image folder; `disk`: any folder, for its filesystem; `signal`: a small file."""

    id: str
    what: Literal["folder", "disk", "signal"]
    path: bytes
    canary_ms: int = 0
    """Write a canary of this time into it; 0 for none."""
    kinds: tuple[str, ...] = ()
    """Tell the cameras that have a folder here beside these."""


class Question(Struct, frozen=True, tag="question"):
    """Each ask is answered by a finding of its own, as soon as it is known."""

    asks: tuple[Ask, ...]


class Leave(Struct, frozen=True, tag="leave"):
    """Take the canaries out of these folders, and end."""

    folders: tuple[bytes, ...]


class Finding(Struct, frozen=True, kw_only=True):
    """What one path is like. The filesystem's figures are those of the nearest folder above while it is missing."""

    id: str
    exists: bool = True
    error: str = ""
    device: int = 0
    mount_point: str = ""
    fstype: str = ""
    source: str = ""
    free_bytes: int | None = None
    total_bytes: int | None = None
    free_inodes: int | None = None
    total_inodes: int | None = None
    canary_ms: int = 0
    """The canary that was written,"""
    canary_error: str = ""
    """or why it could not be."""
    cameras: tuple[str, ...] = ()
    text: str = ""
    """The first word of a signal file."""
    mtime_ns: int = 0


HELLO = Finding(id="")
"""The probe can be asked."""


def encode(message: Question | Leave | Finding) -> bytes:
    """Any of them."""
    return _encoder.encode(message)


def decode_question(data: bytes) -> Question | Leave:
    """Raises msgspec.MsgspecError when it is none."""
    question: Question | Leave = _question.decode(data)
    return question


def decode_finding(data: bytes) -> Finding:
    """Raises msgspec.MsgspecError when it is none."""
    return _finding.decode(data)


_encoder = msgspec.msgpack.Encoder()
_question: msgspec.msgpack.Decoder[Any] = msgspec.msgpack.Decoder(Question | Leave)
_finding = msgspec.msgpack.Decoder(Finding)
