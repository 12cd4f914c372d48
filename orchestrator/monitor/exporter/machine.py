"""What the kernel tells of processes, without anything that a process which hangs could hold up.

Not the shared part of memory, and no command line: for those the kernel waits until the process can be looked into.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class Usage(NamedTuple):
    """What a process takes."""

    cpu_s: float
    memory_bytes: int
    open_fds: int


def usage(pid: int) -> Usage | None:
    """None for a process that is gone."""
    folder = Path(f"/proc/{pid}")
    try:
        # The name in front of the figures may hold anything.
        fields = (folder / "stat").read_bytes().rpartition(b")")[2].split()
        return Usage(
            cpu_s=(int(fields[11]) + int(fields[12])) / _TICKS_PER_S,
            memory_bytes=int(fields[21]) * _PAGE_BYTES,
            # Since Linux 6.2 the folder's size; before it is zero, and the entries are counted.
            open_fds=(folder / "fd").stat().st_size or sum(1 for _ in (folder / "fd").iterdir()),
        )
    except (OSError, IndexError, ValueError):
        return None


def files_bytes(path: Path) -> int | None:
    """The size of a database with its write-ahead log; None while there is none."""
    try:
        size = path.stat().st_size
    except OSError:
        return None
    try:
        return size + path.with_name(f"{path.name}-wal").stat().st_size
    except OSError:
        return size
