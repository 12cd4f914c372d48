"""The tables of `operations.db` and its migrations."""

from __future__ import annotations

from pathlib import Path

from services.shared import database

MIGRATIONS = (
    """
    -- `key` says what is wrong where: at most one that is not resolved has it. `change` counts up over all alerts with
    -- each transition, so that a reader finds what is news to it.
    CREATE TABLE alerts (
        id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL, change INTEGER NOT NULL, trouble BLOB NOT NULL,
        started_at_ms INTEGER NOT NULL, changed_at_ms INTEGER NOT NULL, resolved_at_ms INTEGER,
        acknowledgement BLOB
    ) STRICT;
    CREATE UNIQUE INDEX alerts_firing ON alerts (key) WHERE resolved_at_ms IS NULL;
    CREATE UNIQUE INDEX alerts_by_change ON alerts (change);
    CREATE INDEX alerts_by_start ON alerts (started_at_ms, id);
    """,
)
"""Each takes `user_version` one up. Only ever appended to."""


class translated(database.translated):  # noqa: N801
    """`with translated(path):` SQLite's errors as ours. Raises DatabaseError."""

    if_damaged = "move it away: it is made anew, without what people decided"

    __slots__ = ()


def connect(path: Path) -> database.Connection:
    """A connection that reads and writes; makes the file when there is none. Raises DatabaseError and its children."""
    connection = database.connect(path, MIGRATIONS, write=True, terms=translated)
    # Nobody could see again after a power cut what a person has decided, and nobody waits for it.
    connection.execute("PRAGMA synchronous = FULL")
    return connection
