"""When images were first given to a client and first on a screen: figures, in an SQLite file beside the catalog.

Each gateway writes it. What gets lost of it, as a whole when it is damaged, are figures, never images.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from services.shared.database import Connection, connect, translated
from services.shared.errors import DatabaseDamaged

KEPT = 1_000_000
"""Of the newest images by seq; what is older leaves."""

LEAVING = 5000
"""So many leave at a time at most."""

MIGRATIONS = (
    """
    CREATE TABLE deliveries (
        epoch TEXT NOT NULL, seq INTEGER NOT NULL, pushed_at_ms INTEGER NOT NULL, painted_at_ms INTEGER,
        PRIMARY KEY (epoch, seq)
    ) STRICT, WITHOUT ROWID;
    """,
)


class Delivery(Struct, frozen=True, kw_only=True):
    """When a gateway first gave the image `seq` to a client, and when a screen first showed it. Unix ms."""

    seq: int
    pushed_at_ms: int
    painted_at_ms: int | None = None


class DeliveryWriter:
    """Opens the file when there is something to write, and anew once it was replaced by another."""

    def __init__(self, path: Path, epoch: str) -> None:
        self._path = path
        self._epoch = epoch
        self._db: Connection | None = None
        self._inode: int | None = None

    def write(self, deliveries: Sequence[Delivery]) -> None:
        """Take them in: what was noted of an image before, here or by another gateway, stays when it was earlier.

        Raises DatabaseDamaged, upon which the file is removed and the next call makes another; DatabaseError.
        """
        try:
            db = self._open()
            with translated(self._path):
                self._write(db, deliveries)
        except DatabaseDamaged:
            self._remove()
            raise

    def close(self) -> None:
        if self._db is not None:
            self._db.close()
            self._db = None

    def _open(self) -> Connection:
        inode = _inode(self._path)
        if self._db is None or inode != self._inode:
            self.close()
            self._inode = inode
            self._db = connect(self._path, MIGRATIONS, write=True)
            self._inode = _inode(self._path)
            with translated(self._path):
                # Of a catalog that was replaced nobody asks any more.
                self._db.execute("DELETE FROM deliveries WHERE epoch < ?", (self._epoch,))
                self._db.execute("DELETE FROM deliveries WHERE epoch > ?", (self._epoch,))
        return self._db

    def _write(self, db: Connection, deliveries: Sequence[Delivery]) -> None:
        db.execute("BEGIN IMMEDIATE")
        try:
            db.executemany(
                "INSERT INTO deliveries VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
                "pushed_at_ms = min(pushed_at_ms, excluded.pushed_at_ms), "
                "painted_at_ms = min(ifnull(painted_at_ms, excluded.painted_at_ms), "
                "ifnull(excluded.painted_at_ms, painted_at_ms))",
                [(self._epoch, one.seq, one.pushed_at_ms, one.painted_at_ms) for one in deliveries],
            )
            db.execute(
                "DELETE FROM deliveries WHERE epoch = ?1 AND seq <= min("
                "(SELECT max(seq) FROM deliveries WHERE epoch = ?1) - ?2, "
                "(SELECT min(seq) FROM deliveries WHERE epoch = ?1) + ?3)",
                (self._epoch, KEPT, LEAVING),
            )
            db.execute("COMMIT")
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise

    def _remove(self) -> None:
        """Unless another gateway was faster: what is there now is no longer what was found damaged."""
        self.close()
        if _inode(self._path) == self._inode:
            for suffix in ("", "-wal", "-shm"):
                # What cannot be removed is found damaged again.
                with contextlib.suppress(OSError):
                    self._path.with_name(self._path.name + suffix).unlink()


class DeliveryReader:
    """Raises DatabaseMissing when there is no file yet, DatabaseError when it cannot be read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._db = connect(path, MIGRATIONS, write=False)

    def close(self) -> None:
        self._db.close()

    def find(self, epoch: str, seq: int) -> Delivery | None:
        """What is known of one image."""
        found = self._all(
            "SELECT seq, pushed_at_ms, painted_at_ms FROM deliveries WHERE epoch = ? AND seq = ?", epoch, seq
        )
        return found[0] if found else None

    def sample(self, epoch: str, after: int, step: int = 1) -> list[Delivery]:
        """What is known of about every `step`-th image of after < seq, in order; always the same of them.

        They are spread over kinds and cameras also where those take turns.
        """
        return self._all(
            "SELECT seq, pushed_at_ms, painted_at_ms FROM deliveries "
            "WHERE epoch = ? AND seq > ? AND ((seq * 40503) & 65535) * ? < 65536 ORDER BY seq",
            epoch,
            after,
            step,
        )

    def _all(self, query: str, *values: str | int) -> list[Delivery]:
        with translated(self._path):
            rows = self._db.execute(query, values).fetchall()
        return [Delivery(seq=row[0], pushed_at_ms=row[1], painted_at_ms=row[2]) for row in rows]


def _inode(path: Path) -> int | None:
    try:
        return path.stat().st_ino
    except OSError:
        return None
