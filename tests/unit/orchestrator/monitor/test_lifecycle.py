"""The table of a process's life."""

from __future__ import annotations

from typing import get_args

import pytest

from orchestrator.monitor.lifecycle import TABLE, LifeEvent, after
from services.shared.messages import ServiceState

STATES: tuple[ServiceState, ...] = get_args(ServiceState)


def walk(*events: LifeEvent) -> list[ServiceState]:
    states: list[ServiceState] = ["stopped"]
    for event in events:
        states.append(after(states[-1], event))
    return states[1:]


@pytest.mark.parametrize(
    ("events", "states"),
    [
        (["launched", "proved", "exited", "launched", "proved"], ["starting", "ready", "dead", "starting", "ready"]),
        (["launched", "exited", "held_back", "launched"], ["starting", "dead", "slowed", "starting"]),
        (["launched", "proved", "fell_silent", "exited"], ["starting", "ready", "hung", "dead"]),
        (["launched", "proved", "asked_to_stop", "exited"], ["starting", "ready", "stopping", "stopped"]),
        (["launched", "exited", "held_back", "asked_to_stop"], ["starting", "dead", "slowed", "stopped"]),
    ],
)
def test_lives(events: list[LifeEvent], states: list[ServiceState]) -> None:
    """The lives a process can have: killed and replaced, crash loop, hung, stopped, stopped while slowed."""
    assert walk(*events) == states


def test_what_was_asked_to_stop_is_not_replaced() -> None:
    """A late beat or a silence changes nothing about a process that is ending."""
    assert walk("launched", "asked_to_stop", "proved", "fell_silent") == ["starting", *["stopping"] * 3]


def test_every_state_can_be_left_and_reached() -> None:
    """There is no dead end and no state that nothing leads to."""
    assert {before for before, _ in TABLE} == set(STATES) == set(TABLE.values())
