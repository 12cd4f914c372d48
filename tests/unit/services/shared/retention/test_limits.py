"""The limits of a folder: the general ones, and what rules say instead."""

from __future__ import annotations

import json

from services.shared.retention import Limits, limits_for
from services.shared.retention.limits import DAY_MS
from services.shared.settings import Retention, load_settings


def retention(rules: list[dict[str, object]], **values: str) -> Retention:
    named = {f"COILCAST_RETENTION_{name}".upper(): value for name, value in values.items()}
    return load_settings({"COILCAST_RETENTION_RULES": json.dumps(rules), **named}).retention


def test_by_default_there_is_no_limit_but_the_watermark() -> None:
    """Which keeps 10 % free."""
    settings = load_settings({}).retention
    assert not limits_for(settings, "main", "original")
    assert (settings.enabled, settings.keep_free_percent) == (True, 10.0)


def test_a_rule_counts_where_it_is_about() -> None:
    """A camera, a type or both; field by field, the later one last; 0 lifts a limit."""
    settings = retention(
        [
            {"type": "labeled", "max_age_days": 0.5},
            {"camera": "side", "max_count": 7},
            {"camera": "side", "type": "labeled", "max_age_days": 0},
        ],
        max_age_days="30",
        max_bytes="1000",
    )
    assert limits_for(settings, "main", "original") == Limits(30 * DAY_MS, None, 1000)
    assert limits_for(settings, "main", "labeled") == Limits(DAY_MS // 2, None, 1000)
    assert limits_for(settings, "side", "original") == Limits(30 * DAY_MS, 7, 1000)
    assert limits_for(settings, "side", "labeled") == Limits(None, 7, 1000)
