"""The canary as it stands on the wire."""

from __future__ import annotations

from msgspec import Struct


class CanaryData(Struct, frozen=True):
    """Where it was put, and when."""

    folder: str
    written_at: int


class CanaryMessage(Struct, frozen=True, tag="canary"):
    """A marked item came all the way from an image folder. Sent to who has subscribed with `canary` only."""

    data: CanaryData
    timestamp: int


def parse(text: str) -> CanaryData | None:
    """What the watcher passed on, `main/original 1764000000123`; None when it is not understood."""
    folder, _, written_ms = text.partition(" ")
    return CanaryData(folder, int(written_ms)) if folder and written_ms.isdecimal() else None
