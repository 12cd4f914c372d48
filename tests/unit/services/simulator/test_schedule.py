"""When frames and their twins are due."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.simulator.schedule import Schedule, Twins


def test_slots_come_at_the_rate() -> None:
    """The first at once, and none before its time."""
    schedule = Schedule(rate_per_s=4.0, start_s=100.0)
    assert schedule.take(99.9) is None
    assert schedule.take(100.0) == 0
    assert schedule.take(100.2) is None
    assert schedule.next_s == pytest.approx(100.25)
    assert [schedule.take(100.25), schedule.take(100.5), schedule.take(100.75)] == [1, 2, 3]
    assert schedule.skipped == 0


def test_a_pause_is_not_caught_up() -> None:
    """After it comes the slot that is now; those in between are skipped and counted, and never come in a burst."""
    schedule = Schedule(rate_per_s=10.0, start_s=0.0)
    assert schedule.take(0.0) == 0
    assert schedule.take(5.04) == 50
    assert schedule.take(5.05) is None
    assert schedule.take(5.11) == 51
    assert schedule.skipped == 49


@given(st.floats(0.1, 1000), st.lists(st.floats(0.0, 3.0), max_size=50))
def test_slots_never_run_ahead_of_the_clock(rate_per_s: float, waits_s: list[float]) -> None:
    """However irregular the calls are: numbers rise, and no more slots are given than have begun."""
    schedule = Schedule(rate_per_s, 0.0)
    now_s, taken = 0.0, []
    for wait_s in waits_s:
        now_s += wait_s
        slot = schedule.take(now_s)
        if slot is not None:
            assert slot <= now_s * rate_per_s + 1e-6
            taken.append(slot)
        assert schedule.next_s > now_s - 1e-9
    assert taken == sorted(set(taken))
    assert not taken or schedule.skipped == taken[-1] + 1 - len(taken)


def test_lateness_does_not_add_up() -> None:
    """A loop that is always a little late keeps the rate."""
    schedule = Schedule(rate_per_s=10.0, start_s=0.0)
    taken = []
    for _ in range(100):
        now_s = schedule.next_s + 0.03
        taken.append(schedule.take(now_s))
    assert taken == [*range(100)]


def test_twins_are_due_in_order() -> None:
    """Each so long after its original, and only once."""
    twins = Twins(delay_s=0.15)
    twins.put("a", b"1", 10.0)
    twins.put("b", b"2", 10.1)
    assert list(twins.due(10.1)) == []
    assert twins.next_s == pytest.approx(10.15)
    assert [twin.filename for twin in twins.due(10.2)] == ["a"]
    assert len(twins) == 1
    assert [(twin.filename, twin.data) for twin in twins.due(11.0)] == [("b", b"2")]
    assert twins.next_s is None


def test_too_many_twins_do_not_wait() -> None:
    """When they are more bytes than may wait, the oldest goes out early: none is lost, and memory is bounded."""
    twins = Twins(delay_s=60.0, limit_bytes=100)
    out: list[str] = []
    for number in range(10):
        twins.put(str(number), bytes(30), float(number))
        out += [twin.filename for twin in twins.due(float(number))]
    assert out == [str(number) for number in range(7)]
    assert len(twins) == 3
