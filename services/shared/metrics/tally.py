"""Numbers that outlive the process that counts: one file for each process, which its successor goes on with.

So nothing is lost, counted twice or left behind under a number of its own. An addition is a store into memory; the
monitor reads the files.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from threading import Lock

from services.shared.metrics.cells import CellFile, Key, TallyDamaged

MOST_HELD = 10_000
"""So many numbers are kept in memory while the file cannot take them."""

AGAIN_S = 5.0
"""When it could not."""


class Tally:
    """Numbers by key; without a path in memory only. Safe to use from several threads, by one process at a time.

    What the file does not take, because the disk is full or gone, is counted in memory until it does: no method raises.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._lock = Lock()
        self._file: CellFile | None = None
        self._cells: memoryview[float] = memoryview(b"").cast("d")
        self._places: dict[Key, int] = {}
        self._held: dict[Key, float] = {}
        self._set: set[Key] = set()
        """Which of those that are held are no counts."""
        self._again_s = 0.0
        self.was_damaged = False
        """A predecessor's file could not be used: counting began anew."""
        self.trouble = ""
        """Why the file does not take numbers at present, else empty."""
        self._open()

    def add(self, key: Key, amount: float = 1.0) -> None:
        """Count up."""
        self.add_all({key: amount})

    def add_all(self, amounts: Mapping[Key, float]) -> None:
        """Count up several, which costs little more than one."""
        with self._lock:
            for key, amount in amounts.items():
                place = self._places.get(key)
                if place is not None or (place := self._place(key)) is not None:
                    self._cells[place] += amount
                elif key in self._held or len(self._held) < MOST_HELD:
                    self._held[key] = self._held.get(key, 0.0) + amount

    def set(self, key: Key, number: float) -> None:
        """For what is no count."""
        with self._lock:
            place = self._places.get(key)
            if place is not None or (place := self._place(key)) is not None:
                self._cells[place] = number
            elif key in self._held or len(self._held) < MOST_HELD:
                self._held[key] = number
                self._set.add(key)

    def numbers(self) -> dict[Key, float]:
        """All of them, those of predecessors included."""
        with self._lock:
            self._open()
            return self._held | {key: self._cells[place] for key, place in self._places.items()}

    def tend(self) -> None:
        """Called once in a while: should somebody have deleted the file, all of it is put into another."""
        with self._lock:
            if self._file is not None and self._is_gone(self._file):
                self._held = {key: self._cells[place] for key, place in self._places.items()} | self._held
                self._set |= self._places.keys()
                self._let_go()
            if self._held:
                self._open()
                for key in list(self._held):
                    self._place(key)

    def close(self) -> None:
        """The file stays; what is counted from now on is forgotten."""
        with self._lock:
            self._path = None
            self._let_go()

    def _place(self, key: Key) -> int | None:
        """Where the number of a new key is from now on; None while the file does not take it."""
        file = self._open()
        if file is None:
            return None
        try:
            if key not in file.places:
                file.append(key)
        except OSError as error:
            self._failed(error)
            return None
        self._took_over(file)
        return self._places[key]

    def _open(self) -> CellFile | None:
        if self._path is None or time.monotonic() < self._again_s:
            return None
        if self._file is None:
            try:
                try:
                    self._file = CellFile(self._path)
                except TallyDamaged:
                    self.was_damaged = True
                    self._path.unlink(missing_ok=True)
                    self._file = CellFile(self._path)
            except OSError as error:
                self._failed(error)
                return None
            self._took_over(self._file)
        return self._file

    def _took_over(self, file: CellFile) -> None:
        """The file's entries, and into them what was held."""
        self._cells, self._places, self.trouble = file.cells, file.places, ""
        for key in [key for key in self._held if key in self._places]:
            number, place = self._held.pop(key), self._places[key]
            self._cells[place] = number if key in self._set else self._cells[place] + number
            self._set.discard(key)

    def _is_gone(self, file: CellFile) -> bool:
        try:
            return file.is_gone
        except OSError as error:
            self._failed(error)
            return False

    def _let_go(self) -> None:
        file, self._file = self._file, None
        self._places, self._cells = {}, memoryview(b"").cast("d")
        if file is not None:
            file.close()

    def _failed(self, error: OSError) -> None:
        self.trouble = error.strerror or str(error)
        self._again_s = time.monotonic() + AGAIN_S
