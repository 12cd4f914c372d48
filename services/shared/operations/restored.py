"""What people decided, put back from a copy: what would do harm if it were forgotten is taken over from the file that
the copy takes the place of.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from services.shared.database import Connection, unversioned
from services.shared.errors import DatabaseError
from services.shared.operations.schema import translated

_PIN = "camera, kind, filename, coil, by, note, at_ms"


class Kept(NamedTuple):
    """How many pins, and how many tokens that count no more."""

    pins: int = 0
    revoked: int = 0


def take_over(path: Path, replaced: Path) -> Kept | None:
    """Into the copy at `path`: the pins in `replaced` that it does not have, for retention would delete what they hold
    at the next start; and the revocations, for whoever was shut out would be let in again.

    None when there is a `replaced` that cannot be read. Raises DatabaseError.
    """
    if not replaced.exists():
        return Kept()
    try:
        with translated(replaced), contextlib.closing(unversioned(replaced)) as database:
            pins = _rows(database, "pins", _PIN)
            revoked = _rows(database, "tokens", "revoked_at_ms, hash", "revoked_at_ms IS NOT NULL")
    except DatabaseError:
        return None
    with translated(path), contextlib.closing(unversioned(path, write=True)) as database:
        database.execute("BEGIN IMMEDIATE")
        kept = Kept(
            _change(
                database,
                "pins",
                f"INSERT OR IGNORE INTO pins ({_PIN}) VALUES (?, ?, ?, ?, ?, ?, ?)",
                pins,
            ),
            _change(
                database,
                "tokens",
                "UPDATE tokens SET revoked_at_ms = ? WHERE hash = ? AND revoked_at_ms IS NULL",
                revoked,
            ),
        )
        database.execute("COMMIT")
    return kept


def _rows(database: Connection, table: str, columns: str, where: str = "true") -> list[Any]:
    return database.execute(f"SELECT {columns} FROM {table} WHERE {where}").fetchall() if _has(database, table) else []


def _change(database: Connection, table: str, query: str, rows: Sequence[Any]) -> int:
    return sum(database.execute(query, row).rowcount for row in rows) if _has(database, table) else 0


def _has(database: Connection, table: str) -> bool:
    """An older coilcast's file has less."""
    return bool(database.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)).fetchall())
