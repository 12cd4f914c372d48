"""What the kernel tells of filesystems and processes."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple


class Space(NamedTuple):
    """A filesystem's size and what of it an ordinary user may still fill. Inodes are None where there is no limit."""

    total_bytes: int
    free_bytes: int
    total_inodes: int | None
    free_inodes: int | None


class Usage(NamedTuple):
    """What a process takes."""

    memory_bytes: int | None
    cpu_s: float | None


def space(path: Path) -> Space:
    """Of the filesystem that `path` is on. Raises OSError; may hang as long as its server does."""
    found = os.statvfs(path)
    has_inodes = found.f_files > 0
    return Space(
        found.f_blocks * found.f_frsize,
        found.f_bavail * found.f_frsize,
        found.f_files if has_inodes else None,
        found.f_favail if has_inodes else None,
    )


def usage(pids: Iterable[int]) -> dict[int, Usage]:
    """Of each of these processes that is there."""
    return {pid: Usage(_memory_bytes(pid), _cpu_s(pid)) for pid in pids if pid > 0}


def _memory_bytes(pid: int) -> int | None:
    """Its proportional share (proc(5)), or, where that may not be read, all that is resident."""
    for name, field in (("smaps_rollup", b"Pss:"), ("status", b"VmRSS:")):
        try:
            text = Path(f"/proc/{pid}/{name}").read_bytes()
        except OSError:
            continue
        for line in text.splitlines():
            if line.startswith(field):
                return int(line.split()[1]) * 1024
    return None


def _cpu_s(pid: int) -> float | None:
    """In user and kernel mode together; the name in front of the figures may hold anything."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    except (OSError, IndexError, ValueError):
        return None
