"""Opening the catalog: its tables, its migrations, SQLite's errors in our own words."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from types import TracebackType

import msgspec

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
)
"""Each takes `user_version` one up. Only ever appended to."""

CHECKPOINT_PAGES = 16_384
"""64 MB: only when so much is left over does a commit take it over into the database itself (see checkpoint.py)."""


def connect(path: Path, *, write: bool) -> sqlite3.Connection:
    """A connection in WAL mode; a reader's refuses to write. Raises CatalogError and its children."""
    if not write and not path.exists():
        raise CatalogMissing(f"there is no catalog at {path}; the watcher makes it: `service-orchestrator up`")
    with translated(path):
        connection = sqlite3.connect(path, isolation_level=None, timeout=5.0, cached_statements=256)
        try:
            _prepare(connection, path, write)
        except BaseException:
            connection.close()
            raise
        return connection


def _prepare(connection: sqlite3.Connection, path: Path, write: bool) -> None:
    connection.execute("PRAGMA busy_timeout = 5000")
    connection.execute("PRAGMA cache_size = -8192")
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > len(MIGRATIONS):
        raise CatalogTooNew(f"{path} was made by a newer coilcast (version {version}); install that one")
    if write:
        # NORMAL loses nothing when a process dies; a power cut may cost the last moments, never consistency
        # (sqlite.org/pragma.html#pragma_synchronous), and those files are found again by the rescan.
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        connection.execute("PRAGMA foreign_keys = ON")
        _migrate(connection, version)
    else:
        connection.execute("PRAGMA query_only = ON")
        if version < len(MIGRATIONS):
            raise CatalogMissing(f"the catalog at {path} is not ready yet; the watcher is preparing it")


class translated:  # noqa: N801
    """`with translated(path):` sqlite3's errors as ours, and a log that cannot be decoded. Raises CatalogError.

    A class, because every commit goes through it: one made of a generator takes three times as long.
    """

    __slots__ = ("_path",)

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not isinstance(error, sqlite3.DatabaseError | msgspec.MsgspecError):
            return
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) or isinstance(error, msgspec.MsgspecError):
            raise CatalogDamaged(
                f"{self._path} is damaged ({error}); move it away and start again: it is made anew from the folders"
            ) from error
        raise CatalogError(f"{self._path}: {error}; check the disk's space and the file's rights") from error


def _migrate(connection: sqlite3.Connection, version: int) -> None:
    for number, script in enumerate(MIGRATIONS[version:], start=version + 1):
        # executescript() would commit first: BEGIN and COMMIT belong into the script to be one transaction.
        connection.executescript(f"BEGIN IMMEDIATE; {script}; PRAGMA user_version = {number}; COMMIT;")
