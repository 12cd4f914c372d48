"""alerts silence, silences, unsilence: what is not to be sent for a time."""

from __future__ import annotations

import re
from contextlib import closing
from typing import Any

import click

from orchestrator.cli.alerts import by_option, named, note_option, now_ms, shown_at, speaker, store_path
from orchestrator.cli.context import Invocation, pass_invocation
from orchestrator.cli.format import printed
from services.shared.operations import Scope, Silence, Silences
from services.shared.operations.silences import LONGEST_S, SHORTEST_S
from services.shared.phrases import Phrase
from services.shared.settings import Settings

UNITS_S = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_DURATION = re.compile(r"(?:\d{1,6}[smhd])+", re.ASCII)


class Duration(click.ParamType[int]):
    """`90s`, `30m`, `2h`, `1h30m`, `1d`: seconds."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        text = str(value).replace(" ", "").lower()
        if _DURATION.fullmatch(text) is None:
            self.fail(f"{value!r} is no duration; give one like 30m, 2h, 1h30m or 1d", param, ctx)
        seconds = sum(int(count) * UNITS_S[unit] for count, unit in re.findall(r"(\d+)([smhd])", text))
        if not SHORTEST_S <= seconds <= LONGEST_S:
            self.fail(f"{value!r} is not from 1m to 30d", param, ctx)
        return seconds


@click.command()
@click.option("--name", help="Of this alert only, such as stall or service_loop.", metavar="NAME")
@click.option("--camera", help="Of this camera only.", metavar="CAMERA")
@click.option("--type", "kind", help="Of this type only, such as original.", metavar="TYPE")
@click.option("--service", help="Of this process only, such as gateway-0.", metavar="SERVICE")
@click.option("--for", "for_s", type=Duration(), required=True, help="How long: 30m, 2h, 1h30m, 1d; 30d at most.")
@by_option
@note_option
@pass_invocation
def silence(
    invocation: Invocation,
    name: str | None,
    camera: str | None,
    kind: str | None,
    service: str | None,
    for_s: int,
    by: str,
    note: str,
) -> None:
    """Send nothing of certain alerts for a time, as during maintenance; of all of them without a filter.

    정비 중 일정 시간 동안 알람을 보내지 않음.

    Panels show them all the same, as silenced. What fires when the silence is over is sent then, and so is the end of
    what was sent before it.

    \b
    Examples
      service-orchestrator alerts silence --for 2h --note "line 2 is being cleaned"
      service-orchestrator alerts silence --name stall --camera main --for 30m
    """
    settings = invocation.settings()
    at_ms = now_ms()
    with closing(Silences(store_path(settings))) as store:
        made = store.add(
            Scope(name=name, camera=camera, kind=kind, service=service),
            from_ms=at_ms,
            until_ms=at_ms + for_s * 1000,
            by=named(by),
            note=note,
        )
    phrase = speaker(settings)
    until = shown_at(settings, made.until_ms)
    click.echo(phrase("silence_made", id=made.id, scope=_shown(made.scope, phrase), until=until))


@click.command()
@click.option("--all", "every", is_flag=True, help="Those that are over, too.")
@pass_invocation
def silences(invocation: Invocation, every: bool) -> None:
    """List what is silenced, until when, by whom.

    전송 중지 목록.

    \b
    Examples
      service-orchestrator alerts silences
      service-orchestrator alerts silences --all
    """
    settings = invocation.settings()
    phrase = speaker(settings)
    found: list[Silence] = []
    if settings.operations_path.exists():
        with closing(Silences(store_path(settings))) as store:
            found = store.latest(1000) if every else store.lasting(now_ms())
    if not found:
        click.echo(phrase("no_silences"))
        return
    rows = [
        [
            str(one.id),
            _shown(one.scope, phrase),
            shown_at(settings, one.from_ms),
            shown_at(settings, one.until_ms),
            _state(one, settings, phrase),
            one.by,
            one.note or "-",
        ]
        for one in found
    ]
    heads = ("id", "scope", "since", "until", "state", "by", "note")
    click.echo(printed([phrase(head) for head in heads], rows))


@click.command()
@click.argument("number", metavar="ID", type=click.IntRange(1))
@by_option
@pass_invocation
def unsilence(invocation: Invocation, number: int, by: str) -> None:
    """End silence ID before its time; `alerts silences` lists them.

    전송 중지 ID를 지금 해제.

    \b
    Examples
      service-orchestrator alerts unsilence 3
    """
    settings = invocation.settings()
    with closing(Silences(store_path(settings))) as store:
        ended = store.end(number, named(by), now_ms())
    phrase = speaker(settings)
    click.echo(phrase("silence_ended", id=number, scope=_shown(ended.scope, phrase)))


def _shown(scope: Scope, phrase: Phrase) -> str:
    parts = {"name": scope.name, "camera": scope.camera, "type": scope.kind, "service": scope.service}
    return " ".join(f"{what}={value}" for what, value in parts.items() if value is not None) or phrase("everything")


def _state(silence: Silence, settings: Settings, phrase: Phrase) -> str:
    if silence.ended_at_ms is not None:
        return phrase("ended", at=shown_at(settings, silence.ended_at_ms), by=silence.ended_by or "-")
    return phrase("lasts") if silence.lasts(now_ms()) else phrase("ran_out")
