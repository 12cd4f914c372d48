"""Silences as they stand on the wire."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from services.shared.operations import Scope, Silence
from services.shared.operations.silences import LONGEST_S, SHORTEST_S

Part = Annotated[str, Meta(min_length=1, max_length=100)] | None


class WireSilence(Struct, frozen=True, kw_only=True):
    """What is not sent for a time: each of `name`, `camera`, `type` and `service` that is not null has to match."""

    id: int
    state: Literal["lasting", "over"]
    name: str | None
    camera: str | None
    type: str | None
    service: str | None
    started_at: int
    until: int
    ended_at: int | None
    """When somebody ended it before its time."""
    by: str
    note: str
    ended_by: str | None


class SilencesAnswer(Struct, frozen=True):
    """`GET /api/silences`, the newest first."""

    silences: list[WireSilence]


class SilenceBody(Struct, frozen=True, kw_only=True):
    """`POST /api/silences`: without a filter nothing at all is sent."""

    by: Annotated[str, Meta(min_length=1, max_length=100)]
    for_s: Annotated[int, Meta(ge=SHORTEST_S, le=LONGEST_S)]
    note: Annotated[str, Meta(max_length=1000)] = ""
    name: Part = None
    camera: Part = None
    type: Part = None
    service: Part = None

    @property
    def scope(self) -> Scope:
        return Scope(name=self.name, camera=self.camera, kind=self.type, service=self.service)


class EndBody(Struct, frozen=True):
    """`POST /api/silences/{id}/end`."""

    by: Annotated[str, Meta(min_length=1, max_length=100)]


def silence_on_wire(silence: Silence, now_ms: int) -> WireSilence:
    """The silence as clients see it."""
    return WireSilence(
        id=silence.id,
        state="lasting" if silence.lasts(now_ms) else "over",
        name=silence.scope.name,
        camera=silence.scope.camera,
        type=silence.scope.kind,
        service=silence.scope.service,
        started_at=silence.from_ms,
        until=silence.until_ms,
        ended_at=silence.ended_at_ms,
        by=silence.by,
        note=silence.note,
        ended_by=silence.ended_by,
    )
