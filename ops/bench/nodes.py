"""A whole node, as ops start it: supervisord, the monitor and the services, with an ear on their bus."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from processes import free_port, settings

from services.shared.bus import HintPort
from services.shared.messages import Health, Heartbeat, Hint

COMMAND = Path(sys.executable).with_name("service-orchestrator")
COMMAND_LIMIT_S = 60.0
LISTEN_EVERY_S = 0.002
KINDS = ("original", "labeled")


class Life(NamedTuple):
    """A process that has said that it is ready, and when that was heard, by time.monotonic()."""

    pid: int
    ready_s: float


class Ear:
    """Who is ready since when. `source` gives the hints that have come since it was asked last."""

    def __init__(self, source: Callable[[], Iterable[Hint]]) -> None:
        self._source = source
        self.lives: dict[str, Life] = {}
        """By the name of the process; one that has just died is still here."""
        self.launched: dict[str, int] = {}
        """The pid of each process as the monitor said last, ready or not; 0 while there is none."""
        self.heads: dict[str, int] = {}
        """How far in the log each process said last that it is."""

    def hear(self) -> None:
        """Take what has come."""
        for hint in self._source():
            if isinstance(hint, Heartbeat):
                self._beat(hint, time.monotonic())
            elif isinstance(hint, Health):
                self.launched = {name: service.pid for name, service in hint.services.items()}

    def listen(self, until_s: float, done: Callable[[], bool] = lambda: False) -> bool:
        """Hear until `done` (True) or until the moment `until_s` (False)."""
        while True:
            self.hear()
            if done():
                return True
            if time.monotonic() >= until_s:
                return False
            time.sleep(min(LISTEN_EVERY_S, max(0.0, until_s - time.monotonic())))

    def is_ready(self, name: str, other_than: int = 0) -> bool:
        """Whether a process of this name is ready that is not the one with the pid `other_than`."""
        return name in self.lives and self.lives[name].pid != other_than

    def _beat(self, beat: Heartbeat, now_s: float) -> None:
        life = self.lives.get(beat.name)
        if beat.ready and (life is None or life.pid != beat.pid):
            self.lives[beat.name] = Life(beat.pid, now_s)
        self.heads[beat.name] = beat.seq


class Node:
    """`service-orchestrator up --detach` over two folders in `root`, from entry to exit. `values` are settings."""

    def __init__(self, root: Path, **values: str) -> None:
        self.base = root / "images"
        self.state = root / "state"
        self.run_dir = self.state / "run"
        self.port = free_port()
        for kind in KINDS:
            (self.base / kind).mkdir(parents=True)
        own = {"IMAGE_RECEIVER_PORT": str(self.port), "COILCAST_NODE_LANGUAGE": "en", "NO_COLOR": "1"}
        own |= {"COILCAST_METRICS_PORT": "0", "COILCAST_RETENTION_ENABLED": "false"}
        self._environment = settings(self.base, self.state, **own | values)
        self._hints = HintPort(self.run_dir, (Heartbeat, Health))
        self.ear = Ear(self._hints.drain)

    def __enter__(self) -> Node:
        """Raises SystemExit with what it said when it does not come up."""
        ended = self._command("up", "--detach")
        if ended.returncode:
            said = ended.stdout + ended.stderr + "".join(self.last_words(name) for name in ("monitor", "supervisord"))
            self.__exit__()
            sys.exit(f"the node did not come up:\n{said}")
        return self

    def __exit__(self, *_: object) -> None:
        self._hints.close()
        self._command("down")
        for pid in self.processes():
            os.kill(pid, signal.SIGKILL)

    def down(self) -> str:
        """As ops would; returns what it said if it did not end well, else nothing."""
        ended = self._command("down")
        return (ended.stdout + ended.stderr) if ended.returncode else ""

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> int:
        """Send a signal to the process that has this name now; returns its pid, 0 when there is none."""
        pid = self.ear.launched.get(name, 0)
        try:
            pidfd = os.pidfd_open(pid) if pid else -1
        except ProcessLookupError:
            return 0
        if pidfd < 0:
            return 0
        try:
            if not self._is_ours(pid):
                return 0
            signal.pidfd_send_signal(pidfd, number)
        except ProcessLookupError:
            return 0
        finally:
            os.close(pidfd)
        return pid

    def last_words(self, name: str, lines: int = 20) -> str:
        """The end of a log."""
        path = self.state / "logs" / f"{name}.log"
        return "\n".join(path.read_text("utf-8", "replace").splitlines()[-lines:]) if path.exists() else ""

    def processes(self) -> list[int]:
        """Every process that was started for this node: all carry its state folder in their environment."""
        pids = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal())
        return [pid for pid in pids if pid != os.getpid() and self._is_ours(pid)]

    def leftovers(self) -> list[str]:
        """Processes, sockets and held locks; nothing is what should be left of a node that was ended."""
        sockets = [path.name for path in self.run_dir.iterdir() if path.suffix in (".ipc", ".sock", ".pid")]
        locks = [path.name for path in self.run_dir.glob("*.lock") if _is_held(path)]
        return [f"process {pid}" for pid in self.processes()] + sockets + locks

    def _is_ours(self, pid: int) -> bool:
        mark = f"COILCAST_STATE_PATH={self.state}".encode()
        try:
            return mark in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        except OSError:
            return False

    def _command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [COMMAND, *arguments],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=COMMAND_LIMIT_S,
            check=False,
        )


def _is_held(path: Path) -> bool:
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
