"""A database as it is at one moment, copied while others write it; and whether a file is whole."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable
from pathlib import Path

from services.shared.database import ALIVE_EVERY, translated, unversioned
from services.shared.errors import DatabaseDamaged, DatabaseError

STEP_PAGES = 256
"""1 MB."""

STEP_PAUSE_S = 0.01
"""After each step, so that the disk is there for the images, too."""

Progress = Callable[[int, int], None]
"""Told how many of how many pages are done."""


def snapshot(source: Path, target: Path, progress: Progress = lambda *_: None) -> None:
    """Copy the database into the new file `target`, and its write-ahead log with it. Nobody has to wait for that.

    Raises DatabaseError, and leaves a part of the copy then.
    """

    def step(_: int, left: int, total: int) -> None:
        progress(total - left, total)
        if left:
            time.sleep(STEP_PAUSE_S)

    with (
        translated(source),
        contextlib.closing(unversioned(source)) as database,
        contextlib.closing(unversioned(target, write=True)) as copy,
    ):
        # One transaction around all steps: without it the copy would begin anew with each image that comes
        # (sqlite.org/backup.html). In WAL mode it keeps nobody from writing.
        database.execute("BEGIN")
        database.execute("SELECT count(*) FROM sqlite_master").fetchone()
        copy.execute("PRAGMA synchronous = OFF")
        database.backup(copy, pages=STEP_PAGES, progress=step)
        copy.execute("PRAGMA journal_mode = DELETE")
    with target.open("rb") as file:
        os.fsync(file.fileno())


def version_of(path: Path) -> int:
    """How many migrations the file has been through. Raises DatabaseError."""
    with translated(path), contextlib.closing(unversioned(path)) as database:
        return int(database.execute("PRAGMA user_version").fetchone()[0])


def refuse_damaged(path: Path, *, quick: bool = False, alive: Callable[[], None] | None = None) -> None:
    """Read all of the file. Raises DatabaseDamaged with the first thing that is wrong, DatabaseError.

    `quick` leaves out whether indexes and tables agree. `alive` is called again and again.
    """
    with translated(path), contextlib.closing(unversioned(path)) as database:
        database.set_progress_handler(alive, ALIVE_EVERY)
        (said,) = database.execute("PRAGMA quick_check(1)" if quick else "PRAGMA integrity_check(1)").fetchone()
    if said != "ok":
        raise DatabaseDamaged(f"{path} is damaged: {said}")


def size_of(path: Path) -> int:
    """Bytes of the database and its write-ahead log. Raises DatabaseError."""
    try:
        wal = path.with_name(f"{path.name}-wal")
        return path.stat().st_size + (wal.stat().st_size if wal.exists() else 0)
    except OSError as error:
        raise DatabaseError(f"{path}: {error.strerror}") from None
