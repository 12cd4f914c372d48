"""alerts: what is wrong, who has taken notice, whether messages arrive. On the file itself: the node may be down."""

from __future__ import annotations

import contextlib
import datetime
import os
import pwd
import time
from contextlib import closing
from pathlib import Path

import click

from orchestrator.cli.alerts_wording import ALERTS
from orchestrator.cli.context import Invocation, pass_invocation
from orchestrator.cli.format import printed
from orchestrator.monitor.delivery.addresses import addresses
from orchestrator.monitor.delivery.courier import Courier
from orchestrator.monitor.delivery.errands import Errand
from orchestrator.monitor.delivery.message import test_message
from services.shared.errors import DatabaseError, SettingsError
from services.shared.operations import Alert, Alerts, Outbox, Silence, Silences, Trouble, silenced_until
from services.shared.phrases import Phrase, phrases
from services.shared.settings import Settings


@click.group()
def alerts() -> None:
    """List, acknowledge and silence alerts; try whether messages arrive.

    알람을 보고, 확인하고, 전송을 멈추거나 시험.

    Works while the node is down, too. Where messages go stands in the setting alerts.urls, a list of addresses in
    apprise's form; see each service's page at https://appriseit.com for its own:

    \b
      mailto://user:password@mill.example?to=ops@mill.example
      msteams://...    slack://...    tgram://...    json://host/path

    An alert is one message when it begins, one when it gets graver or has another cause, and one when it is over.

    \b
    Examples
      service-orchestrator alerts list
      service-orchestrator alerts test
      service-orchestrator alerts ack 12 --note "on my way"
      service-orchestrator alerts silence --camera main --for 2h --note "belt change"
    """


by_option = click.option(
    "--by", default=lambda: _login(), show_default="your login name", help="Who says so.", metavar="NAME"
)
note_option = click.option("--note", default="", help="Why, or what is being done.", metavar="TEXT")


@alerts.command("list")
@click.option("-n", "--lines", default=20, show_default=True, type=click.IntRange(1, 1000), help="So many alerts.")
@click.option("--firing", is_flag=True, help="Only what is wrong now, with what to do next.")
@pass_invocation
def list_(invocation: Invocation, lines: int, firing: bool) -> None:
    """List alerts: those that are firing first, then the latest.

    알람 목록. 발생 중인 것이 먼저 나옴.

    \b
    Examples
      service-orchestrator alerts list --firing
      service-orchestrator alerts list -n 100
    """
    settings = invocation.settings()
    phrase = speaker(settings)
    found: list[Alert] = []
    silences: list[Silence] = []
    if settings.operations_path.exists():
        with closing(Alerts(store_path(settings))) as store:
            found = store.page(firing_only=firing, limit=lines).alerts
        with closing(Silences(store_path(settings))) as kept:
            silences = kept.lasting(now_ms())
    if not found:
        click.echo(phrase("none_firing" if firing else "none"))
        return
    heads = ("id", "severity", "state", "since", "name", "where", "summary", "seen")
    click.echo(printed([phrase(head) for head in heads], [_row(one, silences, settings, phrase) for one in found]))
    if firing:
        for one in found:
            text = one.trouble.advice.ko if settings.node.language == "ko" else one.trouble.advice.en
            click.echo(f"{one.id}  {phrase('advice', text=text)}")


