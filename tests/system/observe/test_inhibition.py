"""One cause, one message: what a real Alertmanager holds back, by the example that is shipped."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator

import pytest

from tests.support.net import free_port
from tests.support.wait import until
from tests.system.observe.stack import Stack, observing

Labels = dict[str, str]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Both programs, with no node; alerts are given to Alertmanager by hand."""
    with observing(tmp_path_factory.mktemp("inhibition"), f"127.0.0.1:{free_port()}") as (stack, _):
        yield stack


def stall(instance: str, camera: str, reason: str = "source_silent") -> Labels:
    return _alert("CoilcastStall", instance, "critical", name="stall", camera=camera, type="original", reason=reason)


def _alert(alertname: str, instance: str, severity: str, **labels: str) -> Labels:
    return {"alertname": alertname, "instance": instance, "severity": severity, **labels}


CASES = {
    "a node that is down": (
        _alert("CoilcastTargetDown", "down", "critical"),
        [stall("down", "main"), _alert("CoilcastScrapeSlow", "down", "warning")],
        [stall("other", "main"), _alert("CoilcastWatchdog", "down", "none")],
    ),
    "a stall with its reason": (
        stall("stalled", "main"),
        [
            _alert("CoilcastNoImages", "stalled", "warning", camera="main", type="original"),
            _alert("CoilcastNoImages", "stalled", "warning", camera="main", type="labeled"),
        ],
        [
            _alert("CoilcastNoImages", "stalled", "warning", camera="rear", type="original"),
            _alert("CoilcastCanarySilent", "stalled", "warning"),
        ],
    ),
    "a storage that hangs": (
        stall("hangs", "main", "storage_hangs"),
        [_alert("CoilcastCanarySilent", "hangs", "warning")],
        [_alert("CoilcastDiskAlmostFull", "hangs", "critical", role="state")],
    ),
    "a model that stopped": (
        _alert("CoilcastAlert", "model", "critical", name="model_stopped", camera="main", type="labeled"),
        [_alert("CoilcastNoImages", "model", "warning", camera="main", type="labeled")],
        [_alert("CoilcastNoImages", "model", "warning", camera="main", type="original")],
    ),
    "a lost canary": (
        _alert("CoilcastAlert", "canary", "critical", name="canary_lost", reason="gateway"),
        [_alert("CoilcastCanarySilent", "canary", "warning")],
        [_alert("CoilcastDiskAlmostFull", "canary", "critical", role="images")],
    ),
    "a service in a loop": (
        _alert("CoilcastAlert", "loop", "warning", name="service_loop", service="gateway-0"),
        [_alert("CoilcastServiceRestarting", "loop", "warning", service="gateway-0")],
        [_alert("CoilcastServiceNotReady", "loop", "warning", service="watcher-0")],
    ),
    "deliveries that fail": (
        _alert("CoilcastAlert", "deliveries", "warning", name="delivery_failing"),
        [_alert("CoilcastDeliveriesFailing", "deliveries", "warning")],
        [_alert("CoilcastEventsLost", "deliveries", "info")],
    ),
    "a disk that is almost full": (
        _alert("CoilcastDiskAlmostFull", "disk", "critical", role="images"),
        [_alert("CoilcastDiskFillingSoon", "disk", "warning", role="images")],
        [_alert("CoilcastDiskFillingSoon", "disk", "warning", role="state")],
    ),
    "a budget that burns fast": (
        _alert("CoilcastScreensLateFast", "slo", "critical", slo="screen"),
        [
            _alert("CoilcastScreensLate", "slo", "critical", slo="screen"),
            _alert("CoilcastScreensLateSlow", "slo", "warning", slo="screen"),
        ],
        [_alert("CoilcastLatencyHigh", "slo", "warning", stage="written_pushed", type="original")],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_held_back(stack: Stack, case: str) -> None:
    """The cause is told, and so is what has nothing to do with it."""
    cause, held_back, told = CASES[case]
    _give(stack, [cause, *held_back, *told])
    until(lambda: all(_state(stack, one) == "suppressed" for one in held_back), 15, "alerts that are held back")
    assert {_state(stack, one) for one in (cause, *told)} == {"active"}


def _url(stack: Stack) -> str:
    return f"http://127.0.0.1:{stack.alertmanager_port}/api/v2/alerts"


def _give(stack: Stack, alerts: list[Labels]) -> None:
    body = json.dumps([{"labels": labels} for labels in alerts]).encode()
    request = urllib.request.Request(_url(stack), body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 200


def _state(stack: Stack, labels: Labels) -> str:
    """suppressed, active, or unprocessed so far."""
    with urllib.request.urlopen(_url(stack), timeout=10) as answer:
        return next((str(one["status"]["state"]) for one in json.load(answer) if one["labels"] == labels), "unknown")
