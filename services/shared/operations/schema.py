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
    """
    -- What is not to be sent for a time: each column that is not NULL has to match. Over at `until_ms`, or when ended.
    CREATE TABLE silences (
        id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, camera TEXT, kind TEXT, service TEXT,
        from_ms INTEGER NOT NULL, until_ms INTEGER NOT NULL, ended_at_ms INTEGER, by TEXT NOT NULL, note TEXT NOT NULL
    ) STRICT;
    -- Transitions of alerts on their way to people: done when `done_at_ms` is set. A row is claimed by compare-and-set
    -- on `attempts`.
    CREATE TABLE outbox (
        id INTEGER PRIMARY KEY AUTOINCREMENT, alert_id INTEGER NOT NULL, transition TEXT NOT NULL,
        at_ms INTEGER NOT NULL, attempts INTEGER NOT NULL, next_try_ms INTEGER NOT NULL, done_at_ms INTEGER,
        error TEXT NOT NULL
    ) STRICT;
    CREATE INDEX outbox_open ON outbox (next_try_ms) WHERE done_at_ms IS NULL;
    -- Whether the line runs, as it was said last; camera '' is every one.
    CREATE TABLE line (
        camera TEXT PRIMARY KEY, state TEXT NOT NULL, since_ms INTEGER NOT NULL, said_at_ms INTEGER NOT NULL,
        by TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    -- Images that stay: one file, or all of a coil.
    CREATE TABLE pins (
        id INTEGER PRIMARY KEY AUTOINCREMENT, camera TEXT, kind TEXT, filename TEXT, coil TEXT,
        by TEXT NOT NULL, note TEXT NOT NULL, at_ms INTEGER NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX pins_of_files ON pins (camera, kind, filename) WHERE filename IS NOT NULL;
    CREATE UNIQUE INDEX pins_of_coils ON pins (coil) WHERE coil IS NOT NULL;
    -- Who may upload. Of a token only its SHA-256 is kept: it is 256 random bits, which nobody guesses.
    CREATE TABLE tokens (
        id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, hash BLOB NOT NULL UNIQUE,
        created_at_ms INTEGER NOT NULL, used_at_ms INTEGER, revoked_at_ms INTEGER
    ) STRICT;
    CREATE UNIQUE INDEX tokens_by_name ON tokens (name) WHERE revoked_at_ms IS NULL;
    -- What the monitor has to know after a start: by key, as MessagePack.
    CREATE TABLE memory (key TEXT PRIMARY KEY, value BLOB NOT NULL, at_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    """,
    """
    ALTER TABLE silences ADD COLUMN ended_by TEXT;
    -- A row is what one address is told of one alert; `channel` is a digest of the address. Of each matter (`key`) one
    -- letter at most is on its way there. `arrived` is 0 for no, 1 for maybe, 2 for yes.
    DROP TABLE outbox;
    CREATE TABLE outbox (
        id INTEGER PRIMARY KEY AUTOINCREMENT, channel TEXT NOT NULL, key TEXT NOT NULL, alert_id INTEGER NOT NULL,
        transition TEXT NOT NULL, severity TEXT NOT NULL, reason TEXT, at_ms INTEGER NOT NULL,
        attempts INTEGER NOT NULL, next_try_ms INTEGER NOT NULL, done_at_ms INTEGER, arrived INTEGER NOT NULL,
        error TEXT NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX outbox_open ON outbox (channel, key) WHERE done_at_ms IS NULL;
    CREATE INDEX outbox_by_matter ON outbox (channel, key, id);
    CREATE INDEX outbox_by_end ON outbox (done_at_ms);
    -- How each address does: so many failures in a row, and what the last one was.
    CREATE TABLE channels (
        channel TEXT PRIMARY KEY, failures INTEGER NOT NULL, error TEXT NOT NULL, at_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    """,
)
"""Each takes `user_version` one up. Only ever appended to."""


LOG_PAGES = 100
"""Its log begins anew after so many: people decide little, and so it has room for long in what is kept free."""


class translated(database.translated):  # noqa: N801
    """`with translated(path):` SQLite's errors as ours. Raises DatabaseError."""

    if_damaged = "move it away: it is made anew, without what people decided"

    __slots__ = ()


def connect(path: Path) -> database.Connection:
    """A connection that reads and writes; makes the file when there is none. Raises DatabaseError and its children."""
    connection = database.connect(path, MIGRATIONS, write=True, terms=translated)
    # Nobody could see again after a power cut what a person has decided, and nobody waits for it.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}")
    return connection