@alerts.command()
@pass_invocation
def test(invocation: Invocation) -> None:
    """Send a message marked as a test to every address now, and say of each whether it arrived.

    모든 주소로 시험 메시지를 보내고 결과를 보임.

    Whether the node runs does not matter. Exit code 0 when all of them arrived, 1 when one did not, 2 when alerts.urls
    is empty. An address is shown by its number in alerts.urls and its sort, never as it is.

    \b
    Examples
      service-orchestrator alerts test
      COILCAST_ALERTS_URLS=json://127.0.0.1:9000/hook service-orchestrator alerts test
    """
    settings = invocation.settings()
    phrase = speaker(settings)
    known = addresses(settings.alerts.urls)
    if not known:
        raise SettingsError("alerts.urls is empty: there is no address to send to; see service-orchestrator alerts -h")
    message = test_message(settings)
    reports = Courier(settings.node.language).carry([Errand(address.url, message) for address in known])
    arrived = True
    for address, report in zip(known, reports, strict=True):
        error = phrase("test_no_time") if report is None else report.error
        if report is not None and report.outcome == "arrived":
            click.echo(phrase("test_arrived", address=address.name))
        else:
            arrived = False
            click.echo(phrase("test_failed", address=address.name, error=error))
        # The node need not wait for the next alert to know that an address works again.
        if settings.operations_path.exists():
            with contextlib.suppress(DatabaseError), closing(Outbox(store_path(settings))) as outbox:
                outbox.tried(address.channel, error, now_ms())
    if not arrived:
        raise SystemExit(1)


@alerts.command()
@click.argument("number", metavar="ID", type=click.IntRange(1))
@by_option
@note_option
@pass_invocation
def ack(invocation: Invocation, number: int, by: str, note: str) -> None:
    """Say that you have taken notice of alert ID; panels show it, and it goes on firing.

    알람 ID를 확인했다고 알림.

    \b
    Examples
      service-orchestrator alerts ack 12
      service-orchestrator alerts ack 12 --by Kim --note "calling the electrician"
    """
    settings = invocation.settings()
    with closing(Alerts(store_path(settings))) as store:
        alert = store.acknowledge(number, named(by), note, now_ms())
    assert alert.acknowledged is not None
    click.echo(speaker(settings)("acknowledged", id=number, by=alert.acknowledged.by))


def speaker(settings: Settings) -> Phrase:
    """The sentences of `alerts` in the node's language."""
    return phrases(settings.node.language, ALERTS)


def store_path(settings: Settings) -> Path:
    """Where it all stands. Before the first start there is no state folder yet, and it works all the same."""
    settings.state.mkdir(parents=True, exist_ok=True)
    return settings.operations_path


def named(by: str) -> str:
    """A name that says something. Raises click.BadParameter."""
    if not by.strip() or len(by) > 100:
        raise click.BadParameter("a name of 100 characters at most", param_hint="--by")
    return by.strip()


def shown_at(settings: Settings, at_ms: int) -> str:
    """In the plant's time."""
    return datetime.datetime.fromtimestamp(at_ms / 1000, settings.timezone).strftime("%Y-%m-%d %H:%M:%S")


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def _row(alert: Alert, silences: list[Silence], settings: Settings, phrase: Phrase) -> list[str]:
    trouble = alert.trouble
    name = trouble.name if trouble.reason is None else f"{trouble.name} ({trouble.reason})"
    return [
        str(alert.id),
        phrase(trouble.severity),
        _state(alert, silences, settings, phrase),
        shown_at(settings, alert.started_at_ms),
        name,
        _where(trouble),
        trouble.summary.ko if settings.node.language == "ko" else trouble.summary.en,
        "-" if alert.acknowledged is None else alert.acknowledged.by,
    ]


def _state(alert: Alert, silences: list[Silence], settings: Settings, phrase: Phrase) -> str:
    if alert.resolved_at_ms is not None:
        return phrase("resolved", at=shown_at(settings, alert.resolved_at_ms))
    until_ms = silenced_until(alert.trouble, silences, now_ms())
    return phrase("firing") if until_ms is None else phrase("silenced", until=shown_at(settings, until_ms))


def _where(trouble: Trouble) -> str:
    folder = "/".join(filter(None, (trouble.camera, trouble.kind)))
    return " ".join(filter(None, (trouble.service, folder))) or "-"


def _login() -> str:
    """Who is at the keyboard, also behind sudo."""
    try:
        return os.environ.get("SUDO_USER") or pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"
