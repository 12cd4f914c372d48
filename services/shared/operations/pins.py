"""Pins: images that stay whatever the rules of retention say. One file, or all of a coil."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from services.shared.errors import PinUnknown
from services.shared.operations._store import Store

_COLUMNS = "id, camera, kind, filename, coil, by, note, at_ms"


class Pin(Struct, frozen=True, kw_only=True):
    """Who wants what to stay: a file (camera, kind, filename) or a coil. `at_ms` is Unix ms."""

    id: int
    camera: str | None
    kind: str | None
    filename: str | None
    coil: str | None
    by: str
    note: str
    at_ms: int


class Pinned:
    """What is pinned at a moment, as asked for image by image."""

    def __init__(self, pins: Sequence[Pin] = ()) -> None:
        self._coils = {pin.coil for pin in pins if pin.coil is not None}
        self._files = {(pin.camera, pin.kind, pin.filename) for pin in pins if pin.filename is not None}

    def holds(self, camera: str, kind: str, filename: str, coil: str | None) -> bool:
        """Whether this image stays by its name or its coil. What belongs to it stays, too: that is the plan's part."""
        return (coil is not None and coil in self._coils) or (camera, kind, filename) in self._files


class Pins(Store):
    """All pins; any process, also several at once. Every method raises DatabaseError when it cannot be done."""

    def pin_file(self, camera: str, kind: str, filename: str, by: str, note: str, at_ms: int) -> Pin:
        """One image stays, and what belongs to it. Pinned again, it is the same pin with the last word on it."""
        return self._pin(
            f"INSERT INTO pins (camera, kind, filename, by, note, at_ms) VALUES (?, ?, ?, ?, ?, ?) "
            f"ON CONFLICT (camera, kind, filename) WHERE filename IS NOT NULL "
            f"DO UPDATE SET by = excluded.by, note = excluded.note, at_ms = excluded.at_ms RETURNING {_COLUMNS}",
            *(camera, kind, filename, by, note, at_ms),
        )

    def pin_coil(self, coil: str, by: str, note: str, at_ms: int) -> Pin:
        """All images of a coil stay, those to come included."""
        return self._pin(
            f"INSERT INTO pins (coil, by, note, at_ms) VALUES (?, ?, ?, ?) "
            f"ON CONFLICT (coil) WHERE coil IS NOT NULL "
            f"DO UPDATE SET by = excluded.by, note = excluded.note, at_ms = excluded.at_ms RETURNING {_COLUMNS}",
            *(coil, by, note, at_ms),
        )

    def end(self, pin_id: int) -> Pin:
        """The rules count again for what it held. Returns what it was. Raises PinUnknown."""
        ended = self._all(f"DELETE FROM pins WHERE id = ? RETURNING {_COLUMNS}", pin_id)
        if not ended:
            raise PinUnknown(f"there is no pin {pin_id}")
        return _from_row(ended[0])

    def all(self) -> list[Pin]:
        """Every pin, the newest first."""
        return [_from_row(row) for row in self._all(f"SELECT {_COLUMNS} FROM pins ORDER BY at_ms DESC, id DESC")]

    def version(self) -> int:
        """Another number whenever somebody else has changed something; costs next to nothing."""
        return int(self._all("PRAGMA data_version")[0][0])

    def _pin(self, query: str, *values: Any) -> Pin:
        return _from_row(self._all(query, *values)[0])


def _from_row(row: Sequence[Any]) -> Pin:
    return Pin(
        id=row[0], camera=row[1], kind=row[2], filename=row[3], coil=row[4], by=row[5], note=row[6], at_ms=row[7]
    )
