"""Percentiles, by stage and by minute."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from services.gateway.figures import STAGES, percentile, stages
from services.gateway.wire_status import Stages
from services.shared.catalog import Stamps
from services.shared.catalog.lately import MINUTE_MS
from services.shared.deliveries import Delivery

START_MS = 1000 * MINUTE_MS


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([7], 0.5, 7),
        ([7], 0.95, 7),
        ([1, 2], 0.5, 1),
        ([1, 2, 3], 0.5, 2),
        ([1, 2, 3, 4], 0.5, 2),
        (range(1, 101), 0.5, 50),
        (range(1, 101), 0.95, 95),
        (range(1, 20), 0.95, 19),
        (range(1, 21), 0.95, 19),
        ([-5, 0, 5], 0.5, 0),
        ([1, 2, 3], 1.0, 3),
        ([1, 2, 3], 0.0, 1),
    ],
)
def test_a_percentile_is_one_of_the_values(values: Sequence[int], share: float, expected: int) -> None:
    """The least that so many do not exceed."""
    assert percentile(values, share) == expected


def stamps(seq: int, seen_ms: int, *, waited_ms: int = 2, captured_ms: int = 40) -> Stamps:
    written_ms = seen_ms - waited_ms
    return Stamps(seq, written_ms - captured_ms, written_ms, seen_ms)


def test_each_stage_has_its_figures_by_minute() -> None:
    """Of the minute in which an image was seen; what it has not reached is not counted for it."""
    sample = [
        stamps(1, START_MS, waited_ms=1),
        stamps(2, START_MS + MINUTE_MS - 1, waited_ms=3),
        stamps(3, START_MS + 2 * MINUTE_MS, waited_ms=5, captured_ms=-100),
    ]
    deliveries = {
        1: Delivery(seq=1, pushed_at_ms=START_MS + 4, painted_at_ms=START_MS + 34),
        3: Delivery(seq=3, pushed_at_ms=START_MS + 2 * MINUTE_MS + 6),
    }
    found = stages(sample, deliveries)
    assert tuple(found) == STAGES == Stages.__struct_fields__
    told = {name: (one.count, one.p50_ms, one.p95_ms) for name, one in found.items()}
    assert told == {
        "captured_written": (3, 40, 40),
        "written_seen": (3, 3, 5),
        "seen_pushed": (2, 4, 6),
        "pushed_painted": (1, 30, 30),
        "written_painted": (1, 35, 35),
    }
    later_ms = START_MS + 2 * MINUTE_MS
    assert found["written_seen"].minutes == [(START_MS, 1, 3), (later_ms, 5, 5)]
    assert found["captured_written"].minutes == [(START_MS, 40, 40), (later_ms, -100, -100)]
    assert found["seen_pushed"].minutes == [(START_MS, 4, 4), (later_ms, 6, 6)]
    assert found["written_painted"].minutes == [(START_MS, 35, 35)]


def test_without_images_there_are_no_figures() -> None:
    """And no minutes."""
    for stage in stages((), {}).values():
        assert (stage.count, stage.p50_ms, stage.p95_ms, stage.minutes) == (0, None, None, [])
