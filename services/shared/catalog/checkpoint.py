"""Taking what was committed from SQLite's write-ahead log into the database, aside from whoever commits."""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path

from services.shared.catalog.schema import connect, translated
from services.shared.errors import CatalogError

COMMITS = 100
"""About as many as SQLite itself would wait for."""


class Checkpointer:
    """A thread that waits for the disk, so that no image has to.

    Left to SQLite, this happens inside of every hundredth commit or so, which then takes as long as the disk does.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._commits = 0
        self._due = threading.Event()
        self._is_closing = False
        self._thread: threading.Thread | None = None

    def committed(self) -> None:
        """One more transaction waits to be taken over."""
        self._commits += 1

    def tend(self) -> None:
        """Have it done if there is enough to do. Returns at once."""
        if self._commits < COMMITS:
            return
        self._commits = 0
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="checkpoint", daemon=True)
            self._thread.start()
        self._due.set()

    def close(self) -> None:
        """Waits for one that is at work."""
        if self._thread is not None:
            self._is_closing = True
            self._due.set()
            self._thread.join()

    def _run(self) -> None:
        while True:
            self._due.wait()
            self._due.clear()
            if self._is_closing:
                return
            # What fails here is tried again after the next commits; a commit that fails for the same reason says so.
            with (
                contextlib.suppress(CatalogError),
                translated(self._path),
                contextlib.closing(connect(self._path, write=False)) as database,
            ):
                database.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
