"""What is done about whom, and when."""

from __future__ import annotations

import pytest

from orchestrator.monitor.lifeguard import LAST_WORDS_S, START_GRACE_S, Lifeguard, Order
from orchestrator.monitor.restarts import FREE_RESTARTS
from services.shared.messages import Heartbeat

TIMEOUT_S = 5.0
WALL_MS = 1_700_000_000_000


@pytest.fixture
def guard() -> Lifeguard:
    guard = Lifeguard(TIMEOUT_S, wall_ms=lambda: WALL_MS, chance=lambda: 0.0)
    guard.add("gateway-0")
    return guard


def beat(pid: int, *, ready: bool = True, seq: int = 0) -> Heartbeat:
    return Heartbeat(name="gateway-0", pid=pid, ready=ready, seq=seq)


def make_ready(guard: Lifeguard, pid: int, now_s: float) -> None:
    guard.launched("gateway-0", pid, now_s)
    assert guard.heard(beat(pid), now_s)


def due(guard: Lifeguard, now_s: float) -> list[Order]:
    return list(guard.due(now_s))


def test_a_ready_beat_proves_it_once(guard: Lifeguard) -> None:
    """Readiness is news the first time; a beat that is not ready yet keeps it starting."""
    guard.launched("gateway-0", 10, 0.0)
    assert not guard.heard(beat(10, ready=False), 0.1)
    assert guard.wards["gateway-0"].state == "starting"
    assert guard.heard(beat(10, seq=4), 0.2)
    assert not guard.heard(beat(10, seq=5), 1.2)
    assert (guard.wards["gateway-0"].state, guard.wards["gateway-0"].seq) == ("ready", 5)


def test_a_beat_of_a_predecessor_or_a_stranger_means_nothing(guard: Lifeguard) -> None:
    """Only the process that is in care can prove itself."""
    guard.launched("gateway-0", 11, 0.0)
    assert not guard.heard(beat(10), 0.1)
    assert not guard.heard(Heartbeat(name="stranger-0", pid=11, ready=True), 0.1)
    assert guard.wards["gateway-0"].state == "starting"


def test_silence_is_answered_with_abort_then_kill(guard: Lifeguard) -> None:
    """After the heartbeat timeout it may write its stack, and half a second later it is killed, until it is gone."""
    make_ready(guard, 10, 0.0)
    assert due(guard, TIMEOUT_S - 0.01) == []
    assert due(guard, TIMEOUT_S) == [Order("abort", "gateway-0")]
    assert guard.wards["gateway-0"].state == "hung"
    assert due(guard, TIMEOUT_S + LAST_WORDS_S - 0.01) == []
    assert due(guard, TIMEOUT_S + LAST_WORDS_S) == [Order("kill", "gateway-0")]
    assert due(guard, TIMEOUT_S + 2 * LAST_WORDS_S) == [Order("kill", "gateway-0")]
    assert guard.exited("gateway-0", "killed by a signal", 6.1) == 0.0
    assert due(guard, 6.1) == [Order("launch", "gateway-0")]


def test_a_stopped_service_is_replaced_within_8_s() -> None:
    """With the default timeout, and a last beat just before the stop, there is time to spare."""
    assert 5.0 + LAST_WORDS_S < 8.0 - 1.0


def test_one_that_has_not_beaten_yet_gets_longer(guard: Lifeguard) -> None:
    """A start may take longer than a turn of the loop, but not for ever."""
    guard.launched("gateway-0", 10, 0.0)
    assert due(guard, START_GRACE_S - 0.01) == []
    assert due(guard, START_GRACE_S) == [Order("abort", "gateway-0")]


def test_one_that_beats_while_it_starts_is_held_to_the_timeout(guard: Lifeguard) -> None:
    """Its first beat ends the starting grace."""
    guard.launched("gateway-0", 10, 0.0)
    guard.heard(beat(10, ready=False), 1.0)
    assert due(guard, 1.0 + TIMEOUT_S) == [Order("abort", "gateway-0")]


def test_one_found_running_is_held_to_the_timeout(guard: Lifeguard) -> None:
    """A process that an earlier monitor started has beaten before, and is as old as supervisord says."""
    guard.launched("gateway-0", 10, 100.0, started_ms=WALL_MS - 5000)
    assert guard.wards["gateway-0"].since_ms == WALL_MS - 5000
    assert due(guard, 100.0 + TIMEOUT_S) == [Order("abort", "gateway-0")]


def test_the_monitors_own_standstill_is_nobodys_silence(guard: Lifeguard) -> None:
    """After a stop of the whole machine nobody is killed for having been silent meanwhile."""
    make_ready(guard, 10, 0.0)
    guard.forgive(60.0)
    assert due(guard, 60.0 + TIMEOUT_S - 0.01) == []
    assert due(guard, 60.0 + TIMEOUT_S) == [Order("abort", "gateway-0")]


def test_a_crash_loop_is_slowed_and_says_when_it_is_tried_next(guard: Lifeguard) -> None:
    """After the free restarts it waits, visibly, and is launched when the time has come."""
    for now_s in range(FREE_RESTARTS):
        guard.launched("gateway-0", 10 + now_s, now_s)
        assert guard.exited("gateway-0", "exit code 1", now_s) == 0.0
    guard.launched("gateway-0", 99, 6.0)
    assert guard.exited("gateway-0", "exit code 1", 6.0) == 1.0
    ward = guard.wards["gateway-0"]
    assert (ward.state, ward.next_try_ms, ward.restarts) == ("slowed", WALL_MS + 1000, FREE_RESTARTS)
    assert due(guard, 6.9) == []
    assert due(guard, 7.0) == [Order("launch", "gateway-0")]


def test_one_that_was_asked_to_end_is_not_brought_back(guard: Lifeguard) -> None:
    """Its end is the end, and there is nothing more to do about it."""
    make_ready(guard, 10, 0.0)
    guard.stopping("gateway-0", 1.0)
    assert guard.exited("gateway-0", "exit code 0", 1.1) is None
    assert guard.wards["gateway-0"].state == "stopped"
    assert due(guard, 1000.0) == []


def test_a_start_on_purpose_is_no_restart(guard: Lifeguard) -> None:
    """Only what died and was brought back is counted."""
    make_ready(guard, 10, 0.0)
    guard.stopping("gateway-0", 1.0)
    guard.exited("gateway-0", "exit code 0", 1.1)
    guard.launched("gateway-0", 11, 1.2)
    assert guard.wards["gateway-0"].restarts == 0
    guard.exited("gateway-0", "killed by a signal", 2.0)
    guard.launched("gateway-0", 12, 2.1)
    assert guard.wards["gateway-0"].restarts == 1


def test_the_next_deadline_is_known(guard: Lifeguard) -> None:
    """The monitor sleeps exactly until there is something to do."""
    assert guard.next_due_s() is None
    make_ready(guard, 10, 3.0)
    guard.add("watcher-0")
    guard.launched("watcher-0", 20, 1.0)
    assert guard.next_due_s() == 3.0 + TIMEOUT_S
    guard.remove("gateway-0")
    assert guard.next_due_s() == 1.0 + START_GRACE_S
