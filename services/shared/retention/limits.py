"""The limits of one folder, out of the settings. Pure."""

from __future__ import annotations

from typing import NamedTuple

from services.shared.settings import Retention

DAY_MS = 86_400_000


class Limits(NamedTuple):
    """What a folder may hold; None is no limit."""

    max_age_ms: int | None = None
    max_count: int | None = None
    max_bytes: int | None = None

    def __bool__(self) -> bool:
        return any(limit is not None for limit in self)


def limits_for(retention: Retention, camera: str, kind: str) -> Limits:
    """The general ones, and over them what the rules give that are about this camera and kind, the later one last."""
    age_days, count, size_bytes = retention.max_age_days, retention.max_count, retention.max_bytes
    for rule in retention.rules:
        if rule.camera in (None, camera) and rule.type in (None, kind):
            age_days = age_days if rule.max_age_days is None else rule.max_age_days
            count = count if rule.max_count is None else rule.max_count
            size_bytes = size_bytes if rule.max_bytes is None else rule.max_bytes
    return Limits(int(age_days * DAY_MS) or None, count or None, size_bytes or None)
