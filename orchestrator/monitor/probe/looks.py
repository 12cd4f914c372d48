"""Looking at one path, in the probe: whatever is asked of storage may hang, so it is asked nowhere else."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from orchestrator.monitor.probe.questions import Ask, Finding
from services.shared import canary
from services.shared.mounts import find_mount
from services.shared.names import is_camera

SIGNAL_BYTES = 64
MOST_CAMERAS = 1000


def look(ask: Ask, mounts: str) -> Finding:
    """Answer one ask; an error is part of the answer. `mounts` is what is mounted, as read_mounts() has it."""
    try:
        return _signal(ask) if ask.what == "signal" else _folder(ask, mounts)
    except OSError as error:
        return Finding(id=ask.id, error=_why(error))


def path_of(path: bytes) -> Path:
    """A message has paths as the kernel does."""
    return Path(os.fsdecode(path))


def _folder(ask: Ask, mounts: str) -> Finding:
    path = path_of(ask.path)
    place, status, error = _nearest(path)
    mount = find_mount(os.path.realpath(path), mounts)
    space = os.statvfs(place)
    if not error:
        error = _listing_error(path)
    written_ms, why_not = 0, ""
    if ask.canary_ms and not error:
        try:
            canary.place(path, ask.canary_ms)
            written_ms = ask.canary_ms
        except OSError as refused:
            why_not = _why(refused)
    return Finding(
        id=ask.id,
        exists=place == path,
        error=error,
        device=status.st_dev,
        mount_point=_plain(mount.mount_point),
        fstype=_plain(mount.fstype),
        source=_plain(mount.source),
        free_bytes=space.f_bavail * space.f_frsize,
        total_bytes=space.f_blocks * space.f_frsize,
        free_inodes=space.f_favail if space.f_files else None,
        total_inodes=space.f_files or None,
        canary_ms=written_ms,
        canary_error=why_not,
        cameras=_cameras(path, ask.kinds) if ask.kinds and not error else (),
    )


def _listing_error(path: Path) -> str:
    """Why the folder cannot be read, or its files cannot be reached; empty when they can."""
    try:
        with os.scandir(path) as entries:
            next(entries, None)
    except OSError as error:
        return _why(error)
    return "" if os.access(path, os.X_OK) else "Permission denied"


def _cameras(base: Path, kinds: tuple[str, ...]) -> tuple[str, ...]:
    with os.scandir(base) as entries:
        names = (entry.name for entry in entries if entry.is_dir())
        return tuple(sorted(name for name in names if is_camera(name, kinds))[:MOST_CAMERAS])


def _signal(ask: Ask) -> Finding:
    try:
        fd = os.open(ask.path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError) as error:
        return Finding(id=ask.id, exists=False, error=_why(error))
    try:
        status = os.fstat(fd)
        if not stat.S_ISREG(status.st_mode):
            return Finding(id=ask.id, error="not a regular file")
        words = os.read(fd, SIGNAL_BYTES).decode("ascii", "replace").lower().split()
    finally:
        os.close(fd)
    return Finding(id=ask.id, text=words[0] if words else "", mtime_ns=status.st_mtime_ns)


def _nearest(path: Path) -> tuple[Path, os.stat_result, str]:
    """The path, or while it is missing the nearest folder above; and why it is missing. Raises OSError."""
    error = ""
    while True:
        try:
            return path, path.stat(), error
        except (FileNotFoundError, NotADirectoryError) as missing:
            error = error or _why(missing)
            path = path.parent


def _why(error: OSError) -> str:
    return error.strerror or str(error)


def _plain(text: str) -> str:
    """A mount point may be called anything; messages are UTF-8."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
