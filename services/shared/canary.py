"""The canary: a hidden file in each image folder that the monitor writes in place and the watcher has to notice.

It holds one number, when it was written (Unix ms), which also names this one canary on its way to the monitor's client.
The file is made once and then only written over, so that the folder's own mtime does not move with it.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from pathlib import Path

from services.shared.names import OWN

CANARY_NAME = f"{OWN}canary"

_DIGITS = 13
_LENGTH = _DIGITS + 1


def place(folder: Path, written_ms: int) -> None:
    """Write the canary of this time into `folder`. Raises OSError where that cannot be."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    fd = os.open(folder / CANARY_NAME, flags, 0o644)
    try:
        status = os.fstat(fd)
        if not stat.S_ISREG(status.st_mode) or status.st_nlink != 1:
            raise OSError(errno.EINVAL, "somebody else's file has the canary's name")
        os.pwrite(fd, f"{written_ms:0{_DIGITS}}\n".encode("ascii"), 0)
        if status.st_size > _LENGTH:
            os.ftruncate(fd, _LENGTH)
    finally:
        os.close(fd)


def read(folder: Path) -> int | None:
    """When the canary in `folder` was written; None when there is none, or what is there is none."""
    try:
        fd = os.open(folder / CANARY_NAME, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        text = os.read(fd, _LENGTH + 1)
    except OSError:
        return None
    finally:
        os.close(fd)
    return int(text) if len(text) == _LENGTH and text[:_DIGITS].isdigit() and text.endswith(b"\n") else None


def remove(folder: Path) -> None:
    """Take the canary out of `folder`, if it can be."""
    with contextlib.suppress(OSError):
        (folder / CANARY_NAME).unlink()
