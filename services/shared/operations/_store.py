"""What every table's class is made of: one connection to `operations.db`, used by one thread at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from services.shared.operations.schema import connect, translated


class Store:
    """Makes the file anew when there is none. Every method of a child raises DatabaseError when it cannot be done."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._db = connect(path)

    def close(self) -> None:
        self._db.close()

    def _all(self, query: str, *values: Any) -> list[Any]:
        with translated(self._path):
            return self._db.execute(query, values).fetchall()
