"""Where figures are kept: in memory if there is a file system of that kind, with a link to it in the run folder.

On a disk, a store into a mapped page that was just written back waits for the journal: beside a camera that writes a
lot for 50 ms now and then, in the event loop that images pass through. What is in memory is lost with the machine only.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from pathlib import Path

FOLDER = "figures"
"""In the run folder: `Settings.figures_dir`."""

MEMORY = Path("/dev/shm")
"""tmpfs on every Linux that has POSIX shared memory (shm_overview(7))."""

PREFIX = "coilcast-"


def make(folder: Path, memory: Path = MEMORY) -> None:
    """For a node that starts. Without a place in memory the folder is made by whoever counts first, on the disk."""
    with contextlib.suppress(OSError):
        place = tempfile.mkdtemp(prefix=PREFIX, dir=memory)
        try:
            folder.symlink_to(place)
        except OSError:
            Path(place).rmdir()


def clear(folder: Path) -> None:
    """Nothing is counted yet, or no more: nothing stays, neither here nor in memory."""
    place = _place(folder)
    if place is not None:
        shutil.rmtree(place, ignore_errors=True)
        folder.unlink(missing_ok=True)
    else:
        shutil.rmtree(folder, ignore_errors=True)


def mend(folder: Path) -> None:
    """See to it that the folder is there: what it leads to may have been deleted. Raises OSError."""
    if folder.is_symlink() and not folder.exists():
        folder.unlink(missing_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)


def _place(folder: Path) -> Path | None:
    """What the link leads to, if it is one that make() made: nothing else is ever deleted."""
    try:
        place = folder.readlink()
    except OSError:
        return None
    return place if place.name.startswith(PREFIX) and place.parent == MEMORY else None
