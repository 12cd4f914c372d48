"""Previews that fall behind, retention that is stuck, alerts that do not arrive."""

from __future__ import annotations

from typing import Any

import pytest

from orchestrator.monitor.deciders.delivery import Delivery
from orchestrator.monitor.deciders.janitor import Retention
from orchestrator.monitor.deciders.previews import Previews
from orchestrator.monitor.deciders.view import Firing, View
from orchestrator.monitor.lifeguard import Ward
from orchestrator.monitor.restarts import RestartPolicy
from services.shared.messages import ServiceState


def ward(name: str, state: ServiceState = "ready", **detail: Any) -> Ward:
    return Ward(name, RestartPolicy(lambda: 0.0), state=state, detail=detail)


class Thumbnailers:
    """Looked at every second."""

    def __init__(self) -> None:
        self.decider = Previews()
        self.now_s = 0.0
        self.firing: Firing = {}

    def run(self, seconds: int, *wards: Ward) -> bool:
        for _ in range(seconds):
            self.now_s += 1
            self.firing = self.decider(View(now_s=self.now_s, now_ms=0, wards=wards), self.firing)
        return bool(self.firing)


def test_previews_fall_behind_when_the_backlog_stays() -> None:
    """A burst is none; it is over when it is worked off."""
    node = Thumbnailers()
    busy, idle = ward("thumbnailer-0", live=200), ward("thumbnailer-0", live=3)
    assert not node.run(29, busy)
    assert not node.run(1, idle)
    assert not node.run(30, busy)
    assert node.run(1, busy)
    assert node.run(100, ward("thumbnailer-0", live=30))
    assert node.run(10, idle)
    assert not node.run(1, idle)


def test_the_worker_with_the_fewest_is_right() -> None:
    """What another has made is struck out late; nobody's word changes nothing."""
    node = Thumbnailers()
    assert not node.run(100, ward("thumbnailer-0", live=200), ward("thumbnailer-1", live=0))
    node.run(31, ward("thumbnailer-0", live=200))
    assert node.run(100, ward("thumbnailer-0", "dead", live=0))
    assert node.run(100, ward("thumbnailer-0"))


@pytest.mark.parametrize(
    ("reason", "severity"), [("nothing_left", "critical"), ("cannot_delete", "critical"), ("too_many", "warning")]
)
def test_what_keeps_the_janitor_from_its_work_is_told(reason: str, severity: str) -> None:
    """Until it says that all is well, or there is none any more."""
    retention = Retention()

    def decided(*wards: Ward, firing: Firing | None = None) -> Firing:
        return retention(View(now_s=0.0, now_ms=0, wards=wards), firing or {})

    told = decided(ward("janitor-0", stuck=reason))
    assert [(one.severity, one.reason) for one in told.values()] == [(severity, reason)]
    assert decided(ward("janitor-0", "starting"), firing=told) == told
    assert decided(ward("janitor-0"), firing=told) == told
    assert decided(ward("janitor-0", stuck=""), firing=told) == {}
    assert decided(firing=told) == {}


def test_alerts_that_do_not_arrive_are_an_alert() -> None:
    """The third in a row, until one arrives."""
    delivery = Delivery()

    def decided(failures: int | None, firing: Firing | None = None) -> Firing:
        view = View(now_s=0.0, now_ms=0, delivery_failures=failures, delivery_error="timeout")
        return delivery(view, firing or {})

    assert decided(None) == decided(2) == {}
    told = decided(3)
    assert told["delivery_failing"].summary.en == "alerts cannot be delivered: timeout"
    assert decided(None, told) == decided(1, told) == told
    assert decided(0, told) == {}
