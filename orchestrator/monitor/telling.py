"""From a decision to the alert that people read. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orchestrator.monitor.diagnosis import Finding
from orchestrator.monitor.wording import ALERTS
from services.shared.logs import printable
from services.shared.operations import Said, Severity, Trouble
from services.shared.rejects import REJECTS

Fields = Mapping[str, Any]
"""What stands in a sentence: a Said is taken in the sentence's language, `rejected` is a code of REJECTS."""


def trouble(
    name: str,
    severity: Severity,
    sentence: str,
    fields: Fields,
    *,
    reason: str | None = None,
    camera: str | None = None,
    kind: str | None = None,
    service: str | None = None,
) -> Trouble:
    """An alert of `name` that says `sentence`, and as advice what ALERTS has as `<sentence>_advice`."""
    return Trouble(
        name=name,
        severity=severity,
        summary=said(sentence, fields),
        advice=said(f"{sentence}_advice", fields),
        reason=reason,
        camera=camera,
        kind=kind,
        service=service,
    )


def stall_summary(finding: Finding, after_s: float) -> Said:
    """That no images come, and why."""
    return said("stall", {**finding.fields, "after_s": after_s, "why": said(finding.variant, finding.fields)})


def said(sentence: str, fields: Fields) -> Said:
    """A sentence of ALERTS in both languages."""
    korean, english = (text.format(**_filled(fields, index)) for index, text in enumerate(ALERTS[sentence]))
    return Said(korean, english)


def _filled(fields: Fields, index: int) -> dict[str, Any]:
    filled = {}
    for name, value in fields.items():
        if isinstance(value, Said):
            value = (value.ko, value.en)[index]
        elif name == "rejected" and value in REJECTS:
            value = REJECTS[value][index]
        filled[name] = printable(value) if isinstance(value, str) else value
    return filled
