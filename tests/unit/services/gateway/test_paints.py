"""How long images took to the screens, as the screens say."""

from __future__ import annotations

import pytest

from services.gateway.paints import CLOCK_ERROR_MS, LONGEST_MS, REMEMBERED, Paints
from tests.support.serving import image


def paints(*seqs: int) -> Paints:
    """It expects these images, written at seq x 1000 + 30."""
    made = Paints()
    for seq in seqs:
        made.expect(image(seq))
    return made


def test_before_the_first_report_there_are_no_figures() -> None:
    """None at all, not zero."""
    assert paints(1).summary() == {}


def test_the_figures_are_of_the_reports() -> None:
    """Median and 95th percentile, from being written to being shown."""
    made = paints(1)
    for took_ms in range(1, 101):
        made.painted(1, 1030 + took_ms)
    assert made.summary() == {"painted_p50_ms": 51.0, "painted_p95_ms": 96.0}


@pytest.mark.parametrize(
    ("seq", "took_ms", "figure"),
    [
        (1, 0, 0.0),
        (1, -CLOCK_ERROR_MS, 0.0),
        (1, -CLOCK_ERROR_MS - 1, None),
        (1, LONGEST_MS, LONGEST_MS),
        (1, LONGEST_MS + 1, None),
        (1, 1e308, None),
        (1, -1e308, None),
        (1, float("nan"), None),
        (1, float("inf"), None),
        (2, 5, None),
        (1 << 80, 5, None),
        (-1, 5, None),
    ],
)
def test_a_report_that_cannot_be_is_left_out(seq: int, took_ms: float, figure: float | None) -> None:
    """Of an image that was not sent, from another clock, no number."""
    made = paints(1)
    made.painted(seq, 1030 + took_ms)
    assert made.summary().get("painted_p50_ms") == figure


def test_memory_has_a_bound() -> None:
    """Of images and of reports."""
    made = paints(*range(1, 10 * REMEMBERED))
    made.painted(1, 1035)
    assert made.summary() == {}
    last = 10 * REMEMBERED - 1
    for took_ms in range(5 * REMEMBERED):
        made.painted(last, last * 1000 + 30 + took_ms)
    assert made.summary()["painted_p50_ms"] == 4.5 * REMEMBERED
    assert len(made._written_at_ms) == len(made._took_ms) == REMEMBERED
