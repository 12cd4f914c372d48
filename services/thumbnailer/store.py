"""The preview files of one catalog: each appears whole, one after the other, and they go together."""

from __future__ import annotations

import os
from pathlib import Path
from typing import get_args

from services.shared.messages import PreviewSize
from services.shared.previews import is_poison, poison_path, preview_path

SIZES: tuple[PreviewSize, ...] = get_args(PreviewSize)


class Store:
    """`folder` is that of the catalog's previews. Every method raises OSError when the state folder fails."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def has(self, seq: int) -> bool:
        """Whether both are there. An empty one, as a power cut may leave it, is none."""
        return all(_size_bytes(preview_path(self._folder, seq, size)) for size in SIZES)

    def write(self, seq: int, size: PreviewSize, data: bytes) -> None:
        """One of them: a reader sees a file under its name only when it is whole."""
        path = preview_path(self._folder, seq, size)
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_new(_hidden(path), data)
        _hidden(path).rename(path)

    def is_poison(self, seq: int) -> bool:
        return is_poison(self._folder, seq)

    def mark_poison(self, seq: int, why: str) -> None:
        """Nobody tries again; the mark says why."""
        path = poison_path(self._folder, seq)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(why + "\n", "utf-8", "backslashreplace")

    def delete(self, seq: int) -> None:
        """All there is of an image; another process may be doing the same."""
        for size in SIZES:
            path = preview_path(self._folder, seq, size)
            path.unlink(missing_ok=True)
            _hidden(path).unlink(missing_ok=True)
        poison_path(self._folder, seq).unlink(missing_ok=True)


def _size_bytes(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _hidden(path: Path) -> Path:
    return path.with_name(f".{path.name}")


def _write_new(path: Path, data: bytes) -> None:
    """What a killed worker left is unlinked, never written into: somebody may be about to rename it."""
    path.unlink(missing_ok=True)
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
    with open(fd, "wb") as file:
        file.write(data)
