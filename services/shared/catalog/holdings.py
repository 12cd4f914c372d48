"""What each folder holds, oldest first: for whoever decides which images go.

Read in small pages, each a transaction of its own: a walk through a million images holds up no checkpoint.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct

from services.shared.catalog.rows import Rows

PAGE = 200

_COLUMNS = (
    "images.seq, images.folder_id, folders.camera, folders.kind, images.filename, images.coil, "
    "images.captured_at_ms, images.seen_at_ms, images.size_bytes, images.mtime_ns, images.arrival, images.media_type"
)
_HELD = f"SELECT {_COLUMNS} FROM images JOIN folders ON folders.id = images.folder_id"


class Held(NamedTuple):
    """An image as far as it matters to whoever may delete it. `arrival` counts up from the oldest to the newest."""

    seq: int
    folder_id: int
    camera: str
    kind: str
    filename: str
    coil: str | None
    captured_at_ms: int
    seen_at_ms: int
    size_bytes: int
    mtime_ns: int
    arrival: int
    media_type: str


class HeldFolder(NamedTuple):
    """A folder that the catalog knows."""

    id: int
    camera: str
    kind: str

    @property
    def name(self) -> str:
        return f"{self.camera}/{self.kind}"


class Holding(Struct, frozen=True):
    """How much a folder holds."""

    count: int
    size_bytes: int


class Inflow(Struct, frozen=True):
    """What came live since `since_ms` (Unix ms), as far as it is still there."""

    count: int
    size_bytes: int
    since_ms: int


class Holdings(Rows):
    """Queries by age. Each raises CatalogError when the catalog cannot be read."""

    def held_folders(self) -> list[HeldFolder]:
        """The folders, `main`'s first."""
        rows = self._all("SELECT id, camera, kind FROM folders ORDER BY camera <> 'main', camera, id")
        return [HeldFolder._make(row) for row in rows]

    def counted(self, folder_id: int) -> int:
        """How many images a folder has: by an index alone, some 20 ms a million."""
        return int(self._all("SELECT count(*) FROM images WHERE folder_id = ?", folder_id)[0][0])

    def holding(self) -> dict[int, Holding]:
        """How much each folder holds: all images are read, which takes a while."""
        rows = self._all("SELECT folder_id, count(*), sum(size_bytes) FROM images GROUP BY folder_id")
        return {row[0]: Holding(row[1], row[2]) for row in rows}

    def oldest(self, folder_id: int, after: tuple[int, int] | None = None) -> Iterator[Held]:
        """A folder's images in the order in which they arrived; from after (arrival, seq) on."""
        return self._by_age("arrival", folder_id, after or (-(1 << 62), 0), 1 << 62)

    def captured_before(self, folder_id: int, at_ms: int) -> Iterator[Held]:
        """A folder's images captured before `at_ms` by their own clock, the oldest first."""
        return self._by_age("captured_at_ms", folder_id, (-(1 << 62), 0), at_ms)

    def captured_from(self, folder_id: int, at_ms: int) -> Iterator[Held]:
        """A folder's images captured at `at_ms` or later by their own clock, the oldest first."""
        return self._by_age("captured_at_ms", folder_id, (at_ms, -(1 << 62)), 1 << 62)

    def frame(self, held: Held) -> tuple[Held, ...]:
        """The image and what belongs to it: the same camera, coil and moment in other kinds, or of a name that tells
        neither, the same name but for the kind in it.
        """
        if held.coil is not None:
            # CROSS: from the few folders, by the index of a coil in a folder.
            rows = self._all(
                f"SELECT {_COLUMNS} FROM folders CROSS JOIN images ON images.folder_id = folders.id "
                "WHERE folders.camera = ? AND images.coil = ? AND images.captured_at_ms = ?",
                *(held.camera, held.coil, held.captured_at_ms),
            )
        else:
            rows = [
                row
                for folder_id, kind in self._all("SELECT id, kind FROM folders WHERE camera = ?", held.camera)
                if folder_id != held.folder_id
                for row in self._all(
                    f"{_HELD} WHERE images.folder_id = ? AND images.coil IS NULL AND images.filename IN (?, ?)",
                    *(folder_id, held.filename.replace(held.kind, kind), held.filename),
                )
            ]
        return (held, *(one for row in rows if (one := Held._make(row)).seq != held.seq))

    def newest_seqs(self, folder_id: int) -> set[int]:
        """The newest of a folder by arrival, and by capture."""
        return {
            row[0]
            for order in ("arrival", "captured_at_ms")
            for row in self._all(f"SELECT seq FROM images WHERE folder_id = ? ORDER BY {order} DESC LIMIT 1", folder_id)
        }

    def is_present(self, seq: int) -> bool:
        """Whether this is still a version that the catalog has."""
        return bool(self._all("SELECT 1 FROM images WHERE seq = ?", seq))

    def inflow(self, first_seq: int) -> Inflow | None:
        """What came live from `first_seq` on and is still there; None when there is nothing."""
        found = [
            row
            for (folder_id,) in self._all("SELECT id FROM folders")
            for row in self._all(
                "SELECT count(*), sum(size_bytes), min(seen_at_ms) FROM images WHERE folder_id = ? AND arrival >= ?",
                folder_id,
                max(first_seq, 1),
            )
            if row[0]
        ]
        if not found:
            return None
        return Inflow(sum(row[0] for row in found), sum(row[1] for row in found), min(row[2] for row in found))

    def _by_age(self, column: str, folder_id: int, after: tuple[int, int], below: int) -> Iterator[Held]:
        place = _HELD_PLACES[column]
        while True:
            at, seq = after
            # By itself: an index is not entered in the midst of equals by a comparison of pairs.
            rows = self._all(
                f"{_HELD} WHERE images.folder_id = ? AND images.{column} = ? AND images.seq > ? "
                f"AND images.{column} < ? "
                f"ORDER BY images.seq LIMIT ?",
                *(folder_id, at, seq, below, PAGE),
            )
            if len(rows) < PAGE:
                rows += self._all(
                    f"{_HELD} WHERE images.folder_id = ? AND images.{column} > ? AND images.{column} < ? "
                    f"ORDER BY images.{column}, images.seq LIMIT ?",
                    *(folder_id, at, below, PAGE - len(rows)),
                )
            yield from map(Held._make, rows)
            if len(rows) < PAGE:
                return
            after = rows[-1][place], rows[-1][0]


_HELD_PLACES = {"arrival": 10, "captured_at_ms": 6}
