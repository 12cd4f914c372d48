"""When the catalog is damaged."""

from __future__ import annotations

from orchestrator.monitor.deciders.damage import Damage
from orchestrator.monitor.deciders.loops import Loops
from orchestrator.monitor.deciders.view import Firing, View
from orchestrator.monitor.lifeguard import Ward
from orchestrator.monitor.restarts import STABLE_S, RestartPolicy
from services.shared.messages import ServiceState


def watcher(state: ServiceState, exit_code: int | None = None) -> Ward:
    policy = RestartPolicy(lambda: 0.0)
    for _ in range(7):
        policy.delay_s(0.0, 0.0)
    return Ward("watcher-0", policy, state=state, exit_code=exit_code)


def decided(ward: Ward, firing: Firing | None = None) -> Firing:
    return Damage()(View(now_s=0.0, now_ms=0, wards=[ward]), firing or {})


def test_the_watcher_says_so_with_its_exit_code() -> None:
    """Until it is ready again: before that it has opened the catalog."""
    told = decided(watcher("dead", 65))
    assert [(one.severity, one.service) for one in told.values()] == [("critical", "watcher-0")]
    assert "service-orchestrator restore" in told["catalog_damaged"].advice.ko
    # Another monitor, to which nobody has said it yet.
    for state in ("starting", "slowed", "dead"):
        assert decided(watcher(state), told) == told
    assert decided(watcher("ready"), told) == {}
    assert decided(watcher("dead", 1)) == {}
    assert decided(Ward("gateway-0", RestartPolicy(lambda: 0.0), state="dead", exit_code=65)) == {}


def test_one_cause_is_one_alert() -> None:
    """A watcher that keeps ending because of it is in no loop of its own."""
    loops = Loops(STABLE_S)
    assert loops(View(now_s=0.0, now_ms=0, wards=[watcher("slowed", 65)]), {}) == {}
    assert loops(View(now_s=0.0, now_ms=0, wards=[watcher("slowed", 1)]), {}) != {}
