"""The outbox: what each address is to be told, has been told, and how often it did not answer.

An address is a *channel*: a digest of it, as it may let in whoever reads it. Each is told on its own, so that one that
is out of order holds up no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from msgspec import Struct

from services.shared.messages import Severity
from services.shared.operations._store import Store

Transition = Literal["raised", "changed", "resolved"]

NO, MAYBE, YES = 0, 1, 2
"""Whether a letter has arrived. MAYBE: it was under way when the process ended, or nobody answered in time."""

_COLUMNS = (
    "id, channel, key, alert_id, transition, severity, reason, at_ms, attempts, next_try_ms, done_at_ms, arrived, error"
)

_LAST_WORDS = (
    "SELECT max(id) FROM outbox GROUP BY channel, key UNION SELECT max(id) FROM outbox WHERE arrived > 0 "
    "GROUP BY channel, key"
)
"""On each matter to each address: what was written, and what has or may have arrived."""


class Letter(Struct, frozen=True, kw_only=True):
    """One message of one alert to one address; on its way until `done_at_ms`. Times are Unix ms."""

    id: int
    channel: str
    key: str
    alert_id: int
    transition: Transition
    severity: Severity
    reason: str | None
    at_ms: int
    attempts: int
    next_try_ms: int
    done_at_ms: int | None
    arrived: int
    error: str

    @property
    def is_open(self) -> bool:
        return self.done_at_ms is None


class Trial(Struct, frozen=True):
    """How an address does: so many failures in a row, what it said last, and when."""

    channel: str
    failures: int
    error: str
    at_ms: int


class Outbox(Store):
    """All letters; the monitor's alone. Every method raises DatabaseError when it cannot be done."""

    def add(
        self,
        *,
        channel: str,
        key: str,
        alert_id: int,
        transition: Transition,
        severity: Severity,
        reason: str | None,
        at_ms: int,
    ) -> None:
        """A letter that is due at once, unless one about `key` is on its way there."""
        self._all(
            "INSERT INTO outbox (channel, key, alert_id, transition, severity, reason, at_ms, attempts, next_try_ms, "
            "arrived, error) VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, 0, '') "
            "ON CONFLICT (channel, key) WHERE done_at_ms IS NULL DO NOTHING",
            channel,
            key,
            alert_id,
            transition,
            severity,
            reason,
            at_ms,
            at_ms,
        )

    def withdraw(self, letter: Letter, at_ms: int) -> None:
        """What it says is no longer so. One that may have arrived is kept as such."""
        if letter.arrived == NO:
            self._all("DELETE FROM outbox WHERE id = ? AND done_at_ms IS NULL", letter.id)
        else:
            self._all("UPDATE outbox SET done_at_ms = ? WHERE id = ? AND done_at_ms IS NULL", at_ms, letter.id)

    def claim(self, letter: Letter, until_ms: int) -> Letter | None:
        """The letter for whoever sends it now; None when somebody else has it. Free again at `until_ms`."""
        claimed = self._all(
            f"UPDATE outbox SET attempts = attempts + 1, next_try_ms = ?, arrived = max(arrived, {MAYBE}) "
            f"WHERE id = ? AND attempts = ? AND done_at_ms IS NULL RETURNING {_COLUMNS}",
            until_ms,
            letter.id,
            letter.attempts,
        )
        return _from_row(claimed[0]) if claimed else None

    def arrived(self, letter: Letter, at_ms: int) -> None:
        self._all(
            f"UPDATE outbox SET done_at_ms = ?, arrived = {YES}, error = '' WHERE id = ? AND attempts = ?",
            at_ms,
            letter.id,
            letter.attempts,
        )
        self.tried(letter.channel, "", at_ms)

    def failed(self, letter: Letter, error: str, *, arrived: int, next_try_ms: int | None, at_ms: int) -> None:
        """Tried again at `next_try_ms`; None gives it up."""
        self._all(
            "UPDATE outbox SET error = ?, arrived = ?, next_try_ms = ?, done_at_ms = ? WHERE id = ? AND attempts = ?",
            error,
            arrived,
            at_ms if next_try_ms is None else next_try_ms,
            at_ms if next_try_ms is None else None,
            letter.id,
            letter.attempts,
        )
        self.tried(letter.channel, error, at_ms)

    def returned(self, letter: Letter, *, arrived: int) -> None:
        """It was claimed and there was no time for it: as if it had not been."""
        self._all(
            "UPDATE outbox SET attempts = attempts - 1, arrived = ?, next_try_ms = at_ms WHERE id = ? AND attempts = ?",
            arrived,
            letter.id,
            letter.attempts,
        )

    def letters(self, told_after_ms: int) -> list[Letter]:
        """In their order: what is on its way, the last word on each matter, and what was said after `told_after_ms`."""
        return self._read(
            f"done_at_ms IS NULL OR done_at_ms > ? OR id IN ({_LAST_WORDS}) ORDER BY id",
            told_after_ms,
        )

    def forget(self, before_ms: int) -> None:
        """What was said before, save for the last word on each matter."""
        self._all(f"DELETE FROM outbox WHERE done_at_ms < ? AND id NOT IN ({_LAST_WORDS})", before_ms)
        self._all("DELETE FROM outbox WHERE done_at_ms < ? AND transition = 'resolved'", before_ms)

    def tried(self, channel: str, error: str, at_ms: int) -> None:
        """An address was written to: `error` is what kept the letter from arriving, "" when it has."""
        self._all(
            "INSERT INTO channels (channel, failures, error, at_ms) VALUES (?, ?, ?, ?) ON CONFLICT (channel) "
            "DO UPDATE SET failures = iif(excluded.failures, failures + 1, 0), error = excluded.error, "
            "at_ms = excluded.at_ms",
            channel,
            1 if error else 0,
            error,
            at_ms,
        )

    def trials(self) -> dict[str, Trial]:
        """How each address does, by channel."""
        rows = self._all("SELECT channel, failures, error, at_ms FROM channels")
        return {row[0]: Trial(*row) for row in rows}

    def keep_channels(self, channels: Iterable[str]) -> None:
        """Letters to any other address, and how it does, are nobody's any more."""
        wanted = tuple(channels)
        marks = ", ".join("?" * len(wanted))
        for table in ("outbox", "channels"):
            self._all(f"DELETE FROM {table} WHERE channel NOT IN ({marks})", *wanted)

    def _read(self, where: str, *values: Any) -> list[Letter]:
        return [_from_row(row) for row in self._all(f"SELECT {_COLUMNS} FROM outbox WHERE {where}", *values)]


def _from_row(row: Sequence[Any]) -> Letter:
    return Letter(**dict(zip(Letter.__struct_fields__, row, strict=True)))
