"""When a canary that is lost is an alert."""

from __future__ import annotations

from typing import Any

import pytest

from orchestrator.monitor.deciders.canary import Canary
from orchestrator.monitor.deciders.view import Firing, View
from orchestrator.monitor.evidence import FolderEvidence
from orchestrator.monitor.flows import FlowView
from orchestrator.monitor.lifeguard import Ward
from orchestrator.monitor.restarts import RestartPolicy
from services.shared.messages import ServiceState

WELL: dict[str, Any] = {"canary": "ok"}


def lost(stage: str | None = "watcher", **facts: Any) -> dict[str, Any]:
    return {"canary": "lost", "canary_stage": stage, **facts}


def gateway(state: ServiceState) -> Ward:
    return Ward("gateway-0", RestartPolicy(lambda: 0.0), state=state)


class Node:
    """Looked at every second; a canary every 10 s."""

    def __init__(self) -> None:
        self.decider = Canary(10.0, 5.0)
        self.now_s = 0.0
        self.firing: Firing = {}
        self.wards = [gateway("ready")]
        self.flows: list[FlowView] = []

    def run(self, seconds: int, original: dict[str, Any], labeled: dict[str, Any]) -> list[tuple[str, str | None]]:
        for _ in range(seconds):
            self.now_s += 1
            folders = [
                FolderEvidence(camera="main", kind=kind, **facts)
                for kind, facts in (("original", original), ("labeled", labeled))
            ]
            view = View(now_s=self.now_s, now_ms=0, folders=folders, wards=self.wards, flows=self.flows)
            self.firing = self.decider(view, self.firing)
        return [(one.severity, one.reason) for one in self.firing.values()]


def test_two_in_a_row_are_an_alert() -> None:
    """One that is lost may have met a process that was being replaced; it is over when they come again."""
    node = Node()
    assert node.run(100, WELL, WELL) == []
    assert node.run(10, lost(), WELL) == []
    assert node.run(10, WELL, WELL) == []
    assert node.run(20, lost(), WELL) == []
    assert node.run(1, lost(), WELL) == [("critical", "watcher")]
    assert node.firing["canary_lost"].kind == "original"
    assert node.run(15, WELL, WELL) == [("critical", "watcher")]
    assert node.run(1, WELL, WELL) == []


@pytest.mark.parametrize(
    ("stage", "severity"),
    [("watcher", "critical"), ("catalog", "critical"), ("gateway", "critical"), ("client", "warning")],
)
def test_the_first_stage_that_does_not_see_it_is_the_reason(stage: str, severity: str) -> None:
    """Of all folders together one alert, and it says what to do."""
    node = Node()
    assert node.run(25, lost("client"), lost(stage)) == [(severity, stage)]
    assert node.firing["canary_lost"].kind is None
    assert "service-orchestrator" in node.firing["canary_lost"].advice.en


@pytest.mark.parametrize(
    "facts", [{"answered": False}, {"exists": False}, {"error": "Permission denied"}, {"watcher": "hung"}]
)
def test_what_is_told_otherwise_is_not_told_again(facts: dict[str, Any]) -> None:
    """A storage that hangs takes its canary with it. What began before goes on."""
    node = Node()
    assert node.run(100, lost(**facts), lost(**facts)) == []
    node.run(25, lost(), lost())
    assert node.run(20, lost(**facts), lost(**facts)) == [("critical", "watcher")]


def test_a_stall_that_says_so_is_enough() -> None:
    """It is the graver word for the same; what is lost behind the watcher is another matter."""
    node = Node()
    node.flows = [FlowView("main", "original", None, "stalled", 0, 0, "yes", None, None)]
    assert node.run(100, lost(), WELL) == []
    assert node.run(100, lost("gateway"), WELL) == [("critical", "gateway")]


def test_without_a_gateway_no_canary_is_expected_behind_it() -> None:
    """Its absence is told by itself."""
    node = Node()
    node.wards = [gateway("dead")]
    assert node.run(100, lost("gateway"), lost("gateway")) == []
    node.wards = [gateway("ready")]
    assert node.run(25, lost("gateway"), lost("gateway")) == [("critical", "gateway")]


@pytest.mark.parametrize("canary", ["unplaced", "off"])
def test_no_canary_is_no_alert(canary: str) -> None:
    """Where none can be written, or none is wanted."""
    assert Node().run(100, {"canary": canary}, {"canary": canary}) == []
