"""The canary does not come through: a breakage of the system, whether the line runs or not."""

from __future__ import annotations

from orchestrator.monitor.deciders.since import since
from orchestrator.monitor.deciders.view import Firing, View
from orchestrator.monitor.evidence import CanaryStage, FolderEvidence
from orchestrator.monitor.telling import trouble
from orchestrator.topology import parse
from services.shared.operations import Severity

CANARY_LOST = "canary_lost"

STAGES: tuple[CanaryStage, ...] = ("watcher", "catalog", "gateway", "client")

LOST_FOR = 1.5
"""So many intervals, and until the last in them must have come: one alone may have met a process that was replaced."""


class Canary:
    """One alert for all folders, with the first stage that does not see it.

    What is known to be broken on its way is told by other alerts, and this one does not begin because of it.
    """

    names = frozenset({CANARY_LOST})

    def __init__(self, interval_s: float, timeout_s: float) -> None:
        self._well_for_s = LOST_FOR * interval_s
        self._lost_for_s = self._well_for_s + timeout_s
        self._lost_since_s: float | None = None
        self._well_since_s: float | None = None

    def __call__(self, view: View, firing: Firing) -> Firing:
        lost = [folder for folder in view.folders if folder.canary == "lost"]
        unexplained = [folder for folder in lost if not _is_explained(folder, view)]
        before = firing.get(CANARY_LOST)
        self._lost_since_s = since(self._lost_since_s, view.now_s, holds=bool(unexplained))
        self._well_since_s = since(self._well_since_s, view.now_s, holds=not lost)
        if before is not None and not lost:
            is_well = self._well_since_s is not None and view.now_s - self._well_since_s >= self._well_for_s
            return {} if is_well else {CANARY_LOST: before}
        if before is not None and not unexplained:
            return {CANARY_LOST: before}
        if self._lost_since_s is None:
            return {}
        if before is None and view.now_s - self._lost_since_s < self._lost_for_s:
            return {}
        stage = min((folder.canary_stage or "watcher" for folder in unexplained), key=STAGES.index)
        only = unexplained[0] if len(lost) == 1 and len(view.folders) > 1 else None
        severity: Severity = "warning" if stage == "client" else "critical"
        told = trouble(
            CANARY_LOST,
            severity,
            f"canary_{stage}",
            {},
            reason=stage,
            camera=only.camera if only else None,
            kind=only.kind if only else None,
        )
        return {CANARY_LOST: told}


def _is_explained(folder: FolderEvidence, view: View) -> bool:
    """The storage, the watcher or every gateway is known to be out."""
    if not folder.answered or not folder.exists or folder.error or folder.watcher != "ok":
        return True
    if any(flow.name == folder.name and flow.state == "stalled" and flow.due == "yes" for flow in view.flows):
        return folder.canary_stage in ("watcher", "catalog", None)
    if folder.canary_stage in ("gateway", "client"):
        gateways = [ward for ward in view.wards if parse(ward.name).service == "gateway"]
        return not any(ward.state == "ready" for ward in gateways)
    return False
