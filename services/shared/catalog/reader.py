"""Reading the catalog. Any process, any time: WAL readers never block the watcher."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from services.shared.catalog.schema import connect, translated
from services.shared.errors import CatalogMissing
from services.shared.messages import Event, Image

_IMAGE_COLUMNS = (
    "images.seq, folders.camera, folders.kind, images.filename, images.coil, images.captured_at_ms, "
    "images.written_at_ms, images.seen_at_ms, images.size_bytes, images.width, images.height, images.media_type, "
    "images.revised, images.imported"
)
_IMAGES = f"SELECT {_IMAGE_COLUMNS} FROM images JOIN folders ON folders.id = images.folder_id"

COILS_IN_CURRENT = 50


class History(Struct, frozen=True, kw_only=True):
    """One page of images, newest first; `before` continues after it, None at the end."""

    images: list[Image]
    before: tuple[int, int] | None


class Coil(Struct, frozen=True, kw_only=True):
    """A coil that was seen: how many images, and when by capture time (Unix ms)."""

    coil: str
    count: int
    first_at_ms: int
    last_at_ms: int
    last_image: Image


class Reject(Struct, frozen=True, kw_only=True):
    """A file that was not taken, and why."""

    camera: str
    kind: str
    filename: str
    reason: str
    size_bytes: int
    at_ms: int


class CatalogReader:
    """Queries. Raises CatalogMissing when there is no catalog yet, CatalogError when it cannot be read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._db = connect(path, write=False)
        rows = self._all("SELECT node, epoch FROM log")
        if not rows:
            self._db.close()
            raise CatalogMissing(f"the catalog at {path} is not ready yet; the watcher is preparing it")
        self.node: str = rows[0][0]
        self.epoch: str = rows[0][1]

    def close(self) -> None:
        self._db.close()

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
        return self._first(f"{_IMAGES} WHERE images.seq = ?", seq)

    def seqs(self, first: int, last: int) -> set[int]:
        """Which of first..last are present versions of files."""
        return {row[0] for row in self._all("SELECT seq FROM images WHERE seq BETWEEN ? AND ?", first, last)}

    def find(self, camera: str, kind: str, filename: str) -> Image | None:
        """The present version of a file."""
        return self._first(
            f"{_IMAGES} WHERE folders.camera = ? AND folders.kind = ? AND images.filename = ?", camera, kind, filename
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
                f"SELECT {_IMAGE_COLUMNS}, images.arrival FROM images JOIN folders ON folders.id = images.folder_id "
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
            f"SELECT {_IMAGE_COLUMNS}, images.arrival FROM picked "
            # CROSS: the few that were picked first. SQLite would read all images instead (sqlite.org/lang_select.html).
            f"CROSS JOIN images ON images.folder_id = picked.folder_id AND images.arrival = picked.arrival "
            f"JOIN folders ON folders.id = images.folder_id ORDER BY images.arrival",
            coils,
        )
        return [(row[-1], image_from_row(row)) for row in rows]

    def history(
        self,
        *,
        camera: str | None = None,
        kind: str | None = None,
        coil: str | None = None,
        from_ms: int | None = None,
        to_ms: int | None = None,
        before: tuple[int, int] | None = None,
        limit: int = 100,
    ) -> History:
        """Images by capture time, newest first; `before` is the (captured_at_ms, seq) that the last page ended with."""
        conditions: list[tuple[str, Sequence[Any]]] = [
            ("folders.camera = ?", [camera]) if camera is not None else ("", []),
            ("folders.kind = ?", [kind]) if kind is not None else ("", []),
            ("images.coil = ?", [coil]) if coil is not None else ("", []),
            ("images.captured_at_ms >= ?", [from_ms]) if from_ms is not None else ("", []),
            ("images.captured_at_ms < ?", [to_ms]) if to_ms is not None else ("", []),
            ("(images.captured_at_ms, images.seq) < (?, ?)", before) if before is not None else ("", []),
        ]
        where = " AND ".join(text for text, _ in conditions if text) or "1"
        values = [value for _, given in conditions for value in given]
        rows = self._all(
            f"{_IMAGES} WHERE {where} ORDER BY images.captured_at_ms DESC, images.seq DESC LIMIT ?", *values, limit + 1
        )
        images = [image_from_row(row) for row in rows[:limit]]
        more = len(rows) > limit
        return History(images=images, before=(images[-1].captured_at_ms, images[-1].seq) if more else None)

    def coils(self, limit: int = 200) -> list[Coil]:
        """The coils seen last by capture time, newest first."""
        rows = self._all(
            "SELECT coil, count(*), min(captured_at_ms), max(captured_at_ms) AS last FROM images "
            "WHERE coil IS NOT NULL GROUP BY coil ORDER BY last DESC LIMIT ?",
            limit,
        )
        coils = []
        for coil, count, first_at_ms, last_at_ms in rows:
            image = self._first(
                f"{_IMAGES} WHERE images.coil = ? AND images.captured_at_ms = ? ORDER BY images.seq DESC LIMIT 1",
                coil,
                last_at_ms,
            )
            if image is not None:
                coils.append(
                    Coil(coil=coil, count=count, first_at_ms=first_at_ms, last_at_ms=last_at_ms, last_image=image)
                )
        return coils

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

    def _folders(self, camera: str | None, kind: str | None) -> list[int]:
        rows = self._all(
            "SELECT id FROM folders WHERE camera = ifnull(?, camera) AND kind = ifnull(?, kind)", camera, kind
        )
        return [row[0] for row in rows]

    def _first(self, query: str, *values: Any) -> Image | None:
        rows = self._all(query, *values)
        return image_from_row(rows[0]) if rows else None

    def _all(self, query: str, *values: Any) -> list[Any]:
        with translated(self._path):
            return self._db.execute(query, values).fetchall()


def image_from_row(row: Sequence[Any]) -> Image:
    """A row of _IMAGE_COLUMNS."""
    return Image(
        seq=row[0],
        camera=row[1],
        kind=row[2],
        filename=row[3],
        coil=row[4],
        captured_at_ms=row[5],
        written_at_ms=row[6],
        seen_at_ms=row[7],
        size_bytes=row[8],
        width=row[9],
        height=row[10],
        media_type=row[11],
        revised=bool(row[12]),
        imported=bool(row[13]),
    )


def event_from_row(row: Sequence[Any]) -> Event:
    """A row of `events`."""
    return Event(
        seq=row[0],
        type=row[1],
        at_ms=row[2],
        shown=bool(row[3]),
        previous_seq=row[4],
        image=_image_decoder.decode(row[5]),
    )


def pack_image(image: Image) -> bytes:
    """An image as it is kept in the log."""
    return _image_encoder.encode(image)


_image_encoder = msgspec.msgpack.Encoder()
_image_decoder = msgspec.msgpack.Decoder(Image)
