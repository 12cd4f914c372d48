"""Where a client goes on after it was away. Pure."""

from __future__ import annotations

from typing import Literal

from services.gateway.wire import ResetReason

Plan = Literal["snapshot", "resume"] | ResetReason


def plan(*, epoch: str | None, seq: int | None, log_epoch: str, head: int, trimmed: int) -> Plan:
    """A client that knows (`epoch`, `seq`): it can resume, or is told why not, or asks for nothing but a snapshot.

    `trimmed`: events up to this seq have left the log.
    """
    if epoch is None or seq is None:
        return "snapshot"
    if epoch != log_epoch:
        return "epoch"
    if seq > head:
        return "ahead"
    return "trimmed" if seq < trimmed else "resume"
