"""What went while no thumbnailer ran: previews without an image, and those of other catalogs."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from services.shared.previews import previews_folder
from services.thumbnailer.attempts import Attempts
from services.thumbnailer.store import Store

_EPOCH = re.compile(r"[0-9a-f]{16}")
_FILE = re.compile(r"\.?([0-9]{1,18})\.(?:strip\.jpg|screen\.jpg|poison)")


def sweep(previews_dir: Path, epoch: str, present: Callable[[int, int], set[int]]) -> Iterator[None]:
    """Delete them, a little at each step. `present` gives the seqs of images in first..last.

    What is no preview of ours is left alone. Raises OSError, and whatever `present` raises.
    """
    for name in _names(previews_dir):
        if name != epoch and _EPOCH.fullmatch(name):
            yield from _remove(previews_dir / name)
    folder = previews_folder(previews_dir, epoch)
    store, attempts = Store(folder), Attempts(folder)
    for seq in attempts.unfinished():
        if not present(seq, seq):
            attempts.forget(seq)
        yield
    for name in _names(folder):
        if name.isdigit():
            yield from _sweep_folder(folder / name, store, present)


def _sweep_folder(folder: Path, store: Store, present: Callable[[int, int], set[int]]) -> Iterator[None]:
    # Listed first: an image that comes later has no file here yet.
    seqs = {int(match[1]) for name in _names(folder) if (match := _FILE.fullmatch(name))}
    yield
    if seqs:
        for seq in seqs - present(min(seqs), max(seqs)):
            store.delete(seq)
            yield
    with contextlib.suppress(OSError):
        folder.rmdir()


def _remove(folder: Path) -> Iterator[None]:
    for place, _, names in os.walk(folder, topdown=False):
        for name in names:
            Path(place, name).unlink(missing_ok=True)
            yield
        # A process of that catalog may still be about to end.
        with contextlib.suppress(OSError):
            Path(place).rmdir()


def _names(folder: Path) -> list[str]:
    try:
        return sorted(path.name for path in folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []
