"""Which alert a stall is, and what it says."""

from __future__ import annotations

from typing import Any

import pytest

from orchestrator.monitor.deciders.stalls import Stalls, why_stalled
from orchestrator.monitor.deciders.view import Firing, View
from orchestrator.monitor.diagnosis import Finding, Seen, diagnose
from orchestrator.monitor.evidence import FolderEvidence
from orchestrator.monitor.flows import Flows, FlowView
from services.shared.messages import Severity
from services.shared.operations import Trouble

NOW_MS = 1_000_000


def finding(kind: str = "original", **facts: Any) -> Finding:
    return diagnose(Seen(FolderEvidence(camera="main", kind=kind, **facts), None, NOW_MS, 30_000))


SILENT = finding()
STOPPED = finding(line="stopped")
HANGS = finding(answered=False)
REJECTED: dict[str, Any] = {"rejected": ("truncated", NOW_MS)}
UNFINISHED: dict[str, Any] = {"unfinished_at_ms": NOW_MS}


def flow(kind: str = "original", **fields: Any) -> FlowView:
    values = {
        "camera": "main",
        "kind": kind,
        "source": None if kind == "original" else "original",
        "state": "stalled",
        "since_ms": 0,
        "last_image_ms": 0,
        "due": "yes",
        "finding": SILENT,
        "source_finding": None,
    }
    return FlowView(**{**values, **fields})


def decided(*flows: FlowView, firing: Firing | None = None, now_s: float = 0.0) -> Firing:
    known = Flows(("original", "labeled"), 30.0, 60.0, 0.0)
    return Stalls(known, 30.0)(View(now_s=now_s, now_ms=NOW_MS, flows=flows), firing or {})


@pytest.mark.parametrize(
    ("view", "severity", "reason"),
    [
        (flow(finding=HANGS), "critical", "storage_hangs"),
        (flow(finding=finding(**REJECTED)), "critical", "files_rejected"),
        (flow(), "warning", "source_silent"),
        (flow(finding=finding(line="running")), "critical", "source_silent"),
        (flow(finding=STOPPED), "info", "line_stopped"),
    ],
)
def test_a_stall_is_as_grave_as_it_is_sure(view: FlowView, severity: Severity, reason: str) -> None:
    """A line that stands is no breakage; one that may stand is perhaps none."""
    ((key, told),) = decided(view).items()
    assert (key, told.name, told.severity, told.reason) == ("stall/main/original", "stall", severity, reason)
    assert (told.camera, told.kind, told.service) == ("main", "original", None)


@pytest.mark.parametrize(
    ("facts", "key", "reason", "words"),
    [
        ({}, "model_stopped/main/labeled", None, "original images come, yet no labeled one for 30 s"),
        ({"line": "stopped"}, "model_stopped/main/labeled", None, "the model has stopped"),
        (
            REJECTED,
            "model_stopped/main/labeled",
            "files_rejected",
            "no file of the model is taken as an image: cut off",
        ),
        (UNFINISHED, "model_stopped/main/labeled", "files_unfinished", "the model does not finish its files"),
        ({"answered": False}, "stall/main/labeled", "storage_hangs", "the storage at ? does not answer"),
        ({"exists": False}, "stall/main/labeled", "folder_missing", "the image folder is missing"),
    ],
)
def test_what_is_the_models_doing_is_its_own_alert(
    facts: dict[str, Any], key: str, reason: str | None, words: str
) -> None:
    """What keeps its images away is not."""
    told = decided(flow("labeled", finding=finding("labeled", **facts)))
    assert list(told) == [key]
    assert (told[key].severity, told[key].reason) == ("critical", reason)
    assert words in told[key].summary.en


def fires(view: FlowView) -> dict[str, Trouble]:
    return dict(decided(view))


def test_what_is_to_be_kept_is_kept_as_it_is() -> None:
    """No alert begins from it."""
    assert decided(flow(due="keep")) == {}
    firing = fires(flow("labeled"))
    assert decided(flow(due="yes"), flow("labeled", due="keep"), firing=firing) == fires(flow()) | firing


def test_it_is_over_when_images_come() -> None:
    """And when the folder is known to nobody any more; before that it may be an earlier monitor's."""
    firing = fires(flow())
    assert decided(flow(due="no", state="live"), firing=firing) == {}
    assert decided(firing=firing, now_s=600.0) == firing
    assert decided(firing=firing, now_s=661.0) == {}


def test_the_health_says_the_same() -> None:
    """Of a kind whose source has stalled, that this is why."""
    assert why_stalled(flow(state="late"), 30.0) is None
    assert why_stalled(flow(finding=None), 30.0) is None
    told = why_stalled(flow("labeled", source_finding=HANGS), 30.0)
    assert told is not None
    assert (told.name, told.reason) == ("stall", "storage_hangs")
    told = why_stalled(flow("labeled"), 30.0)
    assert told is not None
    assert told.name == "model_stopped"
