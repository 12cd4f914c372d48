"""Canaries that come through, and those that do not."""

from __future__ import annotations

import pytest

from orchestrator.monitor.canary.tracker import STAGES, Tracker
from orchestrator.monitor.evidence import CanaryStage

FOLDER = "main/original"


def put(tracker: Tracker, written_ms: int, now_s: float) -> None:
    """A canary is written."""
    tracker.writing(FOLDER, written_ms, now_s)
    tracker.placed(FOLDER, written_ms, now_s)


def test_one_that_comes_through_is_well() -> None:
    """From being written to being at the client; each stage's time is kept."""
    tracker = Tracker(10.0, 5.0)
    put(tracker, 1000, 0.0)
    assert tracker.state(FOLDER) == ("ok", None)
    for number, stage in enumerate(STAGES):
        tracker.saw(stage, FOLDER, 1000, 1001 + number)
    tracker.look(100.0)
    assert tracker.state(FOLDER) == ("ok", None)
    assert tracker.last_ms == {"written": 1000, "watcher": 1001, "catalog": 1002, "gateway": 1003, "client": 1004}


@pytest.mark.parametrize("reached", range(4))
def test_one_that_is_lost_is_told_with_the_first_stage_that_did_not_see_it(reached: int) -> None:
    """After the timeout, not before; the next one that arrives makes it well."""
    tracker = Tracker(10.0, 5.0)
    put(tracker, 1000, 0.0)
    for stage in STAGES[:reached]:
        tracker.saw(stage, FOLDER, 1000, 1001)
    tracker.look(5.0)
    assert tracker.state(FOLDER) == ("ok", None)
    tracker.look(5.1)
    assert tracker.state(FOLDER) == ("lost", STAGES[reached])
    put(tracker, 2000, 10.0)
    assert tracker.state(FOLDER) == ("lost", STAGES[reached])
    tracker.saw("client", FOLDER, 2000, 2003)
    assert tracker.state(FOLDER) == ("ok", None)


def test_what_comes_late_does_not_make_it_well() -> None:
    """A canary that was given up counts no more."""
    tracker = Tracker(10.0, 5.0)
    put(tracker, 1000, 0.0)
    tracker.look(6.0)
    tracker.saw("client", FOLDER, 1000, 7000)
    assert tracker.state(FOLDER)[0] == "lost"


def test_a_later_one_stands_for_those_before() -> None:
    """A heartbeat tells only of the last canary that its service saw."""
    tracker = Tracker(0.1, 5.0)
    for number in range(3):
        put(tracker, 1000 + number, float(number))
    tracker.saw("client", FOLDER, 1001, 1005)
    tracker.look(6.0)
    assert tracker.state(FOLDER) == ("ok", None)
    tracker.look(7.1)
    assert tracker.state(FOLDER) == ("lost", "watcher")


def test_after_a_loss_another_is_due_at_once_but_only_once() -> None:
    """An exception is soon known for one; a breakage costs no more canaries than health."""
    tracker = Tracker(10.0, 1.0)
    assert tracker.is_due(0.0)
    tracker.began(0.0)
    put(tracker, 1000, 0.0)
    assert not tracker.is_due(0.9)
    tracker.look(1.1)
    assert tracker.is_due(1.1)
    tracker.began(1.1)
    put(tracker, 2000, 1.1)
    tracker.look(3.0)
    assert not tracker.is_due(3.0)
    assert tracker.is_due(11.1)


def test_where_none_can_be_written_nothing_is_lost() -> None:
    """Also when one was under way: a mount may turn read-only."""
    tracker = Tracker(10.0, 1.0)
    put(tracker, 1000, 0.0)
    tracker.unplaced(FOLDER)
    tracker.look(5.0)
    assert tracker.state(FOLDER) == ("unplaced", None)


def test_off() -> None:
    """Without an interval there are no canaries, nor for a folder of which nothing was heard."""
    assert not Tracker(0.0, 1.0).is_due(100.0)
    assert Tracker(0.0, 1.0).state(FOLDER) == ("off", None)
    tracker = Tracker(1.0, 1.0)
    put(tracker, 1000, 0.0)
    tracker.keep([])
    assert tracker.state(FOLDER) == ("off", None)


def test_time_that_nobody_had_does_not_count() -> None:
    """A machine that slept loses no canary."""
    tracker = Tracker(10.0, 5.0)
    put(tracker, 1000, 0.0)
    tracker.forgive(60.0)
    tracker.look(61.0)
    assert tracker.state(FOLDER) == ("ok", None)


@pytest.mark.parametrize("stage", STAGES)
def test_what_another_monitor_wrote_is_only_noted(stage: CanaryStage) -> None:
    """Services tell of the last canary that they saw, whoever wrote it."""
    tracker = Tracker(10.0, 5.0)
    tracker.saw(stage, FOLDER, 500, 600)
    put(tracker, 1000, 0.0)
    tracker.saw(stage, FOLDER, 500, 600)
    tracker.look(6.0)
    assert tracker.state(FOLDER) == ("lost", "watcher")
    assert tracker.last_ms[stage] == 600


def test_one_may_arrive_before_it_is_known_to_be_written() -> None:
    """The way to the client is shorter than the probe's answer."""
    tracker = Tracker(10.0, 5.0)
    tracker.writing(FOLDER, 1000, 0.0)
    tracker.saw("client", FOLDER, 1000, 1004)
    tracker.placed(FOLDER, 1000, 0.1)
    tracker.look(6.0)
    assert tracker.state(FOLDER) == ("ok", None)


def test_where_storage_does_not_answer_nothing_is_lost() -> None:
    """Nobody knows whether it was written."""
    tracker = Tracker(10.0, 5.0)
    put(tracker, 1000, 0.0)
    tracker.saw("client", FOLDER, 1000, 1004)
    tracker.writing(FOLDER, 2000, 10.0)
    tracker.withdrawn(FOLDER)
    tracker.look(16.0)
    assert tracker.state(FOLDER) == ("ok", None)
