"""What the catalog's readers have in common: the connection, and what a row means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from services.shared.catalog.schema import connect, translated
from services.shared.errors import CatalogMissing
from services.shared.messages import Event, Image

IMAGE_COLUMNS = (
    "images.seq, folders.camera, folders.kind, images.filename, images.coil, images.captured_at_ms, "
    "images.written_at_ms, images.seen_at_ms, images.size_bytes, images.width, images.height, images.media_type, "
    "images.revised, images.imported"
)
IMAGES = f"SELECT {IMAGE_COLUMNS} FROM images JOIN folders ON folders.id = images.folder_id"


class Rows:
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

    def _each(self, query: str, *values: Any) -> Iterator[Any]:
        """Row by row, as they are asked for; whoever asks translates the errors."""
        cursor = self._db.execute(query, values)
        try:
            yield from cursor
        finally:
            cursor.close()


def image_from_row(row: Sequence[Any]) -> Image:
    """A row of IMAGE_COLUMNS."""
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
