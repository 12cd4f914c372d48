"""What a process has to know again after a start: by key, whatever MessagePack can hold."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from services.shared.operations._store import Store

Value = TypeVar("Value")


class Memory(Store):
    """All of it; any process, also several at once. Every method raises DatabaseError when it cannot be done."""

    def recall(self, key: str, kind: type[Value]) -> Value | None:
        """What was kept under `key`; None when there is nothing, or nothing that is a `kind` any more."""
        rows = self._all("SELECT value FROM memory WHERE key = ?", key)
        try:
            return msgspec.msgpack.decode(rows[0][0], type=kind) if rows else None
        except msgspec.MsgspecError:
            return None

    def keep(self, key: str, value: object, at_ms: int) -> None:
        """Keep `value` under `key`, instead of what was there."""
        self._all(
            "INSERT OR REPLACE INTO memory (key, value, at_ms) VALUES (?, ?, ?)",
            key,
            msgspec.msgpack.encode(value),
            at_ms,
        )
