"""What the watcher's benches share: a folder with many small images, a watcher over it, and how figures are told."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from services.shared.bus import Hub
from services.shared.messages import Heartbeat

CHECKOUT = Path(__file__).resolve().parents[2]
START_LIMIT_S = 120.0
COIL_S = 60
PROGRESS_EVERY = 100_000
WEIGH_EVERY_S = 0.1
"""The kernel walks all pages to tell a process's memory, and the process waits meanwhile."""

_JPEG = bytes.fromhex(
    "ffd8ffe000104a46494600010100000100010000ffdb0043001b12141714111b1716171e1c1b2028422b28252528513a3d3042605565645f"
    "555d5b6a7899816a7190735b5d85b586909ea3abadab6780bcc9baa6c799a8aba4ffc0000b080008000801011100ffc40014000100000000"
    "000000000000000000000000ffc40014100100000000000000000000000000000000ffda0008010100003f003fffd9"
)
"""8 x 8 grey pixels."""

_FIRST = datetime(2024, 1, 1)


def image(number: int) -> bytes:
    """A whole, small JPEG; each number's differs by a comment."""
    comment = b"%020d" % number
    return _JPEG[:2] + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + _JPEG[2:]


def name(number: int) -> str:
    """The name of the image taken `number` seconds after the first; the coil changes every minute."""
    return f"{_FIRST + timedelta(seconds=number):%Y%m%d%H%M%S}_{2891 + number // COIL_S}_original.jpg"


def fill(folder: Path, count: int) -> None:
    """Write `count` images, with a line about progress now and then."""
    folder.mkdir(parents=True)
    for number in range(count):
        write(folder, name(number), image(number))
        if (number + 1) % PROGRESS_EVERY == 0:
            say(f"  {number + 1} of {count} images written")


def write(folder: Path, filename: str, data: bytes) -> None:
    """One image in one write."""
    fd = os.open(folder / filename, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    os.write(fd, data)
    os.close(fd)


@contextlib.contextmanager
def scratch(parent: Path | None) -> Iterator[Path]:
    """A temporary folder, removed afterwards."""
    path = Path(tempfile.mkdtemp(prefix="coilcast-bench-", dir=parent))
    try:
        yield path
    finally:
        shutil.rmtree(path)


class Watcher:
    """`python -m services.watcher` over `base`, with the monitor's ear beside it."""

    def __init__(self, base: Path, state: Path) -> None:
        self.state = state
        self.run_dir = state / "run"
        self.run_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.peak_bytes = 0
        self._weighed_s = 0.0
        self.last: Heartbeat | None = None
        self._hub = Hub(self.run_dir)
        environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("COILCAST_")},
            "IMAGE_BASE_PATH": str(base),
            "COILCAST_STATE_PATH": str(state),
            "COILCAST_CONFIG": "/dev/null",
            "COILCAST_WATCH_MODE": "inotify",
        }
        self._began_s = time.monotonic()
        self._log = (state / "watcher.log").open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "services.watcher"],
            cwd=CHECKOUT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
        )

    def __enter__(self) -> Watcher:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._hub.close()
        self._log.close()

    def ready(self) -> float:
        """Wait for it; seconds since its start. Raises SystemExit when it does not get there."""
        while self.last is None or not self.last.ready:
            self.sample()
            if self._process.poll() is not None or time.monotonic() - self._began_s > START_LIMIT_S:
                sys.exit("the watcher did not become ready: " + (self.state / "watcher.log").read_text("utf-8")[-2000:])
            time.sleep(0.005)
        return time.monotonic() - self._began_s

    def sample(self) -> None:
        """Hear its heartbeats and look at its memory."""
        for hint in self._hub.forward():
            if isinstance(hint, Heartbeat):
                self.last = hint
        if time.monotonic() - self._weighed_s < WEIGH_EVERY_S:
            return
        self._weighed_s = time.monotonic()
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{self._process.pid}/smaps_rollup").read_text("ascii").splitlines():
                if line.startswith("Pss:"):
                    self.peak_bytes = max(self.peak_bytes, int(line.split()[1]) * 1024)

    def settle(self, limit_s: float) -> float:
        """Wait until it imports and compares nothing any more, as its idle processor tells; seconds since its start."""
        used_s, looked_s = self._cpu_s(), time.monotonic()
        while time.monotonic() - self._began_s < limit_s:
            time.sleep(0.25)
            self.sample()
            if time.monotonic() - looked_s < 3.0:
                continue
            before_s, used_s = used_s, self._cpu_s()
            share, looked_s = (used_s - before_s) / (time.monotonic() - looked_s), time.monotonic()
            if share < 0.05 and self.last is not None and not self.last.detail.get("importing"):
                return time.monotonic() - self._began_s
        sys.exit(f"the watcher did not come to rest within {limit_s:g} s")

    def send(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def stop(self) -> None:
        """As ops would."""
        self._process.terminate()
        self._process.wait(30)

    def _cpu_s(self) -> float:
        fields = Path(f"/proc/{self._process.pid}/stat").read_text("ascii").rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Report:
    """Figures beside their bars."""

    def __init__(self) -> None:
        self.missed = 0

    def figure(self, what: str, value: float, bar: float, unit: str) -> None:
        """One that must stay below its bar."""
        self.check(f"{what:<44} {value:9.2f} {unit:<4} bar < {bar:.2f} {unit}", value < bar)

    def check(self, what: str, is_ok: bool) -> None:
        """Anything else that must hold."""
        self.missed += not is_ok
        say(f"{what:<78} {'ok' if is_ok else 'MISSED'}")

    @property
    def exit_code(self) -> int:
        return 1 if self.missed else 0


def say(text: str) -> None:
    print(text, flush=True)
