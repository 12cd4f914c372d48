"""The node's health in one word and one sentence."""

from __future__ import annotations

from typing import Any

import pytest

from orchestrator.monitor.health import BLINK_S, assess
from orchestrator.monitor.lifeguard import Ward
from orchestrator.monitor.restarts import RestartPolicy
from orchestrator.wording import REASONS
from services.shared.messages import Flow, FlowState, Health, ServiceState, Severity
from services.shared.phrases import phrases

NOW_S = 1000.0


def ward(name: str, state: ServiceState = "ready", *, left_s: float | None = None, **detail: Any) -> Ward:
    made = Ward(name, RestartPolicy(lambda: 0.0), state=state, left_s=left_s)
    made.last_words = "exit code 1" if state in ("slowed", "dead") else ""
    made.detail = detail
    return made


def judged(*wards: Ward, flows: dict[str, Flow] | None = None) -> Health:
    return assess(wards, flows or {}, NOW_S, 5, phrases("en", REASONS))


def test_all_ready_is_ok() -> None:
    """Nothing to say; the services stand in the order of the data."""
    health = judged(ward("thumbnailer-0"), ward("gateway-0"), ward("watcher-0"))
    assert (health.status, health.reason) == ("ok", None)
    assert list(health.services) == ["watcher-0", "gateway-0", "thumbnailer-0"]


@pytest.mark.parametrize("service", ["watcher-0", "gateway-0"])
def test_without_a_vital_service_it_is_down(service: str) -> None:
    """With no watcher or no gateway no image reaches a screen."""
    others = [ward(name) for name in ("watcher-0", "gateway-0", "thumbnailer-0") if name != service]
    health = judged(ward(service, "slowed"), *others)
    assert (health.status, health.services[service].state) == ("down", "slowed")
    assert health.reason == f"{service} keeps ending (exit code 1): see `service-orchestrator logs {service}`"


@pytest.mark.parametrize(("name", "state"), [("thumbnailer-0", "hung"), ("gateway-1", "starting")])
def test_without_one_that_others_stand_in_for_it_is_degraded(name: str, state: ServiceState) -> None:
    """Images flow, and somebody should look."""
    health = judged(ward("watcher-0"), ward("gateway-0"), ward("thumbnailer-1"), ward(name, state))
    assert health.status == "degraded"
    assert name in (health.reason or "")


@pytest.mark.parametrize("state", ["dead", "starting", "stopping", "stopped"])
def test_a_replacement_in_the_blink_of_an_eye_is_no_news(state: ServiceState) -> None:
    """Whoever was ready a moment ago is not out yet; a moment later it is."""
    rest = [ward("watcher-0"), ward("thumbnailer-0")]
    assert judged(ward("gateway-0", state, left_s=NOW_S - BLINK_S), *rest).status == "ok"
    assert judged(ward("gateway-0", state, left_s=NOW_S - BLINK_S - 0.1), *rest).status == "down"


@pytest.mark.parametrize("state", ["hung", "slowed"])
def test_trouble_that_lasts_is_told_at_once(state: ServiceState) -> None:
    """A silence has lasted for the whole timeout already, and a crash loop for several deaths."""
    assert judged(ward("gateway-0", state, left_s=NOW_S), ward("watcher-0")).status == "down"


def test_a_missing_folder_degrades_and_all_missing_is_down() -> None:
    """The watcher's own word on its folders counts."""
    some = ward("watcher-0", missing={"labeled": "does not exist"}, modes={"original": "inotify"})
    none = ward("watcher-0", missing={"labeled": "does not exist"}, modes={})
    assert judged(some, ward("gateway-0")).status == "degraded"
    assert judged(none, ward("gateway-0")).status == "down"
    assert judged(some, ward("gateway-0")).reason == "folder labeled cannot be watched: does not exist"


def test_what_a_service_says_of_itself_is_passed_on() -> None:
    """A disk that is full keeps every image from the screens when it stops the watcher, and costs previews else."""
    watcher = judged(ward("watcher-0", error="disk full"), ward("gateway-0"))
    assert (watcher.status, watcher.reason) == ("down", "watcher-0: disk full")
    thumbnailer = judged(ward("watcher-0"), ward("gateway-0"), ward("thumbnailer-0", error="disk full"))
    assert (thumbnailer.status, thumbnailer.reason) == ("degraded", "thumbnailer-0: disk full")


def test_a_node_without_services_is_down() -> None:
    """Nothing runs, nothing flows."""
    assert judged().status == "down"


def test_the_reason_is_in_the_nodes_language() -> None:
    """Operators read it."""
    health = assess([ward("watcher-0", "hung"), ward("gateway-0")], {}, NOW_S, 5, phrases("ko", REASONS))
    assert health.reason == "watcher-0 응답 없음, 교체 중"


def flow(state: FlowState = "live", reason: str | None = None, severity: Severity | None = None) -> Flow:
    return Flow(state=state, since_ms=0, reason=reason, severity=severity, text=reason and f"because of {reason}")


BLOCKED = flow("stalled", "storage_hangs", "critical")
REJECTED = flow("stalled", "files_rejected", "critical")


@pytest.mark.parametrize(
    ("flows", "status", "reason"),
    [
        ([flow("live"), flow("late")], "ok", None),
        ([flow("waiting")], "ok", None),
        ([flow("stalled")], "ok", None),
        ([flow("stalled", "line_stopped", "info")], "ok", None),
        ([flow("stalled", "source_silent", "warning")], "ok", None),
        ([flow("stalled", "source_silent", "critical")], "degraded", "because of source_silent"),
        ([flow("live"), flow("stalled", "model_stopped", "critical")], "degraded", "because of model_stopped"),
        ([REJECTED, REJECTED], "degraded", "because of files_rejected"),
        ([BLOCKED, BLOCKED], "down", "because of storage_hangs"),
        ([BLOCKED, flow("waiting")], "down", "because of storage_hangs"),
        ([BLOCKED, flow("live")], "degraded", "because of storage_hangs"),
        ([REJECTED, BLOCKED], "degraded", "because of storage_hangs"),
    ],
)
def test_images_that_surely_should_come_and_do_not_are_told(flows: list[Flow], status: str, reason: str | None) -> None:
    """Down when nothing can come through; a line that may be stopped is no breakage."""
    wards = [ward(name) for name in ("watcher-0", "gateway-0")]
    health = judged(*wards, flows={f"main/{number}": one for number, one in enumerate(flows)})
    assert (health.status, health.reason) == (status, reason)
    assert list(health.flows.values()) == flows


def test_a_process_that_is_out_is_told_before_what_comes_of_it() -> None:
    """It is the cause; unless what comes of it is graver."""
    health = judged(ward("watcher-0", "slowed"), ward("gateway-0"), flows={"main/original": BLOCKED})
    assert "watcher-0 keeps ending" in (health.reason or "")
    one_missing = ward("watcher-0", modes={"main/original": "inotify"}, missing={"main/labeled": "no such folder"})
    health = judged(one_missing, ward("gateway-0"), flows={"main/original": BLOCKED})
    assert (health.status, health.reason) == ("down", "because of storage_hangs")
