"""Writing the catalog. Only the watcher does, holding its role's lock; one call of `record` is one transaction.

Whatever `record` returns is committed: only then may it be published.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import takewhile
from pathlib import Path

from msgspec import Struct

from services.shared.catalog.checkpoint import Checkpointer
from services.shared.catalog.rows import pack_image
from services.shared.catalog.schema import connect, translated
from services.shared.database import Row
from services.shared.messages import Event, EventType, Image, Published

RECENT = 1000
"""The removal of an image is shown when it is among so many newest ones of its folder."""

IMPORTED_BELOW = 1 << 53
"""Taken off an imported image's capture time, so that any live image counts as newer."""


class Sighting(Struct, frozen=True, kw_only=True):
    """A whole image is in the folder under this name. Times are Unix ms; `fingerprint` stands for the content."""

    folder_id: int
    filename: str
    coil: str | None
    captured_at_ms: int
    written_at_ms: int
    seen_at_ms: int
    size_bytes: int
    width: int
    height: int
    media_type: str
    mtime_ns: int
    inode: int
    fingerprint: int
    imported: bool = False


class Gone(Struct, frozen=True, kw_only=True):
    """There is no file of this name in the folder any more."""

    folder_id: int
    filename: str
    at_ms: int


class Rejected(Struct, frozen=True, kw_only=True):
    """There is a file of this name that is not taken. `filename` is the raw name."""

    folder_id: int
    filename: bytes
    reason: str
    size_bytes: int
    mtime_ns: int
    at_ms: int


Change = Sighting | Gone | Rejected


class FolderState(Struct, frozen=True, kw_only=True):
    """A folder the catalog knows. What changed last (ctime) before `import_before_ns` is imported, not announced."""

    id: int
    camera: str
    kind: str
    import_before_ns: int


class Known(Struct, frozen=True, kw_only=True):
    """What the catalog has under a name; `seq` is None for a rejected file."""

    seq: int | None
    size_bytes: int
    mtime_ns: int
    inode: int | None


