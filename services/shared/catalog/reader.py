"""Reading the catalog. Any process, any time: WAL readers never block the watcher."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from services.shared.catalog.history import CaptureTimes
from services.shared.catalog.holdings import Holdings
from services.shared.catalog.lately import Lately
from services.shared.catalog.rows import IMAGE_COLUMNS, IMAGES, event_from_row, image_from_row
from services.shared.catalog.schema import translated
from services.shared.messages import Event, Image

COILS_IN_CURRENT = 50


class Reject(Struct, frozen=True, kw_only=True):
    """A file that was not taken, and why."""

    camera: str
    kind: str
    filename: str
    reason: str
    size_bytes: int
    at_ms: int


class CatalogReader(CaptureTimes, Lately, Holdings):
    """Queries. Raises CatalogMissing when there is no catalog yet, CatalogError when it cannot be read."""

    def head(self) -> int:
        """The last seq given out, 0 for an empty catalog."""
        return int(self._all("SELECT head FROM log")[0][0])

    def trimmed(self) -> int:
        """Events up to this seq have left the log: a client must be at least here to resume."""
        return int(self._all("SELECT trimmed FROM log")[0][0])

    def events(self, after: int, upto: int, page: int = 1000) -> Iterator[Event]:
        """The log in after < seq <= upto, in order."""
        while after < upto:
            rows = self._all(
                "SELECT seq, type, at_ms, shown, previous_seq, image FROM events "
                "WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?",
                after,
                upto,
                page,
            )
            with translated(self._path):
                events = [event_from_row(row) for row in rows]
            yield from events
            if len(rows) < page:
                return
            after = rows[-1][0]

    def image(self, seq: int) -> Image | None:
        """The version `seq`, if it is still the present one of its file."""
        return self._first(f"{IMAGES} WHERE images.seq = ?", seq)

    def seqs(self, first: int, last: int) -> set[int]:
        """Which of first..last are present versions of files."""
        return {row[0] for row in self._all("SELECT seq FROM images WHERE seq BETWEEN ? AND ?", first, last)}

    def find(self, camera: str, kind: str, filename: str) -> Image | None:
        """The present version of a file."""
        return self._first(
            f"{IMAGES} WHERE folders.camera = ? AND folders.kind = ? AND images.filename = ?", camera, kind, filename
        )

    def newest(
        self, *, camera: str | None = None, kind: str | None = None, coil: str | None = None, limit: int = 1
    ) -> list[Image]:
        """The newest by arrival, newest first."""
        return [image for _, image in self.newest_ranked(camera=camera, kind=kind, coil=coil, limit=limit)]

    def newest_ranked(
        self, *, camera: str | None = None, kind: str | None = None, coil: str | None = None, limit: int = 1
    ) -> list[tuple[int, Image]]:
        """Like newest(), each with its place in the order of arrival, which counts up."""
        found: list[tuple[int, Image]] = []
        for folder_id in self._folders(camera, kind):
            where = "images.folder_id = ?" if coil is None else "images.folder_id = ? AND images.coil = ?"
            values = [folder_id] if coil is None else [folder_id, coil]
            rows = self._all(
                f"SELECT {IMAGE_COLUMNS}, images.arrival FROM images JOIN folders ON folders.id = images.folder_id "
                f"WHERE {where} ORDER BY images.arrival DESC LIMIT ?",
                *values,
                limit,
            )
            found += [(row[-1], image_from_row(row)) for row in rows]
        found.sort(key=lambda pair: pair[0], reverse=True)
        return found[:limit]

    def current(self, coils: int = COILS_IN_CURRENT) -> list[Image]:
        """The newest of each folder and, for the newest coils, of each coil in each folder; oldest arrival first."""
        return [image for _, image in self.current_ranked(coils)]

    def current_ranked(self, coils: int = COILS_IN_CURRENT) -> list[tuple[int, Image]]:
        """Like current(), each with its place in the order of arrival."""
        rows = self._all(
            f"WITH newest AS (SELECT coil, folder_id, max(arrival) AS arrival FROM images WHERE coil IS NOT NULL "
            f"  GROUP BY coil, folder_id), "
            f"recent AS (SELECT coil FROM newest GROUP BY coil ORDER BY max(arrival) DESC LIMIT ?), "
            f"picked AS (SELECT arrival, folder_id FROM newest WHERE coil IN (SELECT coil FROM recent) "
            f"  UNION SELECT (SELECT max(arrival) FROM images WHERE folder_id = folders.id), id FROM folders) "
            f"SELECT {IMAGE_COLUMNS}, images.arrival FROM picked "
            # CROSS: the few that were picked first. SQLite would read all images instead (sqlite.org/lang_select.html).
            f"CROSS JOIN images ON images.folder_id = picked.folder_id AND images.arrival = picked.arrival "
            f"JOIN folders ON folders.id = images.folder_id ORDER BY images.arrival",
            coils,
        )
        return [(row[-1], image_from_row(row)) for row in rows]

    def counts(self) -> dict[tuple[str, str], int]:
        """How many images each (camera, kind) folder has."""
        rows = self._all("SELECT camera, kind, (SELECT count(*) FROM images WHERE folder_id = folders.id) FROM folders")
        return {(row[0], row[1]): row[2] for row in rows}

    def cameras(self) -> list[str]:
        """The cameras whose folders were seen, `main` first."""
        rows = self._all("SELECT DISTINCT camera FROM folders ORDER BY camera <> 'main', camera")
        return [row[0] for row in rows]

    def rejects(self, limit: int = 100) -> list[Reject]:
        """The files not taken, newest first; bytes of a name that are no UTF-8 are shown as \\xNN."""
        rows = self._all(
            "SELECT folders.camera, folders.kind, rejects.filename, reason, size_bytes, at_ms FROM rejects "
            "JOIN folders ON folders.id = rejects.folder_id ORDER BY at_ms DESC LIMIT ?",
            limit,
        )
        return [
            Reject(
                camera=row[0],
                kind=row[1],
                filename=row[2].decode("utf-8", "backslashreplace"),
                reason=row[3],
                size_bytes=row[4],
                at_ms=row[5],
            )
            for row in rows
        ]

    def reject_counts(self) -> dict[str, int]:
        """How many files are rejected at present, by reason."""
        return dict(self._all("SELECT reason, count(*) FROM rejects GROUP BY reason ORDER BY reason"))
