"""Alerts as they stand on the wire."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from services.shared.operations import Alert, Severity


class Wording(Struct, frozen=True):
    """The same sentence in Korean and in English."""

    ko: str
    en: str


class WireAcknowledgement(Struct, frozen=True):
    """Who has taken notice of an alert."""

    by: str
    at: int
    note: str


class WireAlert(Struct, frozen=True, kw_only=True):
    """Something that is or was wrong. `reason` is a code, `advice` what to do next."""

    id: int
    name: str
    """What it is about, such as `stall` or `service_loop`."""
    severity: Severity
    state: Literal["firing", "resolved"]
    reason: str | None
    camera: str | None
    type: str | None
    service: str | None
    summary: Wording
    advice: Wording
    started_at: int
    changed_at: int
    """Its last transition, an acknowledgement included."""
    resolved_at: int | None
    acknowledged: WireAcknowledgement | None
    silenced_until: int | None
    """Nothing of it is sent until then: somebody has silenced it, as for maintenance. Null when nobody has."""


class AlertMessage(Struct, frozen=True, tag="alert"):
    """Sent when an alert begins, changes, is acknowledged, silenced, no longer so, or over; after `subscribed` once for
    each that fires.
    """

    data: WireAlert
    timestamp: int


class AlertsAnswer(Struct, frozen=True):
    """`GET /api/alerts`; `next` is the `before` of the next page, null at the end."""

    alerts: list[WireAlert]
    next: str | None


class AcknowledgeBody(Struct, frozen=True):
    """`POST /api/alerts/{id}/acknowledge`."""

    by: Annotated[str, Meta(min_length=1, max_length=100)]
    note: Annotated[str, Meta(max_length=1000)] = ""


def alert_on_wire(alert: Alert, silenced_until: int | None = None) -> WireAlert:
    """The alert as clients see it; nothing of it is sent until `silenced_until`."""
    trouble, seen = alert.trouble, alert.acknowledged
    return WireAlert(
        id=alert.id,
        name=trouble.name,
        severity=trouble.severity,
        state="firing" if alert.is_firing else "resolved",
        reason=trouble.reason,
        camera=trouble.camera,
        type=trouble.kind,
        service=trouble.service,
        summary=Wording(trouble.summary.ko, trouble.summary.en),
        advice=Wording(trouble.advice.ko, trouble.advice.en),
        started_at=alert.started_at_ms,
        changed_at=alert.changed_at_ms,
        resolved_at=alert.resolved_at_ms,
        acknowledged=WireAcknowledgement(seen.by, seen.at_ms, seen.note) if seen else None,
        silenced_until=silenced_until,
    )
