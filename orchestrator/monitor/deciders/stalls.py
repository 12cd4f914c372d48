"""Images have stopped coming, or the model has: one alert with one reason, as grave as it is sure."""

from __future__ import annotations

from orchestrator.monitor.deciders.view import Firing, View
from orchestrator.monitor.diagnosis import Finding, StallReason
from orchestrator.monitor.flows import Flows, FlowView
from orchestrator.monitor.telling import said, stall_summary, trouble
from services.shared.operations import Severity, Trouble

STALL = "stall"
MODEL_STOPPED = "model_stopped"

BY_THE_MODEL: dict[StallReason, tuple[str, str | None]] = {
    "files_rejected": ("model_rejected", "files_rejected"),
    "files_unfinished": ("model_unfinished", "files_unfinished"),
    "line_stopped": ("model_stopped", None),
    "source_silent": ("model_stopped", None),
}
"""What is the model's doing while its source advances: the sentence, and the reason that the alert carries."""

SEVERITIES: dict[str, Severity] = {"line_stopped": "info", "source_silent_or_stopped": "warning"}
"""By a finding's variant; all others are critical."""


class Stalls:
    """`after_s` is the limit, for the sentences."""

    names = frozenset({STALL, MODEL_STOPPED})

    def __init__(self, flows: Flows, after_s: float) -> None:
        self._flows = flows
        self._after_s = after_s

    def __call__(self, view: View, firing: Firing) -> Firing:
        wanted: dict[str, Trouble] = {}
        for flow in view.flows:
            if flow.due == "yes" and flow.finding is not None:
                one = _trouble(flow, flow.finding, self._after_s)
                wanted[f"{one.name}/{flow.name}"] = one
        kept = {flow.name for flow in view.flows if flow.due == "keep"}
        met = {flow.name for flow in view.flows}
        for key, one in firing.items():
            # One that fires for a folder that was not met yet is an earlier monitor's, and goes on.
            folder = folder_of(key)
            if folder in kept or (folder not in met and self._flows.knows(folder, view.now_s)):
                wanted[key] = one
        return wanted


def why_stalled(flow: FlowView, after_s: float) -> Trouble | None:
    """What there is to say of it, once that is known: where the source has stalled, that is why."""
    if flow.state != "stalled":
        return None
    if flow.source_finding is not None:
        return _stall(flow, flow.source_finding, after_s)
    return None if flow.finding is None else _trouble(flow, flow.finding, after_s)


def _trouble(flow: FlowView, finding: Finding, after_s: float) -> Trouble:
    if flow.source is not None and finding.reason in BY_THE_MODEL:
        sentence, reason = BY_THE_MODEL[finding.reason]
        fields = {"source": flow.source, "kind": flow.kind, "after_s": after_s, **finding.fields}
        return trouble(MODEL_STOPPED, "critical", sentence, fields, reason=reason, camera=flow.camera, kind=flow.kind)
    return _stall(flow, finding, after_s)


def _stall(flow: FlowView, finding: Finding, after_s: float) -> Trouble:
    return Trouble(
        name=STALL,
        severity=SEVERITIES.get(finding.variant, "critical"),
        summary=stall_summary(finding, after_s),
        advice=said(f"{finding.variant}_advice", finding.fields),
        reason=finding.reason,
        camera=flow.camera,
        kind=flow.kind,
    )


def folder_of(key: str) -> str:
    """The folder that a key of these alerts is about, as in `main/original`."""
    return key.partition("/")[2]
