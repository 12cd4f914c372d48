"""What is measured: services as processes of their own, in a folder of their own."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from services.shared.bus import Hub
from services.shared.messages import Heartbeat

CHECKOUT = Path(__file__).resolve().parents[2]
START_LIMIT_S = 120.0
STOP_LIMIT_S = 30.0


@contextlib.contextmanager
def scratch(parent: Path | None) -> Iterator[Path]:
    """A temporary folder, removed afterwards. Its path is short: sockets' names must fit behind it."""
    path = Path(tempfile.mkdtemp(prefix="coilcast-bench-", dir=parent))
    try:
        yield path
    finally:
        shutil.rmtree(path)


def settings(base: Path, state: Path, **values: str) -> dict[str, str]:
    """The environment for a service over the images in `base`, free of whatever is set for another node."""
    return {
        **{key: value for key, value in os.environ.items() if not key.startswith(("COILCAST_", "IMAGE_"))},
        "IMAGE_BASE_PATH": str(base),
        "COILCAST_STATE_PATH": str(state),
        "COILCAST_CONFIG": "/dev/null",
        "COILCAST_WATCH_MODE": "inotify",
        **values,
    }


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def cpu_s(pid: int) -> float:
    """The processor time, user and system, that a process and all its threads took. Raises OSError when it is gone.

    From the process's own clock, in nanoseconds (clock_getcpuclockid(3)): /proc counts in hundredths of a second.
    """
    return time.clock_gettime_ns(~pid << 3 | 2) / 1e9


def pss_bytes(pid: int) -> int:
    """The memory of a process: its own pages, and its share of those it has in common. Raises OSError.

    The kernel walks all pages for this, and the process waits meanwhile.
    """
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


class Process:
    """A command that runs until stop() or the end of the `with`; what it says goes into the file `log`."""

    def __init__(
        self,
        command: Sequence[str],
        log: Path,
        environment: Mapping[str, str] | None = None,
        folder: Path = CHECKOUT,
    ) -> None:
        self.log = log
        self._out = log.open("ab")
        self._process = subprocess.Popen(
            list(command),
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=self._out,
            stderr=self._out,
        )

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def cpu_s(self) -> float:
        return cpu_s(self.pid)

    @property
    def runs(self) -> bool:
        return self._process.poll() is None

    def text(self) -> str:
        return self.log.read_text("utf-8", "replace")

    def send(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def stop(self) -> None:
        """As ops would."""
        self._process.terminate()
        self._process.wait(STOP_LIMIT_S)

    def close(self) -> None:
        if self.runs:
            self._process.kill()
        self._process.wait()
        self._out.close()


class Line:
    """Services over `base`, each a process, with the monitor's ear beside them. `values` are settings for them.

    A service that is named twice runs twice; `services` has them by the names of their processes, as in `watcher-0`.
    """

    def __init__(self, base: Path, state: Path, services: Sequence[str], **values: str) -> None:
        run_dir = state / "run"
        run_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.last: dict[str, Heartbeat] = {}
        self._hub = Hub(run_dir)
        self._began_s = time.monotonic()
        environment = settings(base, state, **values)
        self.services: dict[str, Process] = {}
        for place, service in enumerate(services):
            instance = services[:place].count(service)
            command = [sys.executable, "-m", f"services.{service}", "--instance", str(instance)]
            name = f"{service}-{instance}"
            self.services[name] = Process(command, state / f"{name}.log", environment)

    def __enter__(self) -> Line:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.services.values():
            process.close()
        self._hub.close()

    @property
    def age_s(self) -> float:
        return time.monotonic() - self._began_s

    def ready(self) -> float:
        """Wait for it; seconds since its start. Raises SystemExit when it does not get there."""
        while not all(name in self.last and self.last[name].ready for name in self.services):
            self.hear()
            for name, process in self.services.items():
                if not process.runs or self.age_s > START_LIMIT_S:
                    sys.exit(f"{name} did not become ready: {process.text()[-2000:]}")
            time.sleep(0.005)
        return self.age_s

    def hear(self) -> None:
        """Take the heartbeats that have come."""
        for hint in self._hub.forward():
            if isinstance(hint, Heartbeat):
                self.last[hint.name] = hint

    def stop(self) -> None:
        """As ops would."""
        for process in self.services.values():
            process.stop()
