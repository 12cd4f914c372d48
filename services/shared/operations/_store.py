"""What the class of each table is made of: one connection to `operations.db`, used by one thread at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from services.shared.operations.schema import connect, translated

ROOM_BYTES = 1 << 20
"""Some hundred alerts in the file, and twice as much in its log as that grows to."""


class Store:
    """Makes the file anew when there is none. Every method of a child raises DatabaseError when it cannot be done."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._db = connect(path)
        self.file = _identity(path)
        """Which file it is, in case that another takes its place."""

    def close(self) -> None:
        self._db.close()

    def is_replaced(self) -> bool:
        """The file under the path is another by now, or gone: whoever goes on here speaks to nobody."""
        return _identity(self._path) != self.file

    def keep_room(self) -> None:
        """See to it that alerts can still be kept when the disk is full, as long as somebody has the file open.

        The file and its log are made larger than they need be: what is written over takes no further space. Raises
        DatabaseError, as when there is no room any more.
        """
        self._all("INSERT OR REPLACE INTO memory (key, value, at_ms) VALUES ('room', zeroblob(?), 0)", ROOM_BYTES)
        self._all("DELETE FROM memory WHERE key = 'room'")
        self._all("PRAGMA wal_checkpoint(PASSIVE)")

    def _all(self, query: str, *values: Any) -> list[Any]:
        with translated(self._path):
            return self._db.execute(query, values).fetchall()


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
