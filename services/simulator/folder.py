"""A folder of one kind, written to as a camera does: the file and nothing beside it."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Literal

from services.shared.logs import Logger
from services.simulator.names import coil_number, hidden_name, is_left_over

PIECE_BYTES = 64 << 10
"""A file grows by so much at a time."""


class Folder:
    """`error` says why it cannot be written to, "" when it can; a change of it is logged."""

    def __init__(self, path: Path, kind: str, write: Literal["rename", "in_place"], log: Logger) -> None:
        self._path = path
        self.kind = kind
        self._in_place = write == "in_place"
        self._log = log
        self.error = ""

    def make(self, base: Path) -> None:
        """Make it below `base`, which itself must be there: a mount that is missing is not written beneath."""
        try:
            base.stat()
            self._path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self._failed(error)

    def tidy(self) -> int:
        """Remove what a killed simulator left behind. Returns the highest coil number in the names, 0 for none."""
        highest = 0
        try:
            with os.scandir(self._path) as entries:
                for entry in entries:
                    if is_left_over(entry.name):
                        Path(entry.path).unlink()
                    else:
                        highest = max(highest, coil_number(entry.name) or 0)
        except OSError as error:
            self._failed(error)
        return highest

    def write(self, filename: str, data: bytes) -> bool:
        """Whether it was written; if not, nothing of it is left, and the next one may be tried."""
        path = self._path / (filename if self._in_place else hidden_name(filename))
        try:
            _write(path, data)
            if not self._in_place:
                path.rename(self._path / filename)
        except OSError as error:
            with contextlib.suppress(OSError):
                path.unlink()
            self._failed(error)
            return False
        if self.error:
            self.error = ""
            self._log.info("folder_works", kind=self.kind, path=str(self._path))
        return True

    def _failed(self, error: OSError) -> None:
        problem = error.strerror or type(error).__name__
        if problem != self.error:
            self.error = problem
            self._log.error("folder_failed", kind=self.kind, path=str(self._path), problem=problem)


def _write(path: Path, data: bytes) -> None:
    with open(path, "wb", buffering=0) as file:
        rest = memoryview(data)
        while rest:
            rest = rest[file.write(rest[:PIECE_BYTES]) :]
