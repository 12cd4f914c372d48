"""Whether the line runs, as it was said last: by a person, by the plant's control, or by the signal file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from msgspec import Struct

from services.shared.operations._store import Store

LineWord = Literal["running", "stopped"]

MOST_CAMERAS = 1000

_EVERY = ""
"""Stands for all cameras in the table."""


class LineState(Struct, frozen=True, kw_only=True):
    """What was said of the line in front of one camera, or of all of it (None). Times are Unix ms."""

    camera: str | None
    state: LineWord
    since_ms: int
    """Since when it is so,"""
    said_at_ms: int
    """and when that was said last."""
    by: str


def last_word(lines: Iterable[LineState], camera: str) -> LineState | None:
    """What counts for a camera: whatever was said last, of it or of the whole line."""
    return max(
        (line for line in lines if line.camera in (None, camera)), key=lambda line: line.said_at_ms, default=None
    )


class Line(Store):
    """All that was said; any process, also several at once. Every method raises DatabaseError when it cannot."""

    def say(self, camera: str | None, state: LineWord, by: str, at_ms: int) -> None:
        """From now on the line is `state`; one that was so before has been since then."""
        self._all(
            "INSERT INTO line (camera, state, since_ms, said_at_ms, by) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (camera) DO UPDATE SET state = excluded.state, said_at_ms = excluded.said_at_ms, "
            "by = excluded.by, since_ms = CASE WHEN state = excluded.state THEN since_ms ELSE excluded.since_ms END",
            _EVERY if camera is None else camera,
            state,
            at_ms,
            at_ms,
            by,
        )
        # Somebody who makes names up costs no more than this.
        self._all(
            "DELETE FROM line WHERE camera <> ? AND camera NOT IN "
            "(SELECT camera FROM line ORDER BY said_at_ms DESC LIMIT ?)",
            _EVERY,
            MOST_CAMERAS,
        )

    def lines(self) -> list[LineState]:
        """What was said last of each; the whole line first, then by camera."""
        rows = self._all("SELECT camera, state, since_ms, said_at_ms, by FROM line ORDER BY camera")
        return [_from_row(row) for row in rows]

    def version(self) -> int:
        """Another number whenever somebody else has changed something in the file."""
        return int(self._all("PRAGMA data_version")[0][0])


def _from_row(row: tuple[Any, ...]) -> LineState:
    camera, state, since_ms, said_at_ms, by = row
    return LineState(camera=camera or None, state=state, since_ms=since_ms, said_at_ms=said_at_ms, by=by)
