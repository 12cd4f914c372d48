"""Retention cannot do what it is asked to."""

from __future__ import annotations

from orchestrator.monitor.deciders.view import Firing, View
from orchestrator.monitor.telling import trouble
from orchestrator.topology import parse
from services.shared.operations import Severity

RETENTION_STUCK = "retention_stuck"

SEVERITIES: dict[str, Severity] = {"nothing_left": "critical", "cannot_delete": "critical", "too_many": "warning"}
"""By what the janitor says. Where nothing can be deleted, the disk fills up."""


class Retention:
    """`stuck` in the janitor's heartbeat says why, empty when all is well; while it says nothing, nothing changes."""

    names = frozenset({RETENTION_STUCK})

    def __call__(self, view: View, firing: Firing) -> Firing:
        janitors = [ward for ward in view.wards if parse(ward.name).service == "janitor"]
        for ward in janitors:
            if ward.state != "ready" or "stuck" not in ward.detail:
                return firing
            reason = str(ward.detail["stuck"] or "")
            if reason in SEVERITIES:
                told = trouble(RETENTION_STUCK, SEVERITIES[reason], reason, {}, reason=reason, service=ward.name)
                return {RETENTION_STUCK: told}
        return {}
