"""What must hold before a node can start, each as one line that says what is wrong and how to mend it."""

from __future__ import annotations

import errno
import os
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from orchestrator.databases import refuse_newer
from orchestrator.supervisord import SOCKET
from services.shared.bus import IPC_PATH_LIMIT
from services.shared.errors import DatabaseError, DatabaseTooNew, StateError
from services.shared.mounts import mount_of
from services.shared.settings import Settings

LEAST_FREE_BYTES = 64 << 20
PORT_PATIENCE_S = 2.0
"""The gateways of a node that was killed a moment ago need so long to let go of the port."""

_LONGEST_PID = "4194304"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `text` says how it is, and how to mend it when it is not ok."""

    subject: str
    ok: bool
    text: str


def refuse_unfit(settings: Settings) -> None:
    """Raises StateError with the first thing that keeps a node from starting."""
    for finding in findings(settings):
        if not finding.ok:
            raise StateError(finding.text)


def findings(settings: Settings, *, port: bool = True) -> Iterator[Finding]:
    """Everything that is looked at, in order; without the port for a node that runs and so holds it."""
    yield _probe("image folder", lambda: _images(settings.images.base))
    yield _probe("state folder", lambda: _state(settings.state))
    yield _probe("databases", lambda: _databases(settings))
    yield _probe("sockets", lambda: _socket_paths(settings.run_dir))
    if port:
        yield _probe("port", lambda: _port(settings.gateway.bind, settings.gateway.port))


def _probe(subject: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(subject, True, look())
    except StateError as error:
        return Finding(subject, False, str(error))


def _images(base: Path) -> str:
    try:
        with os.scandir(base) as entries:
            next(entries, None)
    except FileNotFoundError:
        raise StateError(f"the image folder {base} does not exist; make it, or set IMAGE_BASE_PATH") from None
    except NotADirectoryError:
        raise StateError(f"the image folder {base} is no folder; set IMAGE_BASE_PATH to one") from None
    except OSError as error:
        raise StateError(f"the image folder {base} cannot be read: {error.strerror}; check its rights") from None
    return f"{base} can be read"


def _state(state: Path) -> str:
    mount = mount_of(state)
    if mount.is_network:
        raise StateError(
            f"the state folder {state} is on a network filesystem ({mount.fstype} at {mount.mount_point}), where "
            "SQLite is not safe; set COILCAST_STATE_PATH to a local folder"
        )
    try:
        state.mkdir(parents=True, exist_ok=True)
        probe = state / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise StateError(
            f"the state folder {state} cannot be written: {error.strerror}; check its rights, or set "
            "COILCAST_STATE_PATH to another"
        ) from None
    free_bytes = shutil.disk_usage(state).free
    if free_bytes < LEAST_FREE_BYTES:
        raise StateError(
            f"the state folder {state} has {free_bytes >> 20} MB free, needs {LEAST_FREE_BYTES >> 20}; make room, or "
            "set COILCAST_STATE_PATH"
        )
    return f"{state} can be written ({mount.fstype}, {free_bytes / (1 << 30):.1f} GB free)"


def _databases(settings: Settings) -> str:
    try:
        refuse_newer(settings)
    except DatabaseTooNew as error:
        raise StateError(str(error)) from None
    except DatabaseError as error:
        return f"a node starts, but {error}"  # Who uses the file says so, too, and the rest of the node works.
    return f"the databases in {settings.state} are not of a newer coilcast"


def _socket_paths(run_dir: Path) -> str:
    # supervisord binds under a temporary name with its pid, in the folder's real path, and renames.
    longest = f"{os.path.realpath(run_dir)}/{SOCKET}.{_LONGEST_PID}"
    if len(longest.encode()) > IPC_PATH_LIMIT:
        raise StateError(
            f"the state folder's path is {len(longest.encode()) - IPC_PATH_LIMIT} bytes too long for sockets in "
            f"{run_dir}; set COILCAST_STATE_PATH to a shorter one"
        )
    return f"paths in {run_dir} are short enough"


def _port(bind: str, port: int) -> str:
    deadline_s = time.monotonic() + PORT_PATIENCE_S
    while not is_port_free(bind, port):
        if time.monotonic() > deadline_s:
            raise StateError(
                f"port {port} on {bind} is taken{_taker(port)}; stop that program, or set IMAGE_RECEIVER_PORT"
            )
        time.sleep(0.05)
    return f"{port} on {bind} is free"


def is_port_free(bind: str, port: int) -> bool:
    """Whether nobody listens there. Raises StateError when nobody could.

    Without SO_REUSEPORT, or we would join whoever has it; with SO_REUSEADDR, or a connection of our own that has just
    ended would count (socket(7), tcp(7) TIME_WAIT).
    """
    try:
        address = socket.getaddrinfo(bind, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except OSError as error:
        raise StateError(f"gateway.bind is {bind!r}: {error.strerror}; give an address of this machine") from None
    with socket.socket(address[0], socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address[4])
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            hint = "ports below 1024 are for root" if error.errno == errno.EACCES else "set gateway.bind to one of its"
            raise StateError(f"{bind} port {port} cannot be listened on: {error.strerror}; {hint}") from None
    return True


def _taker(port: int) -> str:
    """` by pid 12 (name)`, as far as /proc lets us see; an empty text otherwise."""
    inodes = {f"socket:[{inode}]" for inode in _listening_inodes(port)}
    for folder in Path("/proc").glob("[0-9]*/fd"):
        try:
            if any(str(fd.readlink()) in inodes for fd in folder.iterdir()):
                name = (folder.parent / "comm").read_text("utf-8").strip()
                return f" by pid {folder.parent.name} ({name})"
        except OSError:
            continue  # Not ours to look into, or gone meanwhile.
    return ""


def _listening_inodes(port: int) -> Iterator[str]:
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            lines = Path(table).read_text("ascii").splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if fields[3] == "0A" and int(fields[1].rpartition(":")[2], 16) == port:
                yield fields[9]
