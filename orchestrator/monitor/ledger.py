"""What the monitor keeps in `operations.db` beside its alerts, and reads there: in a thread, as its loop waits for no
disk. Where images were stored when they flowed last, and whether the line runs.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from orchestrator.monitor.places import PlaceKept
from services.shared.errors import DatabaseError
from services.shared.operations import Line, LineState, Memory

PLACES = "places"
"""Under this key."""

LOOK_EVERY_S = 1.0
AGAIN_AFTER_S = 5.0
"""When the file could not be read or written."""

ENDS_WITHIN_S = 0.5


class Ledger:
    """`lines` is what was said of the line; `places` what an earlier monitor kept, None until it is read."""

    def __init__(self, path: Path, log: Callable[[str], object]) -> None:
        self._path = path
        self._say_failed = log
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._places: Mapping[str, PlaceKept] | None = None
        """To be kept."""
        self._said: LineState | None = None
        """To be said of the line."""
        self._failure = ""
        self.lines: Sequence[LineState] = ()
        self.places: Mapping[str, PlaceKept] | None = None
        self._thread = threading.Thread(target=self._run, name="ledger", daemon=True)
        self._thread.start()

    def keep(self, places: Mapping[str, PlaceKept]) -> None:
        """Have these kept, instead of what was."""
        with self._lock:
            self._places = places

    def say(self, line: LineState) -> None:
        """Have this said of the line."""
        with self._lock:
            self._said = line

    def stop(self) -> None:
        """Have it end; close() waits for that."""
        self._stopped.set()

    def close(self) -> None:
        """Waits a moment at most for what is being written."""
        self.stop()
        self._thread.join(ENDS_WITHIN_S)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self._work()
            except DatabaseError as error:
                if str(error) != self._failure:
                    self._failure = str(error)
                    self._say_failed(self._failure)
                self._stopped.wait(AGAIN_AFTER_S)

    def _work(self) -> None:
        """With one file as long as it is that; held open, so that its room is kept. Raises DatabaseError."""
        line = Line(self._path)
        try:
            with contextlib.suppress(DatabaseError):
                line.keep_room()
            if self.places is None:
                self.places = self._recall()
            version = -1
            while not self._stopped.is_set() and not line.is_replaced():
                has_said = self._write(line)
                before, version = version, line.version()
                if has_said or version != before:
                    self.lines = line.lines()
                self._failure = ""
                self._stopped.wait(LOOK_EVERY_S)
        finally:
            line.close()

    def _recall(self) -> Mapping[str, PlaceKept]:
        memory = Memory(self._path)
        try:
            return memory.recall(PLACES, dict[str, PlaceKept]) or {}
        finally:
            memory.close()

    def _write(self, line: Line) -> bool:
        """Whether something was said of the line. What cannot be written is tried again."""
        places, said = self._places, self._said
        if said is not None:
            line.say(said.camera, said.state, said.by, said.said_at_ms)
        if places is not None:
            memory = Memory(self._path)
            try:
                memory.keep(PLACES, places, time.time_ns() // 1_000_000)
            finally:
                memory.close()
        with self._lock:
            self._places = self._places if self._places is not places else None
            self._said = self._said if self._said is not said else None
        return said is not None
