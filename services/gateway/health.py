"""Whether images can flow, from what the monitor says and what this gateway sees itself. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from services.gateway.wire import HealthData, Status, on_wire
from services.gateway.wire_health import FlowHealth, HealthAnswer, StallHealth, WatcherHealth
from services.shared.messages import Flow, Health, Image, Severity
from services.shared.phrases import Phrase

TICK_TIMEOUT_S = 5.0
"""The watcher says every second where the log ends; silent for so long, it does not work."""

HEALTH_TIMEOUT_S = 8.0
"""The monitor speaks every two seconds; what it said before is no longer believed after so long."""

WATCHER = "watcher-0"

GRAVENESS: tuple[Severity | None, ...] = ("critical", "warning", "info", None)


class Evidence(Struct, frozen=True, kw_only=True):
    """What is known at a moment. Ages are in seconds; None is never."""

    health: Health | None
    health_age_s: float | None
    watcher_age_s: float | None
    """Since the watcher was last heard on the bus."""
    last_image: Image | None
    now_ms: int
    stall_after_s: float
    catalog_error: str = ""


def assess(evidence: Evidence, phrase: Phrase) -> HealthAnswer:
    """The judgement, as `GET /health` gives it: `down` when no image can come through.

    What the processes are and say of themselves is the monitor's to judge; what it cannot know is added here.
    """
    health = evidence.health if _is_fresh(evidence.health_age_s, HEALTH_TIMEOUT_S) else None
    services = {name: str(one.state) for name, one in health.services.items()} if health else {}
    detail: Mapping[str, Any] = health.services[WATCHER].detail if health and WATCHER in health.services else {}
    status, reason = _status(evidence, health, phrase)
    return HealthAnswer(
        status=status,
        reason=reason,
        services=services,
        watcher=_watcher(detail),
        last_image=on_wire(evidence.last_image) if evidence.last_image else None,
        stall=_told(health.flows, evidence.last_image, phrase) if health and health.flows else _stall(evidence, phrase),
    )


def summary(answer: HealthAnswer) -> HealthData:
    """What clients are told of it."""
    return HealthData(answer.status, answer.reason, answer.services)


def _status(evidence: Evidence, health: Health | None, phrase: Phrase) -> tuple[Status, str | None]:
    if evidence.catalog_error:
        return "down", phrase("catalog_unreadable", error=evidence.catalog_error)
    if not _is_fresh(evidence.watcher_age_s, TICK_TIMEOUT_S):
        return "down", (health.reason if health else None) or phrase("watcher_silent")
    if health is None:
        return "degraded", phrase("monitor_silent")
    return health.status, health.reason


def _watcher(detail: Mapping[str, Any]) -> WatcherHealth:
    modes: Mapping[str, str] = detail.get("modes") or {}
    distinct = set(modes.values())
    mode = None if not distinct else distinct.pop() if len(distinct) == 1 else "mixed"
    return WatcherHealth(mode, dict(modes), dict(detail.get("missing") or {}))


def _told(flows: Mapping[str, Flow], last_image: Image | None, phrase: Phrase) -> StallHealth:
    """As the monitor sees it; of several stalls the gravest."""
    stalled = sorted(
        (flow for flow in flows.values() if flow.state == "stalled"), key=lambda flow: GRAVENESS.index(flow.severity)
    )
    reason = phrase("no_image_yet") if last_image is None else None
    if stalled:
        reason = stalled[0].text or phrase("stalled_unknown")
    return StallHealth(
        stalled=bool(stalled),
        reason=reason,
        code=stalled[0].reason if stalled else None,
        flows={
            name: FlowHealth(flow.state, flow.reason, flow.text, flow.since_ms, flow.last_image_ms)
            for name, flow in flows.items()
        },
    )


def _stall(evidence: Evidence, phrase: Phrase) -> StallHealth:
    image = evidence.last_image
    if image is None:
        return StallHealth(False, phrase("no_image_yet"))
    # An imported image was seen when the catalog was made; when it was written says more.
    at_ms = min(image.seen_at_ms, image.written_at_ms) if image.imported else image.seen_at_ms
    age_s = (evidence.now_ms - at_ms) / 1000
    if age_s <= evidence.stall_after_s:
        return StallHealth(False, None)
    return StallHealth(True, phrase("stalled", age_s=round(age_s)))


def _is_fresh(age_s: float | None, timeout_s: float) -> bool:
    return age_s is not None and age_s <= timeout_s
