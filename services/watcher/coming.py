"""Files on their way into a folder that are not finished: hidden and temporary names, and what nobody has closed yet.

Once images stop, this tells a camera that writes and does not get done from one that is silent.
"""

from __future__ import annotations

from pathlib import Path

CAPACITY = 8
"""The latest so many names are looked at; whoever leaves more behind goes on writing others."""


class Coming:
    """When something last came or grew. Any thread may tell; one looks."""

    def __init__(self) -> None:
        self.at_ms: int | None = None
        self._files: dict[str, tuple[int, int] | None] = {}

    def came(self, filename: str, at_ms: int) -> None:
        """A name appeared, or was written to, that is no image yet."""
        self.at_ms = at_ms
        self._files.pop(filename, None)
        self._files[filename] = None
        if len(self._files) > CAPACITY:
            self._files.pop(next(iter(self._files)), None)

    def done(self, filename: str) -> None:
        """It was closed, renamed, or is gone."""
        self._files.pop(filename, None)

    def moved(self, at_ms: int) -> None:
        """A file that waits to become whole is still at it."""
        self.at_ms = at_ms

    def look(self, folder: Path, at_ms: int) -> None:
        """See whether one has grown since the last look."""
        for filename, before in list(self._files.items()):
            try:
                status = (folder / filename).lstat()
            except OSError:
                self.done(filename)
                continue
            now = (status.st_size, status.st_mtime_ns)
            if now != before and filename in self._files:
                self._files[filename] = now
                self.at_ms = at_ms if before is not None else self.at_ms
