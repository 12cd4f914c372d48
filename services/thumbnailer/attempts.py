"""How often a decoder was set on a file and has not come back: written down before, struck out afterwards.

A small file for each such image, beside the previews, with one character for each attempt. So whoever takes an image up
knows what became of those who had it before, whichever process they were and however they ended.
"""

from __future__ import annotations

import contextlib
import os
import time
from dataclasses import dataclass
from pathlib import Path

REST_S = 2.0
"""A file that a decoder could not cope with is left alone for so long: first the others get their turn."""

_UNKNOWN, _BLAMED = b"?", b"!"
"""The worker vanished, perhaps without the file's fault; the decoder took too long or too much memory."""


@dataclass(frozen=True)
class Record:
    """What is known of an image: attempts that did not end well, and how long it has to rest before the next."""

    count: int = 0
    rest_s: float = 0.0


class Attempts:
    """`folder` is that of the catalog's previews. Every method raises OSError when the state folder fails."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "attempts"

    def look(self, seq: int) -> Record:
        """What is known of it."""
        try:
            fd = os.open(self._path(seq), os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return Record()
        try:
            marks, age_s = os.read(fd, 1000), time.time() - os.fstat(fd).st_mtime
        finally:
            os.close(fd)
        # A clock that was set back must not make it rest for ever.
        rests = marks.endswith(_BLAMED) and 0 <= age_s < REST_S
        return Record(len(marks), REST_S - age_s if rests else 0.0)

    def begin(self, seq: int) -> None:
        """A decoder is set on it: from here on this counts, unless it is forgotten or taken back."""
        try:
            self._append(seq)
        except FileNotFoundError:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._append(seq)

    def blame(self, seq: int) -> None:
        """The attempt that was begun has ended the worker by the file's fault."""
        self._shorten(seq, _BLAMED)

    def take_back(self, seq: int) -> None:
        """The attempt that was begun does not count."""
        self._shorten(seq)

    def forget(self, seq: int) -> None:
        """It ended well, never will, or the image is gone."""
        self._path(seq).unlink(missing_ok=True)

    def unfinished(self) -> list[int]:
        """The images with attempts that have not ended well; some may be at work in another process."""
        try:
            return sorted(int(path.name) for path in self._folder.iterdir() if path.name.isdecimal())
        except FileNotFoundError:
            return []

    def _append(self, seq: int) -> None:
        fd = os.open(self._path(seq), os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        try:
            os.write(fd, _UNKNOWN)
        finally:
            os.close(fd)

    def _shorten(self, seq: int, instead: bytes = b"") -> None:
        """Replace the last mark."""
        with contextlib.suppress(FileNotFoundError), self._path(seq).open("rb+") as file:
            marks = file.read()[:-1] + instead
            file.seek(0)
            file.write(marks)
            file.truncate()
            if not marks:
                self.forget(seq)

    def _path(self, seq: int) -> Path:
        return self._folder / str(seq)
