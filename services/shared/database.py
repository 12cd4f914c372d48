"""SQLite files: opening, their migrations, SQLite's errors in our own words. Nothing else imports sqlite3."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from sqlite3 import Connection, Cursor, Row
from types import TracebackType

import msgspec

from services.shared.errors import DatabaseDamaged, DatabaseError, DatabaseMissing, DatabaseTooNew

__all__ = ["Connection", "Cursor", "Row", "connect", "translated", "unversioned"]

BUSY_S = 5.0
"""So long a connection waits for another's transaction."""

RETRY_S = 0.02

ALIVE_EVERY = 100_000
"""Of SQLite's steps: some milliseconds."""


class translated:  # noqa: N801
    """`with translated(path):` sqlite3's errors as ours, and what cannot be decoded as damage. Raises DatabaseError.

    A class, because every commit goes through it: one made of a generator takes three times as long. A child of it
    says what a file's errors are called and what its users are told.
    """

    failed: type[DatabaseError] = DatabaseError
    missing: type[DatabaseError] = DatabaseMissing
    too_new: type[DatabaseError] = DatabaseTooNew
    damaged: type[DatabaseError] = DatabaseDamaged
    if_missing = "there is no {path} yet"
    if_unready = "{path} is not ready yet"
    if_damaged = "move it away and start again: it is made anew"

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
            raise self.damaged(f"{self._path} is damaged ({error}); {self.if_damaged}") from error
        raise self.failed(f"{self._path}: {error}; check the disk's space and the file's rights") from error


def connect(
    path: Path,
    migrations: Sequence[str],
    *,
    write: bool,
    terms: type[translated] = translated,
    alive: Callable[[], None] | None = None,
) -> sqlite3.Connection:
    """A connection in autocommit and WAL mode. A writer's makes the file and its tables, a reader's refuses to write.

    Each of `migrations` takes the file's `user_version` one up; they are only ever appended to. Several processes
    may do that at once; `alive` is called again and again meanwhile, for a large file takes long.

    Raises DatabaseMissing (also for a reader, until a writer has migrated it), DatabaseTooNew, DatabaseDamaged,
    DatabaseError, as `terms` calls them.
    """
    if not write and not path.exists():
        raise terms.missing(terms.if_missing.format(path=path))
    with terms(path):
        connection = sqlite3.connect(path, isolation_level=None, timeout=BUSY_S, cached_statements=256)
        try:
            connection.execute("PRAGMA cache_size = -8192")
            version = _version(connection)
            if version > len(migrations):
                raise terms.too_new(f"{path} was made by a newer coilcast (version {version}); install that one")
            if write:
                _enter_wal(connection)
                # NORMAL loses nothing when a process dies; a power cut may cost the last moments, never consistency
                # (sqlite.org/pragma.html#pragma_synchronous).
                connection.execute("PRAGMA synchronous = NORMAL")
                connection.execute("PRAGMA foreign_keys = ON")
                connection.set_progress_handler(alive, ALIVE_EVERY)
                _migrate(connection, migrations)
                connection.set_progress_handler(None, 0)
            else:
                connection.execute("PRAGMA query_only = ON")
                if version < len(migrations):
                    raise terms.missing(terms.if_unready.format(path=path))
        except BaseException:
            connection.close()
            raise
        return connection


def unversioned(path: Path, *, write: bool = False) -> sqlite3.Connection:
    """A connection to a file of any version, as it is: to copy it, or to look whether it is well.

    A writer's makes the file. Raises sqlite3's errors: to be used within `translated(path)`.
    """
    # A reader may write, too, as far as the file goes: what its writers left in the log cannot be read otherwise.
    address = f"{path.absolute().as_uri()}?mode={'rwc' if write else 'rw'}"
    connection = sqlite3.connect(address, uri=True, isolation_level=None, timeout=BUSY_S)
    if not write:
        connection.execute("PRAGMA query_only = ON")
    return connection


def _version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def _enter_wal(connection: sqlite3.Connection) -> None:
    """Two that do this to a new file at once may be told that it is locked without waiting for each other."""
    deadline_s = time.monotonic() + BUSY_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline_s:
                raise
            time.sleep(RETRY_S)


def _migrate(connection: sqlite3.Connection, migrations: Sequence[str]) -> None:
    while (version := _version(connection)) < len(migrations):
        connection.execute("BEGIN IMMEDIATE")
        try:
            # Another may have done it while this one waited to begin.
            if _version(connection) == version:
                for statement in _statements(migrations[version]):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {version + 1}")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def _statements(script: str) -> Iterator[str]:
    """One by one: executescript() would commit first, and then look at a version that another has changed."""
    statement = ""
    for part in script.split(";")[:-1]:
        statement += f"{part};"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
