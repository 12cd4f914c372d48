"""The image folders, each held open: what is deleted is deleted in the directory that was looked at, by its name there.

No link is followed below it, so that nothing outside of the image folders can go.
"""

from __future__ import annotations

import os
from pathlib import Path

from services.shared.catalog import Held
from services.shared.files import folder_of


class ImageFolder:
    """One directory. Raises OSError when it is not there."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        self.identity = _identity(os.fstat(self.fd))

    def close(self) -> None:
        os.close(self.fd)

    def find(self, filename: str) -> os.stat_result | None:
        """What the name stands for, a link for itself; None when there is nothing. Raises OSError."""
        try:
            return os.stat(filename, dir_fd=self.fd, follow_symlinks=False)
        except FileNotFoundError:
            return None

    def unlink(self, filename: str) -> None:
        """Another may have been faster. Raises OSError."""
        try:
            os.unlink(filename, dir_fd=self.fd)
        except FileNotFoundError:
            return


class ImageFolders:
    """Those below `base`, opened when they are first asked for."""

    def __init__(self, base: Path) -> None:
        self._base = base
        self._open: dict[tuple[str, str], ImageFolder] = {}

    def at(self, camera: str, kind: str) -> ImageFolder:
        """Raises OSError when it is not there."""
        key = (camera, kind)
        if key not in self._open:
            self._open[key] = ImageFolder(folder_of(self._base, camera, kind))
        return self._open[key]

    def renew(self) -> None:
        """Let go of those that are gone, or no longer what their path leads to: a mount may have come or gone."""
        for key, folder in list(self._open.items()):
            try:
                is_same = _identity(folder.path.stat()) == folder.identity
            except OSError:
                is_same = False
            if not is_same:
                folder.close()
                del self._open[key]

    def close(self) -> None:
        for folder in self._open.values():
            folder.close()
        self._open.clear()


def is_version(held: Held, status: os.stat_result) -> bool:
    """Whether the file is still the one that the catalog has under this name, and no other that took its place."""
    return (status.st_size, status.st_mtime_ns) == (held.size_bytes, held.mtime_ns)


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino
