"""One folder's evidence out of what the probe, the watcher, the canaries and the line say of it. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from msgspec import Struct

from orchestrator.monitor.evidence import (
    CanaryStage,
    CanaryState,
    DiskEvidence,
    DiskRole,
    FolderEvidence,
    LineState,
    Place,
    WatcherState,
)
from orchestrator.monitor.lifeguard import Ward
from orchestrator.monitor.probe.prober import Known
from orchestrator.monitor.probe.questions import Finding
from services.shared.messages import ServiceState


class Told(Struct, frozen=True):
    """What the watcher's heartbeat tells of one folder."""

    last: tuple[int, int] | None = None
    arrived: int = 0
    rejected: tuple[str, int] | None = None
    unfinished: tuple[int, int | None] = (0, None)
    canary: tuple[int, int, int] | None = None


@dataclass(frozen=True)
class Watch:
    """What is known of the watcher."""

    state: WatcherState = "dead"
    modes: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    error: str = ""


STATES: Mapping[ServiceState, WatcherState] = {"ready": "ok", "starting": "starting", "hung": "hung"}
"""All others are dead."""


def watch_of(ward: Ward | None, silent_s: float = 0.0, patience_s: float = math.inf) -> Watch:
    """What the watcher is like, from its heartbeat and from how it lives.

    One that has been silent for `patience_s` hangs. That is sooner than the lifeguard gives it up: why nothing comes is
    to be known by then.
    """
    if ward is None:
        return Watch()
    detail, state = ward.detail, STATES.get(ward.state, "dead")
    return Watch(
        state="hung" if state == "ok" and silent_s >= patience_s else state,
        modes=detail.get("modes") or {},
        missing=detail.get("missing") or {},
        error=str(detail.get("error") or ""),
    )


def told_by(detail: Mapping[str, Any]) -> dict[str, Told]:
    """By folder; nothing from a watcher that does not tell, or of another version."""
    try:
        return msgspec.convert(detail.get("folders") or {}, dict[str, Told])
    except msgspec.ValidationError:
        return {}


def canaries_at(detail: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
    """What a gateway's heartbeat tells: of each folder the last canary, and when it came."""
    try:
        return msgspec.convert(detail.get("canaries") or {}, dict[str, tuple[int, int]])
    except msgspec.ValidationError:
        return {}


def place_in(finding: Finding | None) -> Place | None:
    """Where the probe found a path; None when it could not tell."""
    if finding is None or not finding.mount_point:
        return None
    return Place(finding.device, finding.mount_point, finding.fstype, finding.source)


def folder_evidence(
    camera: str,
    kind: str,
    *,
    known: Known | None,
    known_place: Place | None,
    watch: Watch,
    told: Told,
    canary: tuple[CanaryState, CanaryStage | None],
    line: LineState,
) -> FolderEvidence:
    """Put together. Where the probe has not looked yet, nothing is wrong."""
    name = f"{camera}/{kind}"
    finding = known.finding if known is not None else None
    return FolderEvidence(
        camera=camera,
        kind=kind,
        answered=known is None or known.answered,
        exists=finding is None or finding.exists,
        error="" if finding is None else finding.error,
        place=place_in(finding),
        known_place=known_place,
        free_bytes=finding.free_bytes if finding else None,
        total_bytes=finding.total_bytes if finding else None,
        free_inodes=finding.free_inodes if finding else None,
        total_inodes=finding.total_inodes if finding else None,
        watcher=watch.state,
        mode=watch.modes.get(name, ""),
        watch_problem=watch.error or watch.missing.get(name, ""),
        canary=canary[0],
        canary_stage=canary[1],
        last_seq=told.last[0] if told.last else None,
        arrived=told.arrived,
        last_image_ms=told.last[1] if told.last else None,
        rejected=told.rejected,
        unfinished=told.unfinished[0],
        unfinished_at_ms=told.unfinished[1],
        line=line,
    )


def disk_evidence(role: DiskRole, path: str, known: Known | None) -> DiskEvidence:
    """The same of a filesystem."""
    finding = known.finding if known is not None else None
    return DiskEvidence(
        role=role,
        answered=known is None or known.answered,
        path=path,
        place=place_in(finding),
        free_bytes=finding.free_bytes if finding else None,
        total_bytes=finding.total_bytes if finding else None,
        free_inodes=finding.free_inodes if finding else None,
        total_inodes=finding.total_inodes if finding else None,
    )
