"""Numbers in a file that is mapped into memory: whoever is killed while it counts leaves a file that is whole.

    magic, bytes in use | length of key, key as JSON, padding, number | ...

An entry is there once it is in use, and a number is 8 bytes in a place that the processor writes at once. The file's
blocks are allocated before they are mapped: else the first store after the disk has filled up would end the process
with SIGBUS. The client library's own files (prometheus_client.mmap_dict) are sparse.
"""

from __future__ import annotations

import errno
import math
import mmap
import os
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from services.shared.metrics.folder import mend

SUFFIX = ".figures"

FIRST_BYTES = 64 << 10
LARGEST_BYTES = 4 << 20
"""Some 40,000 numbers: more than cameras, kinds and reasons can come to in earnest."""

Key = tuple[str, ...]
"""The name of a series and the values of its labels, in the order in which they are defined."""

_MAGIC = b"coilfig1"
_HEAD = struct.Struct("=8sQ")
_LENGTH = struct.Struct("=Q")
_NUMBER = struct.Struct("=d")
_key = msgspec.json.Decoder(Key)


class TallyDamaged(Exception):
    """The file is none of ours, or not whole."""


class CellFile:
    """The mapped file of a process that holds its role's lock. Raises OSError, TallyDamaged."""

    def __init__(self, path: Path) -> None:
        mend(path.parent)
        self._path = path
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            size = os.fstat(self._fd).st_size
            self._identity = _identity(os.fstat(self._fd))
            if size % mmap.PAGESIZE or size > LARGEST_BYTES:
                raise TallyDamaged(f"{path} has {size} bytes")
            self._map, self.cells = _mapped(self._fd, 0, size or FIRST_BYTES)
            data = self._map[:]
            if data[: _HEAD.size] == bytes(_HEAD.size):
                data = _HEAD.pack(_MAGIC, _HEAD.size)
                self._map[: _HEAD.size] = data
            self.places = {key: at // _NUMBER.size for key, at in _entries(data)}
            self._used = _HEAD.unpack_from(data)[1]
        except BaseException:
            os.close(self._fd)
            raise

    @property
    def is_gone(self) -> bool:
        """It was deleted, or is not what its path leads to any more."""
        try:
            return _identity(self._path.stat()) != self._identity
        except FileNotFoundError:
            return True

    def append(self, key: Key) -> None:
        """A number for `key`, zero at first. Raises OSError when there is no room."""
        entry = _entry(key)
        if self._used + len(entry) > len(self._map):
            self._grow()
        self._map[self._used : self._used + len(entry)] = entry
        self._used += len(entry)
        self.places[key] = self._used // _NUMBER.size - 1
        self._map[_HEAD.size - _LENGTH.size : _HEAD.size] = _LENGTH.pack(self._used)

    def close(self) -> None:
        self.cells.release()
        self._map.close()
        os.close(self._fd)

    def _grow(self) -> None:
        size = len(self._map)
        if size >= LARGEST_BYTES:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
        larger = _mapped(self._fd, size, 2 * size)
        self.cells.release()
        self._map.close()
        self._map, self.cells = larger


def read_tally(path: Path) -> dict[Key, float]:
    """The numbers in a file, whether or not somebody counts in it meanwhile. Raises OSError, TallyDamaged."""
    with path.open("rb", buffering=0) as file:
        head = file.read(_HEAD.size)
        if head in (b"", bytes(_HEAD.size)):
            return {}  # It is being made.
        used = _used(head)
        data = head + (file.read(used - _HEAD.size) or b"")
    return {key: _NUMBER.unpack_from(data, at)[0] for key, at in _entries(data)}


def read_all(folder: Path) -> tuple[Mapping[str, dict[Key, float]], list[str]]:
    """The numbers of each process by its name, and the names of those whose files could not be read. Raises OSError."""
    numbers, damaged = {}, []
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        name = path.name.removesuffix(SUFFIX)
        try:
            numbers[name] = read_tally(path)
        except FileNotFoundError:
            continue
        except (OSError, TallyDamaged):
            damaged.append(name)
    return numbers, damaged


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


def _mapped(fd: int, allocated: int, size: int) -> tuple[mmap.mmap, memoryview[float]]:
    os.posix_fallocate(fd, allocated, size - allocated)
    mapped = mmap.mmap(fd, size)
    return mapped, memoryview(mapped).cast("d")


def _entry(key: Key) -> bytes:
    encoded = msgspec.json.encode(key)
    padding = -len(encoded) % _NUMBER.size
    return _LENGTH.pack(len(encoded)) + encoded + bytes(padding) + _NUMBER.pack(0.0)


def _entries(data: bytes) -> Iterator[tuple[Key, int]]:
    """The keys and where their numbers are. Raises TallyDamaged."""
    at, used = _HEAD.size, _used(data)
    if used > len(data):
        raise TallyDamaged("it is cut off")
    while at < used:
        begins = at + _LENGTH.size
        if begins > used:
            raise TallyDamaged("an entry is cut off")
        length = _LENGTH.unpack_from(data, at)[0]
        number_at = begins + length + -length % _NUMBER.size
        if number_at + _NUMBER.size > used:
            raise TallyDamaged("an entry is longer than the file")
        try:
            key = _key.decode(data[begins : begins + length])
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise TallyDamaged("a key is none") from None
        if not math.isfinite(_NUMBER.unpack_from(data, number_at)[0]):
            raise TallyDamaged("a number is none")
        yield key, number_at
        at = number_at + _NUMBER.size


def _used(data: bytes) -> int:
    if len(data) < _HEAD.size:
        raise TallyDamaged("it is cut off")
    magic, used = _HEAD.unpack_from(data)
    if magic != _MAGIC or used % _NUMBER.size or not _HEAD.size <= used <= LARGEST_BYTES:
        raise TallyDamaged("it does not begin as it has to")
    return int(used)
