"""A node of stand-in services in a folder of its own, driven by the real command."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from services.shared.metrics.folder import FOLDER, clear
from tests.support.net import free_port
from tests.support.wait import until

COMMAND = str(Path(sys.executable).with_name("service-orchestrator"))
CHECKOUT = Path(__file__).parents[3]
STANDINS = Path(__file__).with_name("standins")

TIMEOUT_S = 2.0
QUICK = {
    "COILCAST_SUPERVISION_HEARTBEAT_INTERVAL_S": "0.2",
    "COILCAST_SUPERVISION_HEARTBEAT_TIMEOUT_S": f"{TIMEOUT_S}",
    "COILCAST_METRICS_PORT": "0",
    "COILCAST_CANARY_INTERVAL_S": "0",
    "COILCAST_RETENTION_ENABLED": "false",
}
"""A silence is found sooner than by default, so that a test need not wait for it; and nothing runs, takes a port or
deletes images that a test has not asked for."""


class Node:
    """One state folder and what runs on it. `settings` are environment variables laid over those a test needs."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.state = folder / "state"
        self.images = folder / "images"
        (self.images / "original").mkdir(parents=True)
        self.port = free_port()
        self.out = folder / "up.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.prefix: Sequence[str] = ()
        """What the node is started by."""
        self.env = os.environ | {
            "PYTHONPATH": f"{STANDINS}{os.pathsep}{CHECKOUT}",
            "COILCAST_STATE_PATH": str(self.state),
            "IMAGE_BASE_PATH": str(self.images),
            "IMAGE_RECEIVER_PORT": str(self.port),
            "COILCAST_NODE_LANGUAGE": "en",
            "NO_COLOR": "1",
            **QUICK,
            **settings,
        }

    def run(self, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        """The command, to its end."""
        return subprocess.run(
            [COMMAND, *arguments], env=self.env | env, capture_output=True, text=True, timeout=60, check=False
        )

    def begin(self, *arguments: str, **env: str) -> subprocess.Popen[bytes]:
        """The command in the background; what it says goes to `out`."""
        with self.out.open("wb") as out:
            self.process = subprocess.Popen(
                [*self.prefix, COMMAND, *arguments],
                env=self.env | env,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        return self.process

    def up(self, *arguments: str) -> subprocess.Popen[bytes]:
        """`up` in the foreground, once it has told the panel's address."""
        process = self.begin(*(arguments or ("up",)))
        until(lambda: "http://" in self.said() or process.poll() is not None, 30, "the panel's address")
        assert process.poll() is None, self.said()
        return process

    def down(self) -> None:
        """The node ended from another terminal; `up`, which sees that a moment later, ends well, too."""
        assert self.process is not None
        assert self.run("down").returncode == 0
        assert self.process.wait(10) == 0

    def end(self) -> None:
        """Whatever still runs of this node ends, by force if need be."""
        try:
            if self.supervisord() is not None:
                self.run("down")
            if self.process is not None and self.process.poll() is None:
                self.process.terminate()
                self.process.wait(15)
        finally:
            for pid in self.processes():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            clear(self.state / "run" / FOLDER)

    def said(self) -> str:
        return self.out.read_text("utf-8")

    def status(self) -> dict[str, Any]:
        """What `status --json` tells; an empty dictionary while it cannot."""
        answer = self.run("status", "--json")
        found: dict[str, Any] = json.loads(answer.stdout) if answer.stdout else {}
        return found

    def service(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self.status().get("services", {}).get(name, {"state": "unknown", "pid": 0})
        return found

    def pid(self, name: str) -> int:
        """The pid that holds the role's lock, which is quicker to ask for than the status; 0 when nobody does."""
        path = self.state / "run" / f"{name}.lock"
        try:
            pid = int(path.read_text("ascii") or "0")
        except FileNotFoundError:
            return 0
        return pid if pid and is_alive(pid) else 0

    def supervisord(self) -> int | None:
        try:
            return int((self.state / "run" / "supervisord.pid").read_text("ascii"))
        except (FileNotFoundError, ValueError):
            return None

    def await_replaced(self, name: str, pid: int, timeout_s: float) -> dict[str, Any]:
        """The service once another process than `pid` is ready."""

        def replacement() -> dict[str, Any]:
            service = self.service(name) if self.pid(name) not in (0, pid) else {"state": "dead"}
            return service if service["state"] == "ready" and service["pid"] != pid else {}

        return until(replacement, timeout_s, f"another {name}")

    def log(self, name: str) -> str:
        return (self.state / "logs" / f"{name}.log").read_text("utf-8")

    def behave(self, verb: str, name: str) -> Path:
        """Makes a stand-in misbehave until the file that is returned is gone."""
        folder = self.state / "behave"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{verb}-{name}"
        path.touch()
        return path

    def processes(self) -> list[int]:
        """Every process that was started for this node: they all carry its state folder in their environment."""
        mark = f"COILCAST_STATE_PATH={self.state}".encode()
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdecimal() and int(entry.name) != os.getpid():
                try:
                    if mark in (entry / "environ").read_bytes().split(b"\0"):
                        found.append(int(entry.name))
                except OSError:
                    continue
        return found

    def leftovers(self) -> list[str]:
        """Processes, sockets, pid files and held locks; nothing is what should be left."""
        run_dir = self.state / "run"
        files = [path.name for path in run_dir.iterdir() if path.suffix in (".ipc", ".sock", ".pid")]
        locks = [path.name for path in run_dir.glob("*.lock") if is_held(path)]
        return [str(pid) for pid in self.processes()] + files + locks


def is_alive(pid: int) -> bool:
    """False for a zombie, too."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def is_held(path: Path) -> bool:
    """Whether a process holds the lock on this file."""
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def seconds_since(began_s: float) -> float:
    return time.monotonic() - began_s
