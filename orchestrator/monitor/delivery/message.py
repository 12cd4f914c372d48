"""An alert as a message to people: in both languages, the node's first."""

from __future__ import annotations

import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from msgspec import Struct

from orchestrator.monitor.delivery.wording import MESSAGE
from orchestrator.panel import panel_url_elsewhere
from services.shared.operations import Alert, Said, Trouble
from services.shared.operations.outbox import Transition
from services.shared.phrases import Phrase, phrases
from services.shared.settings import Language, Settings

Tone = Literal["failure", "warning", "info", "success"]
"""How an alert looks where colours and signs say so: apprise's NotifyType."""

RUNBOOK = "docs/runbook.md"

WITH_REASON = frozenset({"stall"})
"""Alerts with an entry of the runbook for each reason."""

_TONES: dict[str, Tone] = {"critical": "failure", "warning": "warning", "info": "info"}


class Message(Struct, frozen=True):
    """What is sent, whatever the address makes of it."""

    title: str
    body: str
    tone: Tone


def message_of(alert: Alert, transition: Transition, settings: Settings) -> Message:
    """What is wrong, how grave, where, since when, and what to do next; or that it is over."""
    first, second = _languages(settings.node.language)
    trouble = alert.trouble
    lead = phrases(first, MESSAGE)
    marks = [lead(transition)] if transition == "resolved" else [lead(transition), lead(trouble.severity)]
    title = f"[{' · '.join(marks)}] {_in(first, trouble.summary)} ({settings.node_name})"
    parts = [_part(language, alert, transition, settings) for language in (first, second)]
    references = [f"{lead('runbook')}: {RUNBOOK}#{runbook_anchor(trouble)}"]
    if (panel := panel_url_elsewhere(settings)) is not None:
        references.append(f"{lead('panel')}: {panel}?view=alerts&alert={alert.id}")
    return Message(
        title=title,
        body="\n\n".join([*parts, "\n".join(references)]),
        tone="success" if transition == "resolved" else _TONES[trouble.severity],
    )


def test_message(settings: Settings) -> Message:
    """One that nobody takes for an alert."""
    first, second = (phrases(language, MESSAGE) for language in _languages(settings.node.language))
    body = "\n\n".join(phrase("test_what") for phrase in (first, second))
    return Message(title=f"[{first('test')}] coilcast ({settings.node_name})", body=body, tone="info")


def runbook_anchor(trouble: Trouble) -> str:
    """The entry of the runbook about it."""
    if trouble.name in WITH_REASON and trouble.reason:
        return f"{trouble.name}-{trouble.reason}".replace("_", "-")
    return trouble.name


def _part(language: Language, alert: Alert, transition: Transition, settings: Settings) -> str:
    phrase, trouble = phrases(language, MESSAGE), alert.trouble
    code = trouble.name if trouble.reason is None else f"{trouble.name}, {trouble.reason}"
    lines = [
        f"{phrase(transition)} · {phrase(trouble.severity)} ({code})",
        f"{phrase('what')}: {_in(language, trouble.summary)}",
        f"{phrase('where')}: {_where(phrase, trouble, settings)}",
        f"{phrase('since')}: {_at(alert.started_at_ms, settings.timezone)}",
    ]
    if transition != "resolved" or alert.resolved_at_ms is None:
        return "\n".join([*lines, f"{phrase('advice')}: {_in(language, trouble.advice)}"])
    minutes = round((alert.resolved_at_ms - alert.started_at_ms) / 60_000)
    over = phrase("lasted", at=_at(alert.resolved_at_ms, settings.timezone), minutes=minutes)
    return "\n".join([*lines, f"{phrase('over')}: {over}"])


def _where(phrase: Phrase, trouble: Trouble, settings: Settings) -> str:
    places = [("camera", trouble.camera), ("type", trouble.kind), ("service", trouble.service)]
    named = [phrase(what, name=name) for what, name in places if name is not None]
    return ", ".join([phrase("node", name=settings.node_name), *named])


def _in(language: Language, said: Said) -> str:
    return said.ko if language == "ko" else said.en


def _languages(language: Language) -> tuple[Language, Language]:
    return (language, "en" if language == "ko" else "ko")


def _at(at_ms: int, zone: ZoneInfo) -> str:
    return datetime.datetime.fromtimestamp(at_ms / 1000, zone).strftime("%Y-%m-%d %H:%M:%S %Z")
