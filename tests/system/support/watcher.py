"""The watcher as a real process over a real folder, with a follower and the monitor's ear beside it."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from services.shared.bus import Hub
from services.shared.catalog import CatalogReader
from services.shared.follow import Follower
from services.shared.messages import Event, Heartbeat, Hint
from tests.support.wait import until

CHECKOUT = Path(__file__).resolve().parents[3]
MAX_QUEUED_EVENTS = Path("/proc/sys/fs/inotify/max_queued_events")

Told = tuple[str, str]
"""(new | changed | removed, file name)."""


class Watcher:
    """`python -m services.watcher`. It may be started again after it ended; what was told is kept."""

    def __init__(self, root: Path, *, prefix: Sequence[str] = (), **settings: str) -> None:
        self.base = root / "images"
        self.original = self.base / "original"
        self.labeled = self.base / "labeled"
        self.state = root / "state"
        self.run = self.state / "run"
        self.log = root / "watcher.log"
        self.prefix = list(prefix)
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("COILCAST_")},
            "IMAGE_BASE_PATH": str(self.base),
            "COILCAST_STATE_PATH": str(self.state),
            "COILCAST_CONFIG": "/dev/null",
            "COILCAST_NODE_LANGUAGE": "en",
            "COILCAST_WATCH_MODE": "inotify",
            **settings,
        }
        self.run.mkdir(mode=0o700, parents=True)
        self.events: list[Event] = []
        self.beats: list[Heartbeat] = []
        self._hub = Hub(self.run)
        self._process: subprocess.Popen[bytes] | None = None
        self._reader: CatalogReader | None = None
        self._follower: Follower | None = None

    def make_folders(self) -> None:
        for folder in (self.original, self.labeled):
            folder.mkdir(parents=True)

    def start(self) -> None:
        """Returns when it has said that it is ready."""
        readies = self.text().count("] ready")
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*self.prefix, sys.executable, "-m", "services.watcher"],
                cwd=CHECKOUT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        until(lambda: self.text().count("] ready") > readies or self._process_ended(), 20, "a ready watcher")
        if self._follower is None:
            self._reader = CatalogReader(self.state / "catalog.db")
            self._follower = Follower(self._reader, self.run, 0)

    def stop(self) -> None:
        """As ops would; it must end well."""
        assert self._process is not None
        self._process.terminate()
        assert self._process.wait(10) == 0, self.text()

    def kill(self) -> None:
        self.send(signal.SIGKILL)
        assert self._process is not None
        self._process.wait(10)

    def dies(self) -> None:
        """Wait until somebody else has killed it."""
        assert self._process is not None
        assert self._process.wait(10) == -signal.SIGKILL, self.text()

    def send(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def close(self) -> None:
        """End and release everything."""
        if self._process is not None and self._process.poll() is None:
            self.send(signal.SIGKILL)
            self._process.wait(10)
        if self._follower is not None and self._reader is not None:
            self._follower.close()
            self._reader.close()
        self._hub.close()

    @property
    def reader(self) -> CatalogReader:
        assert self._reader is not None
        return self._reader

    def told(self) -> list[Told]:
        """All that was told so far, in order."""
        assert self._follower is not None
        self.events.extend(self._follower.events())
        return [(event.type, event.image.filename) for event in self.events]

    def tells(self, *expected: Told, timeout_s: float = 10.0) -> None:
        """Wait until just this was told since the beginning, and no other thing."""
        until(lambda: len(self.told()) >= len(expected), timeout_s, f"{expected}, after {self.told()[-5:]}")
        told = self.told()
        assert told == list(expected), told

    def event(self, filename: str, timeout_s: float = 10.0) -> Event:
        """The last event of a file."""

        def find() -> list[Event]:
            self.told()
            return [event for event in self.events if event.image.filename == filename]

        return until(find, timeout_s, f"an event of {filename}")[-1]

    def rejects(self) -> dict[str, str]:
        return {reject.filename: reject.reason for reject in self.reader.rejects(10_000)}

    def text(self) -> str:
        return self.log.read_text("utf-8", "replace") if self.log.exists() else ""

    def says(self, words: str, times: int = 1) -> None:
        """Wait for a line of the log."""
        until(lambda: self.text().count(words) >= times, what=f"{words!r} in the log")

    def detail(self) -> dict[str, Any]:
        """What the next heartbeat tells that is not the very first, which has no details yet."""
        self._hear_beats()
        before = len(self.beats)
        until(lambda: self._hear_beats()[before:] and self.beats[-1].detail, what="a heartbeat")
        return self.beats[-1].detail

    def say(self, hint: Hint) -> None:
        """What another process would say."""
        self._hub.say(hint)

    def heard(self) -> list[Hint]:
        """What was said since the last call; passed on to everybody, as the monitor does."""
        return list(self._hub.forward())

    def _hear_beats(self) -> list[Heartbeat]:
        self.beats.extend(hint for hint in self._hub.forward() if isinstance(hint, Heartbeat))
        return self.beats

    def _process_ended(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise AssertionError(f"the watcher ended: {self.text()}")
        return False


@contextlib.contextmanager
def short_folder(parent: str | None = None) -> Iterator[Path]:
    """A temporary folder whose path leaves room for the sockets' names."""
    path = Path(tempfile.mkdtemp(prefix="coilcast-", dir=parent))
    try:
        yield path
    finally:
        shutil.rmtree(path)


@contextlib.contextmanager
def event_queue_of(events: int) -> Iterator[None]:
    """Watchers started inside get so short a queue from the kernel; that of others is as it was."""
    before = MAX_QUEUED_EVENTS.read_text()
    MAX_QUEUED_EVENTS.write_text(str(events))
    try:
        yield
    finally:
        MAX_QUEUED_EVENTS.write_text(before)
