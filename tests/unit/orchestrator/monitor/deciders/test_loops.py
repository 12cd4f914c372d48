"""When a service that restarts in a loop is an alert, and when it is over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import pytest

from orchestrator.monitor.alerts import Order, Raise, Resolve, decide
from orchestrator.monitor.deciders.loops import Loops
from orchestrator.monitor.deciders.view import View
from orchestrator.monitor.lifeguard import Lifeguard, Ward
from orchestrator.monitor.restarts import STABLE_S, RestartPolicy
from services.shared.messages import Heartbeat, ServiceState
from services.shared.operations import Severity, Trouble

NOW_S = 1000.0
LOOPS = Loops(STABLE_S)


def decided(wards: Iterable[Ward], firing: Mapping[str, Trouble], now_s: float = NOW_S) -> list[Order]:
    return decide([LOOPS], View(now_s=now_s, now_ms=0, wards=list(wards)), firing)


def ward(name: str, state: ServiceState = "ready", *, slowing: bool = False, ready_for_s: float = 1e6) -> Ward:
    policy = RestartPolicy(lambda: 0.0)
    if slowing:
        for _ in range(7):
            policy.delay_s(NOW_S, 0.0)
    made = Ward(name, policy, state=state, exit_code=1)
    made.ready_s = NOW_S - ready_for_s if state == "ready" else None
    return made


def loop(severity: Severity = "warning", name: str = "gateway-0") -> dict[str, Trouble]:
    """What fires when one service is in a loop."""
    (raised,) = decided([ward(name, "slowed", slowing=True), ward("gateway-1")], {})
    assert isinstance(raised, Raise)
    if severity == "critical":
        (raised,) = decided([ward(name, "slowed", slowing=True)], {})
        assert isinstance(raised, Raise)
    assert raised.trouble.severity == severity
    return {raised.key: raised.trouble}


def told(orders: list[Order]) -> list[tuple[str, str]]:
    return [(one.key, one.trouble.severity) if isinstance(one, Raise) else (one.key, "over") for one in orders]


KEY = "service_loop/gateway-0"
OTHER = ward("gateway-1")


@pytest.mark.parametrize(
    ("wards", "firing", "expected"),
    [
        ([ward("gateway-0")], {}, []),
        ([ward("gateway-0", "dead")], {}, []),
        ([ward("gateway-0", "hung")], {}, []),
        ([ward("gateway-0", "slowed", slowing=True), OTHER], {}, [(KEY, "warning")]),
        ([ward("gateway-0", "starting", slowing=True), OTHER], {}, [(KEY, "warning")]),
        ([ward("gateway-0", "ready", slowing=True, ready_for_s=1), OTHER], {}, [(KEY, "warning")]),
        ([ward("gateway-0", "ready", slowing=True, ready_for_s=STABLE_S), OTHER], {}, []),
        ([ward("gateway-0", "slowed", slowing=True), OTHER], loop(), []),
        ([ward("gateway-0", "ready", slowing=True, ready_for_s=STABLE_S - 0.1), OTHER], loop(), []),
        ([ward("gateway-0", "ready", slowing=True, ready_for_s=STABLE_S), OTHER], loop(), [(KEY, "over")]),
        # Another monitor: it knows of the loop only from what fires.
        ([ward("gateway-0", "starting"), OTHER], loop(), []),
        ([ward("gateway-0", "ready", ready_for_s=1), OTHER], loop(), []),
        ([ward("gateway-0", "ready", ready_for_s=STABLE_S), OTHER], loop(), [(KEY, "over")]),
        # Stopped on purpose and started again it is no better yet; taken away it is nobody's trouble.
        ([ward("gateway-0", "stopped", slowing=True), OTHER], loop(), []),
        ([OTHER], loop(), [(KEY, "over")]),
        # The last of a vital service.
        ([ward("gateway-0", "slowed", slowing=True)], {}, [(KEY, "critical")]),
        ([ward("gateway-0", "slowed", slowing=True), ward("gateway-1", "hung")], {}, [(KEY, "critical")]),
        ([ward("gateway-0", "slowed", slowing=True), ward("gateway-1", "hung")], loop(), [(KEY, "critical")]),
        ([ward("gateway-0", "slowed", slowing=True), OTHER], loop("critical"), []),
        ([ward("watcher-0", "slowed", slowing=True), OTHER], {}, [("service_loop/watcher-0", "critical")]),
        ([ward("thumbnailer-0", "slowed", slowing=True), OTHER], {}, [("service_loop/thumbnailer-0", "warning")]),
        # Two at once are two.
        (
            [ward("gateway-0", "slowed", slowing=True), ward("gateway-1", "ready", slowing=True, ready_for_s=1)],
            {},
            [(KEY, "critical"), ("service_loop/gateway-1", "critical")],
        ),
    ],
)
def test_one_loop_is_one_alert_and_one_recovery(
    wards: list[Ward], firing: Mapping[str, Trouble], expected: list[tuple[str, str]]
) -> None:
    """Neither a crash nor a moment of health is news; it may get graver, never less grave."""
    assert told(decided(wards, firing)) == expected


@pytest.mark.parametrize(
    ("code", "reason", "korean", "english"),
    [
        (1, "exited", "gateway-0 반복해서 종료됨: 종료 코드 1", "gateway-0 keeps ending: exit code 1"),
        (-1, "killed", "gateway-0 반복해서 종료됨: 시그널로 종료됨", "gateway-0 keeps ending: killed by a signal"),
        (
            None,
            "not_launched",
            "gateway-0 반복해서 종료됨: 실행되지 않음",
            "gateway-0 keeps ending: it cannot be launched",
        ),
    ],
)
def test_it_says_why_and_what_to_do(code: int | None, reason: str, korean: str, english: str) -> None:
    """In both languages, and as a code."""
    looping = ward("gateway-0", "slowed", slowing=True)
    looping.exit_code = code
    (raised,) = decided([looping, ward("gateway-1")], {})
    assert isinstance(raised, Raise)
    trouble = raised.trouble
    assert (trouble.name, trouble.service, trouble.reason) == ("service_loop", "gateway-0", reason)
    assert (trouble.summary.ko, trouble.summary.en) == (korean, english)
    assert "service-orchestrator logs gateway-0" in trouble.advice.ko
    assert "service-orchestrator logs gateway-0" in trouble.advice.en


def deaths(lives_s: list[float]) -> Iterator[tuple[float, Lifeguard]]:
    """A gateway that is ready for so long each time, looked at every half second; at the end it lives on."""
    guard = Lifeguard(1e9, lambda: 0, chance=lambda: 0.0)
    guard.add("gateway-0")
    now_s = 0.0
    for life_s in [*lives_s, 100.0]:
        guard.launched("gateway-0", 7, now_s)
        guard.heard(Heartbeat(name="gateway-0", pid=7, ready=True), now_s)
        until_s = now_s + life_s
        while now_s < until_s:
            yield now_s, guard
            now_s += 0.5
        delay_s = guard.exited("gateway-0", "exit code 1", now_s, 1) if life_s < 100 else 0.0
        until_s = now_s + (delay_s or 0.0)
        while now_s < until_s:
            yield now_s, guard
            now_s += 0.5


@pytest.mark.parametrize(
    ("lives_s", "expected"),
    [
        ([1.0], []),
        ([1.0] * 6, []),
        ([40.0] * 20, []),
        ([0.5] * 7, ["critical", "over"]),
        ([0.5] * 30, ["critical", "over"]),
        ([0.5] * 7 + [12.0] * 10, ["critical", "over"]),
        ([0.5] * 7 + [29.0] * 10, ["critical", "over"]),
        ([0.5] * 7 + [31.0] * 3 + [0.5] * 7, ["critical", "over", "critical", "over"]),
    ],
)
def test_a_whole_life_tells_no_more_than_happened(lives_s: list[float], expected: list[str]) -> None:
    """However it goes up and down, from one look to the next."""
    firing: dict[str, Trouble] = {}
    heard: list[str] = []
    for now_s, guard in deaths(lives_s):
        for order in decided(guard.wards.values(), firing, now_s):
            if isinstance(order, Resolve):
                del firing[order.key]
                heard.append("over")
            else:
                firing[order.key] = order.trouble
                heard.append(order.trouble.severity)
    assert heard == expected
