"""What went while no thumbnailer ran: previews without an image, and those of other catalogs."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

from services.shared.previews import previews_folder
from services.thumbnailer.attempts import Attempts
from services.thumbnailer.store import Store

_EPOCH = re.compile(r"[0-9a-f]{16}")
_FILE = re.compile(r"\.?([0-9]{1,18})\.(?:strip\.jpg|screen\.jpg|poison)")


def sweep(
    previews_dir: Path,
    epoch: str,
    present: Callable[[int, int], set[int]],
    holds_back: Callable[[int, int], bool] = lambda orphans, held: False,
) -> Iterator[None]:
    """Delete them, a little at each step. `present` gives the seqs of images in first..last.

    Of the catalog's own previews none go when `holds_back` says so, told how many would go of how many. What is no
    preview of ours is left alone. Raises OSError, and whatever `present` raises.
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
    places = [folder / name for name in _names(folder) if name.isdigit()]
    orphans, held = yield from _counted(places, present)
    if holds_back(orphans, held):
        return
    for place in places:
        yield from _sweep_folder(place, store, present)


def _counted(places: list[Path], present: Callable[[int, int], set[int]]) -> Generator[None, None, tuple[int, int]]:
    """How many images have no image any more, of how many that have previews."""
    orphans = held = 0
    for place in places:
        seqs = _seqs_in(place)
        held += len(seqs)
        orphans += len(seqs - present(min(seqs), max(seqs))) if seqs else 0
        yield
    return orphans, held


def _seqs_in(place: Path) -> set[int]:
    return {int(match[1]) for name in _names(place) if (match := _FILE.fullmatch(name))}


def _sweep_folder(folder: Path, store: Store, present: Callable[[int, int], set[int]]) -> Iterator[None]:
    # Listed first: an image that comes later has no file here yet.
    seqs = _seqs_in(folder)
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
