"""Whither a figure goes."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.monitor.trend import SAMPLE_EVERY_S, SAMPLES, SPAN_S, Trend


def fed(values: list[float], every_s: float = SAMPLE_EVERY_S) -> Trend:
    trend = Trend()
    for index, value in enumerate(values):
        trend.add(index * every_s, value)
    return trend


def test_nothing_is_said_from_too_little() -> None:
    """Half an hour of samples is enough."""
    assert fed([]).slope is None
    assert fed([5.0]).slope is None
    assert fed([1.0] * int(SPAN_S / SAMPLE_EVERY_S)).slope is None
    assert fed([1.0] * (int(SPAN_S / SAMPLE_EVERY_S) + 1)).slope == 0.0


@given(st.floats(-1e9, 1e9), st.floats(-1e6, 1e6))
def test_a_straight_line_has_its_slope(start: float, slope: float) -> None:
    """However long it is."""
    trend = fed([start + slope * index * SAMPLE_EVERY_S for index in range(100)])
    assert trend.slope == pytest.approx(slope, rel=1e-6, abs=1e-3)


def test_a_quarter_of_the_samples_may_be_anything() -> None:
    """A large copy that comes and goes turns nothing."""
    chance = random.Random(3)
    values = [2.0 * index * SAMPLE_EVERY_S for index in range(SAMPLES)]
    for index in chance.sample(range(SAMPLES), SAMPLES // 4):
        values[index] += chance.choice((-1, 1)) * 1e6
    assert fed(values).slope == pytest.approx(2.0, rel=0.15)


def test_samples_that_come_too_often_cost_nothing() -> None:
    """One a minute is taken, and six hours of them are kept."""
    trend = Trend()
    for tenth in range(400_000):
        trend.add(tenth / 10, 0.0)
    assert len(trend._samples) == SAMPLES


def test_a_sample_costs_little() -> None:
    """A few milliseconds a minute, even on a busy machine."""
    trend = fed([float(index % 7) for index in range(SAMPLES)])
    began_s = time.process_time()
    trend.add(SAMPLES * SAMPLE_EVERY_S, 1.0)
    assert time.process_time() - began_s < 0.05
