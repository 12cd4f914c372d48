"""When images went to clients and onto screens, as the screens say."""

from __future__ import annotations

import pytest

from services.gateway.paints import CLOCK_ERROR_MS, LONGEST_MS, REMEMBERED, SENT, Paints
from services.shared.deliveries import Delivery
from tests.support.serving import image


def paints(*seqs: int) -> Paints:
    """These images were given to clients: written at seq x 1000 + 30, pushed 5 ms later."""
    made = Paints()
    for seq in seqs:
        assert made.pushed(image(seq), seq * 1000 + 35) is not None
    return made


def delivery(seq: int, painted_at_ms: int | None = None) -> Delivery:
    return Delivery(seq=seq, pushed_at_ms=seq * 1000 + 35, painted_at_ms=painted_at_ms)


def test_before_the_first_report_there_are_no_figures() -> None:
    """None at all, not zero."""
    assert paints(1).summary() == {}


def test_the_figures_are_of_the_reports() -> None:
    """Median and 95th percentile, from being written to being shown."""
    made = paints(1)
    for took_ms in range(1, 101):
        made.painted(1, 1030 + took_ms)
    assert made.summary() == {"painted_p50_ms": 51.0, "painted_p95_ms": 96.0}


def test_the_first_push_and_the_first_paint_are_what_is_new() -> None:
    """A later one says nothing, an earlier one does; each comes with all that is known."""
    made = paints(1)
    assert made.pushed(image(1), 1036) is None
    assert made.find(1) == delivery(1)
    assert made.sent(1) == ("original", image(1).written_at_ms, delivery(1))
    assert made.painted(1, 1060.4) == delivery(1, 1060)
    assert made.painted(1, 1061) is None
    assert made.painted(1, 1060) is None
    assert made.painted(1, 1050) == delivery(1, 1050)
    assert made.find(1) == delivery(1, 1050)
    assert made.find(2) is None


def test_no_screen_has_an_image_before_it_was_sent() -> None:
    """A clock that is a little behind cannot make it so."""
    assert paints(1).painted(1, 1030 - CLOCK_ERROR_MS) == delivery(1, 1035)


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
    assert (made.painted(seq, 1030 + took_ms) is not None) == (figure is not None)
    assert made.summary().get("painted_p50_ms") == figure


def test_memory_has_a_bound() -> None:
    """Of images and of reports."""
    made = paints(*range(1, SENT + 2))
    assert made.painted(1, 1035) is None
    assert made.summary() == {}
    assert made.painted(2, 2035) is not None
    last = SENT + 1
    for took_ms in range(5 * REMEMBERED):
        made.painted(last, last * 1000 + 30 + took_ms)
    assert made.summary()["painted_p50_ms"] == 4.5 * REMEMBERED
    assert (len(made._sent), len(made._took_ms)) == (SENT, REMEMBERED)
