"""Pins as they stand on the wire."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from services.shared.operations import Pin

Part = Annotated[str, Meta(min_length=1, max_length=255)] | None


class WirePin(Struct, frozen=True, kw_only=True):
    """What stays whatever the rules of retention say: one file, then `coil` is null; or all of a coil."""

    id: int
    camera: str | None
    type: str | None
    filename: str | None
    coil: str | None
    by: str
    note: str
    at: int


class PinsAnswer(Struct, frozen=True):
    """`GET /api/pins`, the newest first."""

    pins: list[WirePin]


class PinBody(Struct, frozen=True, kw_only=True):
    """`POST /api/pins`: a `coil`, or the `type` and `filename` of an image."""

    by: Annotated[str, Meta(min_length=1, max_length=100)]
    note: Annotated[str, Meta(max_length=1000)] = ""
    coil: Part = None
    camera: Part = None
    """Without it, the one without a folder of its own."""
    type: Part = None
    filename: Part = None


def pin_on_wire(pin: Pin) -> WirePin:
    """The pin as clients see it."""
    return WirePin(
        id=pin.id,
        camera=pin.camera,
        type=pin.kind,
        filename=pin.filename,
        coil=pin.coil,
        by=pin.by,
        note=pin.note,
        at=pin.at_ms,
    )
