"""One folder's evidence out of what is said of it."""

from __future__ import annotations

from typing import Any

import pytest

from orchestrator.monitor.evidence import FolderEvidence, Place
from orchestrator.monitor.gathering import (
    Told,
    Watch,
    canaries_at,
    disk_evidence,
    folder_evidence,
    told_by,
    watch_of,
)
from orchestrator.monitor.lifeguard import Ward
from orchestrator.monitor.probe.prober import Known
from orchestrator.monitor.probe.questions import Finding
from orchestrator.monitor.restarts import RestartPolicy
from services.shared.messages import ServiceState


def gathered(**parts: Any) -> FolderEvidence:
    values: dict[str, Any] = {
        "known": None,
        "known_place": None,
        "watch": Watch("ok"),
        "told": Told(),
        "canary": ("off", None),
        "line": "unknown",
    }
    return folder_evidence("main", "original", **(values | parts))


def test_before_anybody_has_looked_nothing_is_wrong() -> None:
    """What is not known is no reason for anything."""
    assert gathered() == FolderEvidence(camera="main", kind="original")


def test_what_the_probe_found_stands_also_while_it_does_not_answer() -> None:
    """Only that it does not is added."""
    finding = Finding(
        id="main/original",
        exists=False,
        error="No such file or directory",
        device=5,
        mount_point="/mnt",
        fstype="xfs",
        source="/dev/sdb",
        free_bytes=1,
        total_bytes=2,
        free_inodes=3,
        total_inodes=4,
    )
    found = gathered(known=Known(finding, answered=False, at_s=0.0))
    assert (found.answered, found.exists, found.error) == (False, False, "No such file or directory")
    assert found.place == Place(5, "/mnt", "xfs", "/dev/sdb")
    assert (found.free_bytes, found.total_bytes, found.free_inodes, found.total_inodes) == (1, 2, 3, 4)
    disk = disk_evidence("images", "/mnt", Known(finding, answered=True, at_s=0.0))
    assert (disk.place, disk.free_inodes) == (found.place, 3)
    never = gathered(known=Known(None, answered=False, at_s=0.0))
    assert (never.answered, never.exists, never.place) == (False, True, None)


def test_what_the_watcher_tells() -> None:
    """As it comes over the bus: tuples are lists there."""
    detail = {
        "folders": {
            "main/original": {
                "last": [7, 1000],
                "arrived": 3,
                "rejected": ["empty", 900],
                "unfinished": [2, 950],
                "canary": None,
            }
        }
    }
    found = gathered(told=told_by(detail)["main/original"])
    assert (found.last_seq, found.last_image_ms, found.arrived) == (7, 1000, 3)
    assert (found.rejected, found.unfinished, found.unfinished_at_ms) == (("empty", 900), 2, 950)


@pytest.mark.parametrize("detail", [{}, {"folders": None}, {"folders": {"a": 1}}, {"canaries": [1]}])
def test_a_service_that_tells_nothing_of_it(detail: dict[str, Any]) -> None:
    """Its first beat, or another version."""
    assert told_by(detail) == {}
    assert canaries_at(detail) == {}


@pytest.mark.parametrize(
    ("state", "watcher"),
    [("ready", "ok"), ("starting", "starting"), ("hung", "hung"), ("dead", "dead"), ("slowed", "dead")],
)
def test_the_watchers_state(state: ServiceState, watcher: str) -> None:
    """And what it cannot watch, or record."""
    ward = Ward("watcher-0", RestartPolicy(lambda: 0.0), state=state)
    ward.detail = {"modes": {}, "missing": {"main/original": "Permission denied"}, "error": ""}
    found = gathered(watch=watch_of(ward))
    assert (found.watcher, found.watch_problem, found.mode) == (watcher, "Permission denied", "")
    ward.detail = {"modes": {"main/original": "polling"}, "missing": {}, "error": "disk full"}
    found = gathered(watch=watch_of(ward))
    assert (found.watch_problem, found.mode) == ("disk full", "polling")
    assert gathered(watch=watch_of(None)).watcher == "dead"


@pytest.mark.parametrize(("silent_s", "watcher"), [(2.4, "ok"), (2.5, "hung")])
def test_a_watcher_that_is_silent_hangs(silent_s: float, watcher: str) -> None:
    """Before it is given up; one that starts has said nothing yet."""
    ward = Ward("watcher-0", RestartPolicy(lambda: 0.0), state="ready")
    assert watch_of(ward, silent_s, 2.5).state == watcher
    ward.state = "starting"
    assert watch_of(ward, silent_s, 2.5).state == "starting"
