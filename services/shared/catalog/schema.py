"""The catalog's tables and its migrations."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from services.shared import database
from services.shared.errors import CatalogDamaged, CatalogError, CatalogMissing, CatalogTooNew

MIGRATIONS = (
    """
    -- One row. `head` is the last seq given out; everything up to `trimmed` has left the log.
    CREATE TABLE log (
        id INTEGER PRIMARY KEY CHECK (id = 1), node TEXT NOT NULL, epoch TEXT NOT NULL,
        head INTEGER NOT NULL, trimmed INTEGER NOT NULL, created_at_ms INTEGER NOT NULL
    ) STRICT;
    -- Files that changed last (ctime) before `import_before_ns` were there first: imported, never announced.
    CREATE TABLE folders (
        id INTEGER PRIMARY KEY, camera TEXT NOT NULL, kind TEXT NOT NULL,
        import_before_ns INTEGER NOT NULL, UNIQUE (camera, kind)
    ) STRICT;
    -- The present version of each file. `arrival` orders by newness: its seq for a live image, a negative number by
    -- capture time for an imported one, and what it was before for a new version that is not shown as new.
    CREATE TABLE images (
        seq INTEGER PRIMARY KEY, folder_id INTEGER NOT NULL REFERENCES folders (id), filename TEXT NOT NULL,
        arrival INTEGER NOT NULL, coil TEXT, captured_at_ms INTEGER NOT NULL, written_at_ms INTEGER NOT NULL,
        seen_at_ms INTEGER NOT NULL, size_bytes INTEGER NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL,
        media_type TEXT NOT NULL, revised INTEGER NOT NULL, imported INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL, inode INTEGER NOT NULL, fingerprint INTEGER NOT NULL,
        UNIQUE (folder_id, filename)
    ) STRICT;
    CREATE INDEX images_by_arrival ON images (folder_id, arrival);
    CREATE INDEX images_by_capture ON images (captured_at_ms, seq);
    CREATE INDEX images_by_coil ON images (coil, folder_id, arrival) WHERE coil IS NOT NULL;
    CREATE INDEX images_by_coil_capture ON images (coil, captured_at_ms) WHERE coil IS NOT NULL;
    -- The log. A seq that is missing here was an import.
    CREATE TABLE events (
        seq INTEGER PRIMARY KEY, type TEXT NOT NULL, at_ms INTEGER NOT NULL, shown INTEGER NOT NULL,
        previous_seq INTEGER, image BLOB NOT NULL
    ) STRICT;
    CREATE TABLE rejects (
        folder_id INTEGER NOT NULL REFERENCES folders (id), filename BLOB NOT NULL, reason TEXT NOT NULL,
        size_bytes INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, at_ms INTEGER NOT NULL,
        PRIMARY KEY (folder_id, filename)
    ) STRICT, WITHOUT ROWID;
    """,
    """
    -- Looking back by capture time, in one folder or of one coil in one folder. Each ends in the rowid, the seq.
    DROP INDEX images_by_capture;
    DROP INDEX images_by_coil_capture;
    CREATE INDEX images_by_capture ON images (folder_id, captured_at_ms);
    CREATE INDEX images_by_coil_capture ON images (coil, folder_id, captured_at_ms) WHERE coil IS NOT NULL;
    """,
)
"""Each takes `user_version` one up. Only ever appended to."""

CHECKPOINT_PAGES = 16_384
"""64 MB: only when so much is left over does a commit take it over into the database itself (see checkpoint.py)."""


class translated(database.translated):  # noqa: N801
    """`with translated(path):` SQLite's errors as the catalog's. Raises CatalogError."""

    failed = CatalogError
    missing = CatalogMissing
    too_new = CatalogTooNew
    damaged = CatalogDamaged
    if_missing = "there is no catalog at {path}; the watcher makes it: `service-orchestrator up`"
    if_unready = "the catalog at {path} is not ready yet; the watcher is preparing it"
    if_damaged = "move it away and start again: it is made anew from the folders"

    __slots__ = ()


def connect(path: Path, *, write: bool, alive: Callable[[], None] | None = None) -> database.Connection:
    """A connection in WAL mode; a reader's refuses to write. Raises CatalogError and its children.

    `alive` is called while an older catalog is brought up to date: some seconds for each million images.
    What a power cut costs are files that are found again by the rescan.
    """
    connection = database.connect(path, MIGRATIONS, write=write, terms=translated, alive=alive)
    if write:
        connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
    return connection
