"""Looking at one file: is it a whole image, and which? The adapter between the pure `formats` and the disk."""

from __future__ import annotations

import errno
import os
import stat
import zlib
from dataclasses import dataclass
from typing import NamedTuple

from services.shared.formats import HEAD_BYTES, Bad, Incomplete, Picture, Read, Verdict, examine

FINGERPRINT_BLOCKS = 4
FINGERPRINT_BLOCK_BYTES = 2048
TAIL_BYTES = FINGERPRINT_BLOCK_BYTES
READ_BYTES = 1 << 20

_REFUSED = (errno.EACCES, errno.EPERM, errno.ELOOP)

_UNKNOWN = (0, 0, 0, 0)
"""Size, times and inode of what cannot be read. As no file is like this, each rescan looks at it again."""


@dataclass(frozen=True)
class Limits:
    """What is too large to be taken."""

    max_file_size_bytes: int
    max_pixels: int


class Inspection(NamedTuple):
    """What a look found. `fingerprint` stands for the content of a whole image, 0 otherwise."""

    verdict: Verdict
    size_bytes: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    fingerprint: int = 0


def inspect(folder: str, filename: str, limits: Limits, *, closed: bool) -> Inspection | None:
    """Look at a file; None when there is none. `closed`: whoever wrote it is done with it.

    Never blocks on a FIFO, never follows a link out of the folder, never reads a file that is too large.
    """
    path = f"{folder}/{filename}"
    try:
        return _look(folder, path, filename, limits, closed=closed)
    except FileNotFoundError:
        return None
    except OSError as error:
        # A disk or a server that stutters may answer in a moment; rights stay as they are.
        verdict = Bad("unreadable") if error.errno in _REFUSED else Incomplete("unreadable")
        return Inspection(verdict, *_UNKNOWN)


def _look(folder: str, path: str, filename: str, limits: Limits, *, closed: bool) -> Inspection | None:
    # Before it is opened: opening a device can set something off.
    status = os.lstat(path)
    if stat.S_ISDIR(status.st_mode):
        return None
    if not is_text(filename):
        return _rejected("bad_name", status)
    if stat.S_ISLNK(status.st_mode):
        target = os.path.realpath(path)
        if os.path.dirname(target) != os.path.realpath(folder):
            return _rejected("link_outside", status)
        found = os.lstat(target) if os.path.lexists(target) else status
        if stat.S_ISLNK(found.st_mode):
            return _rejected("unreadable", status)
        path, status = target, found
    if not stat.S_ISREG(status.st_mode):
        return _rejected("not_a_file", status)
    fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        return _read(fd, status, os.path.splitext(filename)[1], limits, closed=closed)
    finally:
        os.close(fd)


def _read(fd: int, before: os.stat_result, ending: str, limits: Limits, *, closed: bool) -> Inspection:
    """`before`: what was there before it was opened. By now it may be another file, or have changed."""
    size_bytes = before.st_size
    if size_bytes > limits.max_file_size_bytes:
        return _rejected("too_large", before)
    head = os.pread(fd, HEAD_BYTES, 0)
    tail_at = max(0, size_bytes - TAIL_BYTES)
    tail = os.pread(fd, TAIL_BYTES, tail_at) if tail_at else head

    def read(offset: int, length: int) -> bytes:
        if offset + length <= len(head):
            return head[offset : offset + length]
        if tail_at <= offset < tail_at + len(tail):
            return tail[offset - tail_at :][:length]
        return os.pread(fd, length, offset)

    verdict = examine(ending, size_bytes, read, closed=closed)
    if not isinstance(verdict, Picture):
        return _inspection(verdict, before, 0)
    if verdict.width * verdict.height > limits.max_pixels:
        return _rejected("too_many_pixels", before)
    fingerprint = _fingerprint(read, size_bytes, verdict.media_type)
    after = os.fstat(fd)
    if (after.st_ino, after.st_size, after.st_mtime_ns) != (before.st_ino, size_bytes, before.st_mtime_ns):
        return _inspection(Incomplete(), after, 0)
    return _inspection(verdict, after, fingerprint)


def _rejected(reason: str, status: os.stat_result) -> Inspection:
    return _inspection(Bad(reason), status, 0)


def _inspection(verdict: Verdict, status: os.stat_result, fingerprint: int) -> Inspection:
    return Inspection(verdict, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, fingerprint)


def _fingerprint(read: Read, size_bytes: int, media_type: str) -> int:
    """CRC-32 over blocks spread evenly over the file, first and last among them.

    Compressed images of one size that differ somewhere differ in most of what follows; a BMP may differ in one pixel,
    so all of it counts.
    """
    crc = 0
    if size_bytes <= FINGERPRINT_BLOCKS * FINGERPRINT_BLOCK_BYTES or media_type == "image/bmp":
        for offset in range(0, size_bytes, READ_BYTES):
            crc = zlib.crc32(read(offset, READ_BYTES), crc)
        return crc
    last = size_bytes - FINGERPRINT_BLOCK_BYTES
    for block in range(FINGERPRINT_BLOCKS):
        crc = zlib.crc32(read(last * block // (FINGERPRINT_BLOCKS - 1), FINGERPRINT_BLOCK_BYTES), crc)
    return crc


def is_text(filename: str) -> bool:
    """Whether the name's bytes were UTF-8."""
    return filename.isascii() or not any("\udc80" <= character <= "\udcff" for character in filename)
