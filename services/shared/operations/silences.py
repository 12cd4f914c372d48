"""Silences: what is not to be sent for a time, as during maintenance. It is shown and exported all the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct

from services.shared.errors import SilenceOver, SilenceUnknown
from services.shared.operations._store import Store
from services.shared.operations.alerts import Trouble

SHORTEST_S = 60
LONGEST_S = 30 * 86_400

KEPT = 10_000
"""So many silences back from the newest are kept; one that lasts is always."""

_COLUMNS = "id, name, camera, kind, service, from_ms, until_ms, ended_at_ms, by, note, ended_by"


class Scope(Struct, frozen=True, kw_only=True):
    """Which alerts: each part that is given has to match; without any it is all of them."""

    name: str | None = None
    camera: str | None = None
    kind: str | None = None
    service: str | None = None

    def covers(self, trouble: Trouble) -> bool:
        return (
            self.name in (None, trouble.name)
            and self.camera in (None, trouble.camera)
            and self.kind in (None, trouble.kind)
            and self.service in (None, trouble.service)
        )


class Silence(Struct, frozen=True, kw_only=True):
    """Lasts until `until_ms`, or until somebody ended it. Times are Unix ms."""

    id: int
    scope: Scope
    from_ms: int
    until_ms: int
    ended_at_ms: int | None
    by: str
    note: str
    ended_by: str | None

    def lasts(self, now_ms: int) -> bool:
        return self.ended_at_ms is None and now_ms < self.until_ms


def silenced_until(trouble: Trouble, silences: Iterable[Silence], now_ms: int) -> int | None:
    """Until when nothing of this is sent; None when it would be now."""
    ends = [one.until_ms for one in silences if one.lasts(now_ms) and one.scope.covers(trouble)]
    return max(ends, default=None)


class Silences(Store):
    """All silences; any process, also several at once. Every method raises DatabaseError when it cannot be done."""

    def add(self, scope: Scope, *, from_ms: int, until_ms: int, by: str, note: str) -> Silence:
        """From now on, `from_ms`, what is in `scope` is not sent."""
        made = self._all(
            "INSERT INTO silences (name, camera, kind, service, from_ms, until_ms, by, note) "
            f"VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING {_COLUMNS}",
            scope.name,
            scope.camera,
            scope.kind,
            scope.service,
            from_ms,
            until_ms,
            by,
            note,
        )
        self._all("DELETE FROM silences WHERE id <= ? AND until_ms <= ?", made[0][0] - KEPT, from_ms)
        return _from_row(made[0])

    def end(self, silence_id: int, by: str, at_ms: int) -> Silence:
        """Over before its time. Raises SilenceUnknown, SilenceOver."""
        ended = self._all(
            "UPDATE silences SET ended_at_ms = ?, ended_by = ? "
            f"WHERE id = ? AND ended_at_ms IS NULL AND until_ms > ? RETURNING {_COLUMNS}",
            at_ms,
            by,
            silence_id,
            at_ms,
        )
        if ended:
            return _from_row(ended[0])
        if self._all("SELECT 1 FROM silences WHERE id = ?", silence_id):
            raise SilenceOver(f"silence {silence_id} is over already")
        raise SilenceUnknown(f"there is no silence {silence_id}")

    def lasting(self, now_ms: int) -> list[Silence]:
        """Those that count now, the newest first."""
        return self._read("ended_at_ms IS NULL AND until_ms > ? ORDER BY id DESC", now_ms)

    def latest(self, limit: int) -> list[Silence]:
        """The newest first, those that are over included."""
        return self._read("true ORDER BY id DESC LIMIT ?", limit)

    def _read(self, where: str, *values: Any) -> list[Silence]:
        return [_from_row(row) for row in self._all(f"SELECT {_COLUMNS} FROM silences WHERE {where}", *values)]


def _from_row(row: Sequence[Any]) -> Silence:
    return Silence(
        id=row[0],
        scope=Scope(name=row[1], camera=row[2], kind=row[3], service=row[4]),
        from_ms=row[5],
        until_ms=row[6],
        ended_at_ms=row[7],
        by=row[8],
        note=row[9],
        ended_by=row[10],
    )
