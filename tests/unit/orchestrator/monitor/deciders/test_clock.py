"""When the machine's clock jumps."""

from __future__ import annotations

import pytest

from orchestrator.monitor.deciders.clock import TOLD_FOR_S, Clock
from orchestrator.monitor.deciders.view import Firing, View


class Machine:
    """Looked at every second; `offset_s` is by how much its wall clock is wrong."""

    def __init__(self, firing: Firing | None = None) -> None:
        self.decider = Clock()
        self.boot_s = 1000.0
        self.offset_s = 0.0
        self.firing: Firing = firing or {}

    def run(self, seconds: float, *, asleep_s: float = 0.0) -> list[str | None]:
        self.boot_s += asleep_s
        for _ in range(int(seconds)):
            self.boot_s += 1
            view = View(now_s=self.boot_s, now_ms=int((1e9 + self.boot_s + self.offset_s) * 1000), boot_s=self.boot_s)
            self.firing = self.decider(view, self.firing)
        return [one.reason for one in self.firing.values()]


@pytest.mark.parametrize(
    ("by_s", "reason", "words"),
    [
        (3600.0, "ahead", "the server's clock jumped ahead by 3600 s"),
        (-3600.0, "back", "the server's clock was set back by 3600 s"),
        (2.5, "ahead", "jumped ahead by 2 s"),
    ],
)
def test_a_jump_is_told_for_a_while(by_s: float, reason: str, words: str) -> None:
    """Which way and how far; it is over a quarter of an hour later."""
    machine = Machine()
    assert machine.run(10) == []
    machine.offset_s = by_s
    assert machine.run(1) == [reason]
    assert words in machine.firing["clock_jump"].summary.en
    assert machine.run(TOLD_FOR_S - 1) == [reason]
    assert machine.run(1) == []


def test_a_jump_back_is_another() -> None:
    """It is told for as long again."""
    machine = Machine()
    machine.run(10)
    machine.offset_s = 60.0
    machine.run(600)
    machine.offset_s = 0.0
    assert machine.run(1) == ["back"]
    assert machine.run(600) == ["back"]


def test_what_a_time_service_corrects_is_no_jump() -> None:
    """Nor is a clock that drifts, nor a machine that has slept."""
    machine = Machine()
    for _ in range(100):
        machine.offset_s += 0.5
        assert machine.run(1) == []
    assert machine.run(10, asleep_s=3600.0) == []


def test_an_alert_of_an_earlier_monitor_goes_on_for_as_long() -> None:
    """Nobody knows when it began."""
    machine = Machine()
    machine.run(1)
    machine.offset_s = 60.0
    machine.run(1)
    other = Machine(machine.firing)
    assert other.run(TOLD_FOR_S) == ["ahead"]
    assert other.run(1) == []


def test_a_jump_that_could_not_be_kept_is_given_again() -> None:
    """As long as it is told: the file may have been locked when it was noticed."""
    machine = Machine()
    machine.run(1)
    machine.offset_s = 60.0
    machine.run(1)
    for _ in range(3):
        machine.firing = {}
        assert machine.run(1) == ["ahead"]
    machine.run(TOLD_FOR_S)
    machine.firing = {}
    assert machine.run(1) == []
