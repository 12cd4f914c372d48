"""One upload on the disk: a hidden file that becomes an image of its folder, or is gone. Everything here may block."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import stat
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Literal

from services.gateway.uploads.rules import NoFolder, Refused, unfit
from services.shared.formats import Picture
from services.shared.inspect import Limits, inspect

RESERVE_BYTES = 512 << 20
RESERVE_SHARE = 0.01
"""So much of a filesystem, or RESERVE_BYTES if that is less, is not for uploads: a full disk stops everything."""

COMPARE_BYTES = 1 << 20

_AT_FDCWD = -100
_RENAME_NOREPLACE = 1
_NO_SUCH_WAY = (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP)
_FULL = (errno.ENOSPC, errno.EDQUOT)
_libc = ctypes.CDLL(None, use_errno=True)

Outcome = Literal["new", "same"]


class Landing:
    """The file is `folder/hidden` until land() gives it its name. One thread at a time."""

    def __init__(self, folder: Path, hidden: str, limits: Limits) -> None:
        self._folder = folder
        self._path = folder / hidden
        self._limits = limits
        self._fd = -1

    def write(self, data: bytes) -> None:
        """More of it. Raises Refused when there is no room, OSError."""
        make_room(self._folder, len(data))
        with _plain():
            if self._fd < 0:
                flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
                self._fd = os.open(self._path, flags, 0o666)
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(self._fd, rest) :]

    def land(self, filename: str) -> Outcome:
        """All of it is there. `same`: an equal file of this name was there before, and stays.

        Raises Refused (it is no image that we take, or another file has the name), OSError.
        """
        with _plain():
            os.fsync(self._fd)
            self._close()
            found = inspect(str(self._folder), self._path.name, self._limits, closed=True)
            if found is None:
                raise Refused(503, "taken_away")
            if not isinstance(found.verdict, Picture):
                raise unfit(found.verdict.reason)
            target = self._folder / filename
            while not rename_new(self._path, target):
                same = _is_same(self._path, target)
                if same is not None:
                    self.discard()
                    if not same:
                        raise Refused(409, "name_taken", filename=filename)
                    return "same"
            _sync_folder(self._folder)
            return "new"

    def discard(self) -> None:
        """Leave nothing of it, unless it has landed. Raises OSError."""
        if self._fd >= 0:
            self._close()
        self._path.unlink(missing_ok=True)

    def _close(self) -> None:
        fd, self._fd = self._fd, -1
        os.close(fd)


def make_room(folder: Path, size_bytes: int) -> None:
    """Raises Refused when so much does not fit into the folder, or there is no folder; OSError."""
    with _plain():
        disk = os.statvfs(folder)
        reserve_bytes = min(RESERVE_BYTES, int(disk.f_blocks * disk.f_frsize * RESERVE_SHARE))
        if disk.f_bavail * disk.f_frsize < size_bytes + reserve_bytes:
            raise Refused(507, "disk_full")


def rename_new(source: Path, target: Path) -> bool:
    """Give `source` the name `target`, unless there is one: then False. Raises OSError."""
    names = os.fsencode(source), os.fsencode(target)
    if _libc.renameat2(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_NOREPLACE) == 0:
        return True
    number = ctypes.get_errno()
    if number == errno.EEXIST:
        return False
    if number not in _NO_SUCH_WAY:
        raise OSError(number, os.strerror(number), str(target))
    # NFS knows no such rename (nfs_rename() in the kernel refuses every flag); a link is as good.
    try:
        os.link(source, target)
    except FileExistsError:
        return False
    source.unlink()
    return True


@contextlib.contextmanager
def _plain() -> Iterator[None]:
    """What people can mend is said as such. Raises Refused, and other OSErrors as they are."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise Refused(507, "disk_full") from None
        if error.errno in (errno.ENOENT, errno.ENOTDIR):
            raise NoFolder from None
        raise


def _is_same(ours: Path, theirs: Path) -> bool | None:
    """Whether both files hold the same; None when theirs is gone by now."""
    try:
        fd = os.open(theirs, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError:
        return False
    try:
        status = os.fstat(fd)
        if not stat.S_ISREG(status.st_mode) or status.st_size != ours.stat().st_size:
            return False
        with ours.open("rb") as own:
            return all(os.read(fd, len(block)) == block for block in iter(partial(own.read, COMPARE_BYTES), b""))
    finally:
        os.close(fd)


def _sync_folder(folder: Path) -> None:
    """A power cut after the answer does not take the name away. Not every network filesystem knows how."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with contextlib.suppress(OSError):
            os.fsync(fd)
    finally:
        os.close(fd)
