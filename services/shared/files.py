"""An image's file: where it is, and its bytes as they were when it got its seq."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from services.shared.messages import Image

MAIN_CAMERA = "main"


class FileChanged(OSError):
    """The file is not the version any more that the catalog has: another event is on its way."""


def folder_of(base: Path, camera: str, kind: str) -> Path:
    """`<base>/<kind>` for the camera `main`, `<base>/<camera>/<kind>` for any other."""
    return base / kind if camera == MAIN_CAMERA else base / camera / kind


def read_image(base: Path, image: Image) -> bytes:
    """The whole file. Never blocks on a FIFO, never follows a link out of the folder.

    Raises FileNotFoundError, FileChanged, OSError.
    """
    folder = folder_of(base, image.camera, image.kind)
    fd = _open(folder, image.filename)
    try:
        before = os.fstat(fd)
        if not stat.S_ISREG(before.st_mode) or before.st_size != image.size_bytes:
            raise FileChanged(f"{image.filename} is not the version {image.seq} any more")
        data = _read_all(fd, image.size_bytes)
        after = os.fstat(fd)
    finally:
        os.close(fd)
    if len(data) != image.size_bytes or (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
        raise FileChanged(f"{image.filename} was written to while it was read")
    return data


def _open(folder: Path, filename: str) -> int:
    path = folder / filename
    if path.is_symlink():
        target = Path(os.path.realpath(path))
        if target.parent != Path(os.path.realpath(folder)):
            raise FileNotFoundError(f"{filename} is a link that leaves its folder")
        path = target
    return os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)


def _read_all(fd: int, size_bytes: int) -> bytes:
    data = os.read(fd, size_bytes)
    while len(data) < size_bytes and (more := os.read(fd, size_bytes - len(data))):
        data += more
    return data