class CatalogWriter:
    """The one writer. Makes the file when there is none, and calls `alive` while it brings one up to date.

    Raises CatalogError and its children.
    """

    def __init__(self, path: Path, node: str, alive: Callable[[], None] | None = None) -> None:
        self._path = path
        self._db = connect(path, write=True, alive=alive)
        self._checkpointer = Checkpointer(path)
        with translated(path):
            self._db.execute(
                "INSERT OR IGNORE INTO log (id, node, epoch, head, trimmed, created_at_ms) VALUES (1, ?, ?, 0, 0, ?)",
                (node, secrets.token_hex(8), int(time.time() * 1000)),
            )
            self._db.execute("UPDATE log SET node = ? WHERE node <> ?", (node, node))
            row = self._db.execute("SELECT epoch, head FROM log").fetchone()
            folders = self._db.execute("SELECT id, camera, kind, import_before_ns FROM folders").fetchall()
            rejecting = self._db.execute("SELECT DISTINCT folder_id FROM rejects").fetchall()
        self.epoch: str = row[0]
        self.head: int = row[1]
        self._folders = {
            row[0]: FolderState(id=row[0], camera=row[1], kind=row[2], import_before_ns=row[3]) for row in folders
        }
        self._recent_from: dict[int, int] = {}
        # Where a file was ever rejected: nowhere else has an image to be taken off that list.
        self._rejecting = {row[0] for row in rejecting}

    def close(self) -> None:
        self._checkpointer.close()
        self._db.close()

    def tend(self) -> None:
        """Called once in a while, has the disk seen to by a thread; no commit waits for that. Returns at once."""
        self._checkpointer.tend()

    def folder(self, camera: str, kind: str, import_before_ns: int) -> FolderState:
        """The folder's row, made with `import_before_ns` (Unix ns; 0 announces everything) when it is new."""
        for folder in self._folders.values():
            if (folder.camera, folder.kind) == (camera, kind):
                return folder
        with translated(self._path):
            cursor = self._db.execute(
                "INSERT INTO folders (camera, kind, import_before_ns) VALUES (?, ?, ?)",
                (camera, kind, import_before_ns),
            )
        assert cursor.lastrowid is not None
        folder = FolderState(id=cursor.lastrowid, camera=camera, kind=kind, import_before_ns=import_before_ns)
        self._folders[folder.id] = folder
        return folder

    def record(self, changes: Sequence[Change]) -> Published:
        """Commit what was seen and return what is to be announced. What the catalog knows already changes nothing.

        On an error nothing of `changes` is kept. Raises CatalogError.
        """
        before = self.head
        events: list[Event] = []
        self._recent_from.clear()
        with translated(self._path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                for change in changes:
                    event = self._apply(change)
                    if event is not None:
                        events.append(event)
                self._log(events)
                self._db.execute("UPDATE log SET head = ?", (self.head,))
                self._db.execute("COMMIT")
                self._checkpointer.committed()
            except BaseException:
                self.head = before
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
        return Published(epoch=self.epoch, first=before + 1, last=self.head, events=tuple(events))

    def prove(self) -> None:
        """Write without changing anything, to see that it can be done. Raises CatalogError."""
        with translated(self._path):
            self._db.execute("UPDATE log SET head = head")
            self._checkpointer.committed()

    def tick(self) -> Published:
        """Where the log ends, for followers that missed something."""
        return Published(epoch=self.epoch, first=self.head + 1, last=self.head)

    def known(self, folder_id: int, filenames: Sequence[str]) -> dict[str, Known]:
        """What the catalog has under these names, images and rejected files; at most some 30,000 names a call."""
        marks = ",".join("?" * len(filenames))
        texts = [name for name in filenames if _is_text(name)]
        with translated(self._path):
            rejects = self._db.execute(
                f"SELECT filename, size_bytes, mtime_ns FROM rejects WHERE folder_id = ? AND filename IN ({marks})",
                (folder_id, *(name.encode("utf-8", "surrogateescape") for name in filenames)),
            ).fetchall()
            images = self._db.execute(
                f"SELECT filename, seq, size_bytes, mtime_ns, inode FROM images "
                f"WHERE folder_id = ? AND filename IN ({','.join('?' * len(texts))})",
                (folder_id, *texts),
            ).fetchall()
        found = {
            row[0].decode("utf-8", "surrogateescape"): Known(seq=None, size_bytes=row[1], mtime_ns=row[2], inode=None)
            for row in rejects
        }
        found |= {row[0]: Known(seq=row[1], size_bytes=row[2], mtime_ns=row[3], inode=row[4]) for row in images}
        return found

    def count(self, folder_id: int) -> int:
        """How many images the folder has."""
        with translated(self._path):
            row = self._db.execute("SELECT count(*) FROM images WHERE folder_id = ?", (folder_id,)).fetchone()
        return int(row[0])

    def newest(self, folder_id: int) -> tuple[int, int] | None:
        """The newest live image of a folder: its seq and when it was seen (Unix ms); None when there is none."""
        query = "SELECT seq, seen_at_ms FROM images WHERE folder_id = ? AND arrival > 0 ORDER BY arrival DESC LIMIT 1"
        with translated(self._path):
            found: tuple[int, int] | None = self._db.execute(query, (folder_id,)).fetchone()
        return found

    def filenames(self, folder_id: int, after: str = "", limit: int = 1000) -> list[tuple[str, int]]:
        """A page of the folder's (filename, seq), in the order of the names, after the name `after`."""
        with translated(self._path):
            return self._db.execute(
                "SELECT filename, seq FROM images WHERE folder_id = ? AND filename > ? ORDER BY filename LIMIT ?",
                (folder_id, after, limit),
            ).fetchall()

    def rejected_names(self, folder_id: int) -> Iterator[bytes]:
        """The raw names of the folder's rejected files."""
        with translated(self._path):
            rows = self._db.execute("SELECT filename FROM rejects WHERE folder_id = ?", (folder_id,)).fetchall()
        return (row[0] for row in rows)

    def reject_counts(self) -> dict[str, int]:
        """How many files are rejected at present, by reason."""
        with translated(self._path):
            return dict(self._db.execute("SELECT reason, count(*) FROM rejects GROUP BY reason").fetchall())

    def trim(self, older_than_ms: int, keep_events: int, limit: int = 5000) -> int:
        """Take at most `limit` events off the log's old end: before `older_than_ms`, beyond `keep_events`."""
        keep_after = self.head - keep_events
        with translated(self._path):
            # Stops at the first that stays: asked once a second, this must not read a million others.
            oldest = self._db.execute("SELECT seq, at_ms FROM events ORDER BY seq LIMIT ?", (limit,))
            leaving = [seq for seq, _ in takewhile(lambda row: row[0] <= keep_after or row[1] < older_than_ms, oldest)]
            oldest.close()
            if leaving:
                self._db.execute("BEGIN IMMEDIATE")
                self._db.execute("DELETE FROM events WHERE seq <= ?", (leaving[-1],))
                self._db.execute("UPDATE log SET trimmed = ?", (leaving[-1],))
                self._db.execute("COMMIT")
                self._checkpointer.committed()
        return len(leaving)

    def _apply(self, change: Change) -> Event | None:
        if isinstance(change, Sighting):
            return self._sight(change)
        if isinstance(change, Gone):
            self._forgive(change.folder_id, change.filename)
            return self._remove(change.folder_id, change.filename, change.at_ms)
        self._rejecting.add(change.folder_id)
        self._db.execute(
            "INSERT OR REPLACE INTO rejects (folder_id, filename, reason, size_bytes, mtime_ns, at_ms) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (change.folder_id, change.filename, change.reason, change.size_bytes, change.mtime_ns, change.at_ms),
        )
        return self._remove(change.folder_id, change.filename.decode("utf-8", "surrogateescape"), change.at_ms)

    def _sight(self, seen: Sighting) -> Event | None:
        self._forgive(seen.folder_id, seen.filename)
        image = self._image(seen, self.head + 1, revised=False, imported=seen.imported)
        if self._insert(seen, image, seen.captured_at_ms - IMPORTED_BELOW if seen.imported else image.seq):
            self.head = image.seq
            return None if seen.imported else Event(seq=image.seq, type="new", image=image, at_ms=seen.seen_at_ms)
        row = self._row(seen.folder_id, seen.filename)
        assert row is not None
        if (row["size_bytes"], row["fingerprint"]) == (seen.size_bytes, seen.fingerprint):
            # Touched, or written again with the same bytes: the same image.
            self._db.execute(
                "UPDATE images SET mtime_ns = ?, inode = ? WHERE seq = ?", (seen.mtime_ns, seen.inode, row["seq"])
            )
            return None
        query = "SELECT max(arrival) FROM images WHERE folder_id = ?"
        shown = row["arrival"] == self._db.execute(query, (seen.folder_id,)).fetchone()[0]
        image = self._image(seen, self._next(), revised=True, imported=False)
        self._db.execute("DELETE FROM images WHERE seq = ?", (row["seq"],))
        self._insert(seen, image, image.seq if shown else row["arrival"])
        return Event(
            seq=image.seq, type="changed", image=image, at_ms=seen.seen_at_ms, shown=shown, previous_seq=row["seq"]
        )

    def _remove(self, folder_id: int, filename: str, at_ms: int) -> Event | None:
        row = self._row(folder_id, filename) if _is_text(filename) else None
        if row is None:
            return None
        shown = row["arrival"] >= self._first_recent(folder_id)
        self._db.execute("DELETE FROM images WHERE seq = ?", (row["seq"],))
        folder = self._folders[folder_id]
        image = Image(
            camera=folder.camera,
            kind=folder.kind,
            revised=bool(row["revised"]),
            imported=bool(row["imported"]),
            **{name: row[name] for name in _PLAIN_FIELDS},
        )
        return Event(seq=self._next(), type="removed", image=image, at_ms=at_ms, shown=shown, previous_seq=image.seq)

    def _first_recent(self, folder_id: int) -> int:
        """Where the newest images of a folder begin: looked for once a transaction."""
        if folder_id not in self._recent_from:
            row = self._db.execute(
                "SELECT arrival FROM images WHERE folder_id = ? ORDER BY arrival DESC LIMIT 1 OFFSET ?",
                (folder_id, RECENT - 1),
            ).fetchone()
            self._recent_from[folder_id] = row[0] if row else -(1 << 62)
        return self._recent_from[folder_id]

    def _image(self, seen: Sighting, seq: int, *, revised: bool, imported: bool) -> Image:
        folder = self._folders[seen.folder_id]
        return Image(
            seq=seq,
            camera=folder.camera,
            kind=folder.kind,
            filename=seen.filename,
            coil=seen.coil,
            captured_at_ms=seen.captured_at_ms,
            written_at_ms=seen.written_at_ms,
            seen_at_ms=seen.seen_at_ms,
            size_bytes=seen.size_bytes,
            width=seen.width,
            height=seen.height,
            media_type=seen.media_type,
            revised=revised,
            imported=imported,
        )

    def _insert(self, seen: Sighting, image: Image, arrival: int) -> bool:
        """False when there is an image of this name: nothing was changed."""
        cursor = self._db.execute(
            "INSERT INTO images (seq, folder_id, filename, arrival, coil, captured_at_ms, written_at_ms, seen_at_ms, "
            "size_bytes, width, height, media_type, revised, imported, mtime_ns, inode, fingerprint) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (folder_id, filename) DO NOTHING",
            (
                image.seq,
                seen.folder_id,
                image.filename,
                arrival,
                image.coil,
                image.captured_at_ms,
                image.written_at_ms,
                image.seen_at_ms,
                image.size_bytes,
                image.width,
                image.height,
                image.media_type,
                image.revised,
                image.imported,
                seen.mtime_ns,
                seen.inode,
                seen.fingerprint,
            ),
        )
        return cursor.rowcount == 1

    def _log(self, events: Sequence[Event]) -> None:
        for event in events:
            self._db.execute(
                "INSERT INTO events (seq, type, at_ms, shown, previous_seq, image) VALUES (?, ?, ?, ?, ?, ?)",
                _event_row(event),
            )

    def _row(self, folder_id: int, filename: str) -> Row | None:
        cursor = self._db.execute("SELECT * FROM images WHERE folder_id = ? AND filename = ?", (folder_id, filename))
        cursor.row_factory = Row
        row: Row | None = cursor.fetchone()
        return row

    def _forgive(self, folder_id: int, filename: str) -> None:
        if folder_id in self._rejecting:
            self._db.execute(
                "DELETE FROM rejects WHERE folder_id = ? AND filename = ?",
                (folder_id, filename.encode("utf-8", "surrogateescape")),
            )

    def _next(self) -> int:
        self.head += 1
        return self.head


_PLAIN_FIELDS = (
    "seq",
    "filename",
    "coil",
    "captured_at_ms",
    "written_at_ms",
    "seen_at_ms",
    "size_bytes",
    "width",
    "height",
    "media_type",
)


def _is_text(filename: str) -> bool:
    """Whether it can be an image's name: bytes that are no UTF-8 (surrogates here) are only ever rejected."""
    try:
        filename.encode()
    except UnicodeEncodeError:
        return False
    return True


def _event_row(event: Event) -> tuple[int, EventType, int, bool, int | None, bytes]:
    return (event.seq, event.type, event.at_ms, event.shown, event.previous_seq, pack_image(event.image))
