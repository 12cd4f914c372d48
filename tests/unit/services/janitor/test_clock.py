"""The time by which images are old."""

from __future__ import annotations

from services.janitor.clock import HOLD_MS, LEAP_MS, CalmClock

WALL_MS, UP_MS = 1_900_000_000_000, 5_000_000
YEAR_MS = 365 * 86_400_000


def test_it_is_the_walls_as_long_as_that_is_kept_right() -> None:
    """Also by many small steps, that add up."""
    clock, ahead_ms = CalmClock(WALL_MS, UP_MS), 0
    for minute in range(1, 600):
        ahead_ms += LEAP_MS // 10
        now_ms = WALL_MS + minute * 60_000 + ahead_ms
        assert clock.now_ms(now_ms, UP_MS + minute * 60_000) == now_ms


def test_a_leap_ahead_counts_a_day_later() -> None:
    """Until then time goes by as before."""
    clock = CalmClock(WALL_MS, UP_MS)
    assert clock.now_ms(WALL_MS + YEAR_MS, UP_MS) == WALL_MS
    assert clock.now_ms(WALL_MS + YEAR_MS + HOLD_MS - 1, UP_MS + HOLD_MS - 1) == WALL_MS + HOLD_MS - 1
    assert clock.now_ms(WALL_MS + YEAR_MS + HOLD_MS, UP_MS + HOLD_MS) == WALL_MS + YEAR_MS + HOLD_MS


def test_a_leap_that_is_taken_back_is_forgotten() -> None:
    """The next one is held back as long."""
    clock = CalmClock(WALL_MS, UP_MS)
    assert clock.now_ms(WALL_MS + YEAR_MS, UP_MS) == WALL_MS
    assert clock.now_ms(WALL_MS + 1000, UP_MS + 1000) == WALL_MS + 1000
    assert clock.now_ms(WALL_MS + YEAR_MS + HOLD_MS, UP_MS + HOLD_MS) == WALL_MS + HOLD_MS


def test_a_leap_back_counts_at_once() -> None:
    """Nothing is older by that."""
    assert CalmClock(WALL_MS, UP_MS).now_ms(WALL_MS - YEAR_MS, UP_MS) == WALL_MS - YEAR_MS
