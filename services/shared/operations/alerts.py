"""Alerts: raised and resolved by the monitor, acknowledged by people, read by whoever shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from services.shared.errors import AlertOver, AlertUnknown
from services.shared.messages import Severity
from services.shared.operations._store import Store
from services.shared.operations.schema import translated

KEPT = 10_000
"""So many alerts back from the newest are kept; one that is firing is always."""

_COLUMNS = "id, key, trouble, started_at_ms, changed_at_ms, resolved_at_ms, acknowledgement, change"
_NEXT_CHANGE = "(SELECT ifnull(max(change), 0) + 1 FROM alerts)"


class Said(Struct, frozen=True):
    """A sentence in both languages."""

    ko: str
    en: str


class Trouble(Struct, frozen=True, kw_only=True):
    """What an alert is about. `reason` is a code; `advice` says what to do next."""

    name: str
    severity: Severity
    summary: Said
    advice: Said
    reason: str | None = None
    camera: str | None = None
    kind: str | None = None
    service: str | None = None


class Acknowledgement(Struct, frozen=True):
    """Somebody has taken notice."""

    by: str
    at_ms: int
    note: str


class Alert(Struct, frozen=True, kw_only=True):
    """One alert as it is now; firing until `resolved_at_ms`. Times are Unix ms."""

    id: int
    key: str
    trouble: Trouble
    started_at_ms: int
    changed_at_ms: int
    resolved_at_ms: int | None
    acknowledged: Acknowledgement | None
    change: int

    @property
    def is_firing(self) -> bool:
        return self.resolved_at_ms is None


Cursor = tuple[bool, int, int]
"""Where a page ends: (was it firing, started_at_ms, id)."""


class Page(Struct, frozen=True, kw_only=True):
    """Alerts, firing ones first, then the newest start first; `before` continues after them, None at the end."""

    alerts: list[Alert]
    before: Cursor | None


class Alerts(Store):
    """All alerts; any process, also several at once. Every method raises DatabaseError when it cannot be done."""

    def version(self) -> int:
        """Another number whenever somebody else has changed something; costs next to nothing."""
        return int(self._all("PRAGMA data_version")[0][0])

    def raise_(self, key: str, trouble: Trouble, at_ms: int) -> Alert | None:
        """`key` is in `trouble`: begins an alert, or changes the one that is firing. None when all of it is known.

        What has changed is news: whoever acknowledged it before has not taken notice of this.
        """
        packed = _pack(trouble)
        changed = self._all(
            f"INSERT INTO alerts (key, change, trouble, started_at_ms, changed_at_ms) "
            f"VALUES (?, {_NEXT_CHANGE}, ?, ?, ?) "
            f"ON CONFLICT (key) WHERE resolved_at_ms IS NULL DO UPDATE SET trouble = excluded.trouble, "
            f"acknowledgement = NULL, change = excluded.change, "
            f"changed_at_ms = max(changed_at_ms, excluded.changed_at_ms) "
            f"WHERE trouble <> excluded.trouble RETURNING {_COLUMNS}",
            key,
            packed,
            at_ms,
            at_ms,
        )
        if changed:
            oldest = "(SELECT max(id) FROM alerts) - ?"
            self._all(f"DELETE FROM alerts WHERE resolved_at_ms IS NOT NULL AND id <= {oldest}", KEPT)
        return self._alert(changed)

    def resolve(self, key: str, at_ms: int) -> Alert | None:
        """`key` is well again. None when nothing was firing."""
        return self._alert(
            self._all(
                f"UPDATE alerts SET resolved_at_ms = max(started_at_ms, ?), changed_at_ms = max(changed_at_ms, ?), "
                f"change = {_NEXT_CHANGE} WHERE key = ? AND resolved_at_ms IS NULL RETURNING {_COLUMNS}",
                at_ms,
                at_ms,
                key,
            )
        )

    def acknowledge(self, alert_id: int, by: str, note: str, at_ms: int) -> Alert:
        """`by` has taken notice; the last word replaces an earlier one. Raises AlertUnknown, AlertOver."""
        alert = self._alert(
            self._all(
                f"UPDATE alerts SET acknowledgement = ?, changed_at_ms = max(changed_at_ms, ?), "
                f"change = {_NEXT_CHANGE} WHERE id = ? AND resolved_at_ms IS NULL RETURNING {_COLUMNS}",
                _pack(Acknowledgement(by, at_ms, note)),
                at_ms,
                alert_id,
            )
        )
        if alert is not None:
            return alert
        if self._all("SELECT 1 FROM alerts WHERE id = ?", alert_id):
            raise AlertOver(f"alert {alert_id} is resolved already")
        raise AlertUnknown(f"there is no alert {alert_id}")

    def firing(self) -> list[Alert]:
        """What is wrong now, newest start first."""
        return self._read("resolved_at_ms IS NULL", "started_at_ms DESC, id DESC")

    def latest(self, keys: Iterable[str]) -> dict[str, Alert]:
        """Of each key the alert that fires, else the one that did last."""
        wanted = tuple(keys)
        marks = ", ".join("?" * len(wanted))
        which = f"id IN (SELECT max(id) FROM alerts WHERE key IN ({marks}) GROUP BY key)"
        return {alert.key: alert for alert in self._read(which, "id", *wanted)}

    def changed_since(self, change: int) -> list[Alert]:
        """The alerts that took a transition after `change`, the latest last."""
        return self._read("change > ?", "change", change)

    def last_change(self) -> int:
        """The `change` of the latest transition, 0 before the first."""
        return int(self._all("SELECT ifnull(max(change), 0) FROM alerts")[0][0])

    def page(self, *, firing_only: bool = False, before: Cursor | None = None, limit: int = 100) -> Page:
        """One page; `before` is that of the page before."""
        found: list[Alert] = []
        for is_firing in (True,) if firing_only else (True, False):
            if before is not None and before[0] < is_firing:
                continue
            where = f"resolved_at_ms IS {'NULL' if is_firing else 'NOT NULL'}"
            values: Sequence[Any] = ()
            if before is not None and before[0] == is_firing:
                where, values = f"{where} AND (started_at_ms, id) < (?, ?)", before[1:]
            found += self._read(where, "started_at_ms DESC, id DESC LIMIT ?", *values, limit + 1 - len(found))
        last = found[limit - 1] if len(found) > limit else None
        return Page(
            alerts=found[:limit], before=(last.is_firing, last.started_at_ms, last.id) if last is not None else None
        )

    def _read(self, where: str, order: str, *values: Any) -> list[Alert]:
        rows = self._all(f"SELECT {_COLUMNS} FROM alerts WHERE {where} ORDER BY {order}", *values)
        with translated(self._path):
            return [_from_row(row) for row in rows]

    def _alert(self, rows: Sequence[Any]) -> Alert | None:
        with translated(self._path):
            return _from_row(rows[0]) if rows else None


def _from_row(row: Sequence[Any]) -> Alert:
    return Alert(
        id=row[0],
        key=row[1],
        trouble=_trouble.decode(row[2]),
        started_at_ms=row[3],
        changed_at_ms=row[4],
        resolved_at_ms=row[5],
        acknowledged=_acknowledgement.decode(row[6]) if row[6] is not None else None,
        change=row[7],
    )


_pack: Callable[[Trouble | Acknowledgement], bytes] = msgspec.msgpack.Encoder().encode
_trouble = msgspec.msgpack.Decoder(Trouble)
_acknowledgement = msgspec.msgpack.Decoder(Acknowledgement)
