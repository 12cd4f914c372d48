"""Whether the line runs, as it stands on the wire."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from msgspec import Meta, Struct

from services.shared.operations import LineState, LineWord
from services.shared.settings import Name


class WireLine(Struct, frozen=True, kw_only=True):
    """What was said last of the line in front of one camera, or of all of it (`camera` is null)."""

    camera: str | None
    state: LineWord
    since: int
    by: str


class LinesAnswer(Struct, frozen=True):
    """`GET /api/line`, and the answer to a POST; empty as long as nobody has said anything."""

    lines: list[WireLine]


class LineBody(Struct, frozen=True, kw_only=True):
    """`POST /api/line`: without `camera` it is said of the whole line. The last word counts, whoever said it."""

    state: LineWord
    by: Annotated[str, Meta(min_length=1, max_length=100)]
    camera: Name | None = None


def lines_on_wire(lines: Iterable[LineState]) -> LinesAnswer:
    """The lines as clients see them."""
    return LinesAnswer(
        [WireLine(camera=line.camera, state=line.state, since=line.since_ms, by=line.by) for line in lines]
    )
