"""The node's health in one word and one sentence. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from orchestrator.monitor.diagnosis import BLOCKING
from orchestrator.monitor.lifeguard import Ward
from orchestrator.topology import parse, start_stages
from services.shared.messages import Flow, Health, ServiceHealth, Status
from services.shared.phrases import Phrase

BLINK_S = 1.0
"""A process that is replaced within this time is no news: nobody notices, and an alarm would be one of many."""

GRAVENESS: tuple[Status, ...] = ("ok", "degraded", "down")

VITAL = ("watcher", "gateway")
"""Without one of each, no image reaches a screen."""


def assess(wards: Iterable[Ward], flows: Mapping[str, Flow], now_s: float, now_ms: int, phrase: Phrase) -> Health:
    """What the monitor knows, summed up; `phrase` makes the reason in the node's language."""
    named = {ward.name: ward for ward in wards}
    ordered = [named[name] for stage in start_stages(named) for name in stage]
    judgements = _judge(ordered, now_s, phrase), _judge_flows(flows)
    status, reason = max(judgements, key=lambda judgement: GRAVENESS.index(judgement[0]))
    return Health(
        status=status,
        reason=reason,
        services={ward.name: _service(ward) for ward in ordered},
        at_ms=now_ms,
        flows=dict(flows),
    )


def _judge(wards: list[Ward], now_s: float, phrase: Phrase) -> tuple[Status, str | None]:
    if not wards:
        return "down", phrase("nothing_runs")
    out = [ward for ward in wards if is_out(ward, now_s)]
    for service in VITAL:
        group = [ward for ward in wards if parse(ward.name).service == service]
        if group and all(ward in out for ward in group):
            return "down", _why_out(group[0], phrase)
    if out:
        return "degraded", _why_out(out[0], phrase)
    for ward in wards:
        trouble = _trouble(ward.name, ward.detail, phrase)
        if trouble is not None:
            return trouble
    return "ok", None


def _judge_flows(flows: Mapping[str, Flow]) -> tuple[Status, str | None]:
    """Where it is sure that images should come and do not. Down when nothing can come through, whatever is sent."""
    stalled = [flow for flow in flows.values() if flow.state == "stalled" and flow.severity == "critical"]
    blocked = [flow for flow in stalled if flow.reason in BLOCKING]
    if not stalled:
        return "ok", None
    if blocked and all(flow in blocked for flow in flows.values() if flow.state != "waiting"):
        return "down", blocked[0].text
    return "degraded", (blocked or stalled)[0].text


def is_out(ward: Ward, now_s: float) -> bool:
    """It does not do its work, and somebody would notice."""
    if ward.state in ("hung", "slowed"):
        return True
    return ward.state != "ready" and (ward.left_s is None or now_s - ward.left_s > BLINK_S)


def _why_out(ward: Ward, phrase: Phrase) -> str:
    key = "service_failing" if ward.state in ("starting", "dead") and ward.last_words else f"service_{ward.state}"
    return phrase(key, name=ward.name, why=ward.last_words)


def _trouble(name: str, detail: Mapping[str, Any], phrase: Phrase) -> tuple[Status, str] | None:
    """What a running service says of itself: `error`, a sentence; `missing`, the folders it cannot watch, with why.

    What keeps the watcher from its work keeps every image from the screens.
    """
    if detail.get("error"):
        status: Status = "down" if parse(name).service == "watcher" else "degraded"
        return status, phrase("service_error", name=name, error=str(detail["error"]))
    missing: Mapping[str, str] = detail.get("missing") or {}
    if not missing:
        return None
    folder, problem = next(iter(missing.items()))
    # With no folder at all there is nothing that could show an image.
    return "degraded" if detail.get("modes") else "down", phrase("folder_missing", folder=folder, problem=problem)


def _service(ward: Ward) -> ServiceHealth:
    return ServiceHealth(
        state=ward.state,
        pid=ward.pid,
        since_ms=ward.since_ms,
        restarts=ward.restarts,
        seq=ward.seq,
        queue=ward.queue,
        next_try_ms=ward.next_try_ms,
        detail=ward.detail | ({"last_words": ward.last_words} if ward.last_words else {}),
    )
