"""How fast images may go."""

from __future__ import annotations

import pytest

from services.janitor.pace import LEAD, POLLED_LEAD, Pace, lead


def test_so_many_a_second_go_and_no_more() -> None:
    """In bursts with a pause after each; a pause that was longer is not made up for."""
    pace, now_s = Pace(200), 100.0
    assert pace.wait_s(now_s) == 0
    pace.deleted(20, now_s)
    assert pace.wait_s(now_s) == pytest.approx(0.1)
    assert pace.wait_s(now_s + 60) == 0
    pace.deleted(20, now_s + 60)
    assert pace.wait_s(now_s + 60) == pytest.approx(0.1)


def test_nobody_runs_far_ahead_of_the_watcher() -> None:
    """Where it polls, by a third of a folder at most: half would look like a mount that is gone."""
    assert lead(1_000_000, is_polled=False) == LEAD
    assert lead(100, is_polled=True) == POLLED_LEAD
    assert lead(30_000, is_polled=True) == 10_000
