"""What an earlier node may have left in the run folder: stale sockets, figures, and orphans too stuck to end.

Only for whoever holds the node's lock: then every other process of this folder is an orphan, or somebody's debugging.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import time
from pathlib import Path

from orchestrator.supervisord import PID_FILE, SOCKET
from services.shared.bus import CONTROL, HUB_IN, HUB_OUT
from services.shared.errors import RoleTakenError
from services.shared.events import EARS
from services.shared.metrics import folder as figures

NODE = "node"
"""The role whose lock means: a node runs on this state folder."""

ORPHANS_END_WITHIN_S = 1.5
"""A child that loses its supervisord gets SIGTERM from the kernel; this is how long it may take over that."""

_PID_WRITTEN_WITHIN_S = 0.5
_POLL_S = 0.01


def holder(run_dir: Path, role: str) -> int | None:
    """The pid of the process that holds the lock of `role`, None when nobody does."""
    try:
        fd = os.open(run_dir / f"{role}.lock", os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _written_pid(fd)
    finally:
        os.close(fd)
    return None


def _written_pid(fd: int) -> int:
    """Whoever takes a lock writes its pid a moment later; 0 when it does not."""
    deadline_s = time.monotonic() + _PID_WRITTEN_WITHIN_S
    while not (pid := int(os.pread(fd, 20, 0) or b"0")) and time.monotonic() < deadline_s:
        time.sleep(_POLL_S)
    return pid


def clear(run_dir: Path) -> None:
    """End orphans, then unlink what they left. Raises RoleTakenError for a service that somebody runs by hand."""
    end_orphans(run_dir)
    unlink_sockets(run_dir)
    figures.clear(run_dir / figures.FOLDER)


def unlink_sockets(run_dir: Path) -> None:
    """Lock files stay: whoever unlinks one that is held lets two processes hold "the" lock."""
    for name in (SOCKET, PID_FILE, HUB_IN, HUB_OUT, CONTROL):
        (run_dir / name).unlink(missing_ok=True)
    for path in run_dir.glob(EARS):
        path.unlink(missing_ok=True)


def end_orphans(run_dir: Path) -> None:
    """Wait for processes of an earlier supervisord to end, kill those that do not. Raises RoleTakenError."""
    deadline_s = time.monotonic() + ORPHANS_END_WITHIN_S
    while held := _held_roles(run_dir):
        if time.monotonic() > deadline_s:
            for role, pid in held.items():
                if not _is_supervised(pid):
                    raise RoleTakenError(role, pid)
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        time.sleep(_POLL_S)


def _held_roles(run_dir: Path) -> dict[str, int]:
    roles = (path.stem for path in run_dir.glob("*.lock") if path.stem != NODE)
    return {role: pid for role in roles if (pid := holder(run_dir, role)) is not None}


def _is_supervised(pid: int) -> bool:
    """Whether a supervisord started it, which says so in the environment of its children."""
    try:
        return b"SUPERVISOR_ENABLED=1" in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return True  # It has just ended, and the next look finds its lock free.
