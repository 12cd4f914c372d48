"""status: how the node is, for people and for scripts."""

from __future__ import annotations

import time
from typing import Any

import click
import msgspec
from msgspec import Struct

from orchestrator import node
from orchestrator.cli.context import Invocation, pass_invocation, speaker
from orchestrator.cli.format import age, duration, printed
from orchestrator.errors import CommandFailed
from orchestrator.panel import panel_url
from services.shared.bus import call
from services.shared.catalog import CatalogReader, Reject
from services.shared.errors import BusError, CatalogMissing
from services.shared.messages import Command, Flow, Health, Image, ServiceHealth
from services.shared.phrases import Phrase
from services.shared.settings import Settings

ANSWER_WITHIN_S = 3.0
REJECTS_SHOWN = 5
REJECTS_IN_JSON = 100


class Report(Struct, kw_only=True):
    """Everything `status` tells; its JSON form. Times are Unix ms, of the server's clock."""

    node: str
    pid: int
    url: str
    state: str
    status: str
    reason: str | None
    services: dict[str, ServiceHealth]
    flows: dict[str, Flow]
    last_image: Image | None
    last_image_age_s: float | None
    reject_counts: dict[str, int]
    rejects: list[Reject]
    at_ms: int


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For scripts: everything, as JSON.")
@pass_invocation
def status(invocation: Invocation, as_json: bool) -> None:
    """Tell how the node is: services, newest image, files that were not taken.

    라인의 상태를 보임.

    Exit code 0 when all is well, 1 when something is not, 3 when no node runs.

    \b
    Examples
      service-orchestrator status
      service-orchestrator status --json | jq .services
      service-orchestrator --state .demo status
    """
    settings = invocation.settings()
    report = _report(settings, node.require_running(settings))
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(report)).decode())
    else:
        _print(report, speaker(settings))
    raise SystemExit(0 if report.status == "ok" else 1)


def _report(settings: Settings, pid: int) -> Report:
    health = _health(settings)
    image, counts, rejects = _catalogued(settings)
    now_ms = time.time_ns() // 1_000_000
    return Report(
        node=settings.node_name,
        pid=pid,
        url=panel_url(settings),
        state=str(settings.state),
        status=health.status,
        reason=health.reason,
        services=health.services,
        flows=health.flows,
        last_image=image,
        last_image_age_s=None if image is None else (now_ms - image.seen_at_ms) / 1000,
        reject_counts=counts,
        rejects=rejects,
        at_ms=now_ms,
    )


def _health(settings: Settings) -> Health:
    try:
        for answer in call(settings.run_dir, Command(verb="status"), ANSWER_WITHIN_S):
            if answer.health is not None:
                return answer.health
    except BusError:
        pass
    raise CommandFailed("the node runs, but its monitor does not answer; see `service-orchestrator logs monitor`")


def _catalogued(settings: Settings) -> tuple[Image | None, dict[str, int], list[Reject]]:
    try:
        catalog = CatalogReader(settings.catalog_path)
    except CatalogMissing:
        return None, {}, []
    try:
        newest = catalog.newest(limit=1)
        return (newest[0] if newest else None), catalog.reject_counts(), catalog.rejects(REJECTS_IN_JSON)
    finally:
        catalog.close()


def _print(report: Report, phrase: Phrase) -> None:
    word = phrase(f"status_{report.status}")
    color = {"ok": "green", "degraded": "yellow"}.get(report.status, "red")
    line = phrase("node_line", node=report.node, pid=report.pid, status=word)
    click.secho(line + (f" - {report.reason}" if report.reason else ""), fg=color, bold=True)
    click.echo(report.url)
    columns = ["service", "state", "pid", "uptime", "restarts", "seq", "queue", "note"]
    rows = [_row(name, service, report.at_ms, phrase) for name, service in report.services.items()]
    click.echo(printed([phrase(column) for column in columns], rows))
    if report.flows:
        heads = [phrase(column) for column in ("folder", "flow", "last", "reason")]
        click.echo(printed(heads, [_flow_row(name, flow, report.at_ms, phrase) for name, flow in report.flows.items()]))
    for line in _watching(report.services, phrase):
        click.echo(line)
    click.echo(_newest(report, phrase))
    if report.reject_counts:
        counts = ", ".join(f"{reason} {count}" for reason, count in report.reject_counts.items())
        click.echo(phrase("rejected", counts=counts))
        shown = report.rejects[:REJECTS_SHOWN]
        heads = [phrase(column) for column in ("folder", "filename", "reason", "size", "at")]
        click.echo(printed(heads, [_reject_row(reject, report.at_ms) for reject in shown]))


def _row(name: str, service: ServiceHealth, now_ms: int, phrase: Phrase) -> list[str]:
    note = str(service.detail.get("last_words", "")) if service.restarts or service.state != "ready" else ""
    if service.next_try_ms is not None:
        in_s = max(0, round((service.next_try_ms - now_ms) / 1000))
        note = f"{note}; {phrase('next_try', in_s=in_s)}" if note else phrase("next_try", in_s=in_s)
    return [
        name,
        phrase(f"state_{service.state}"),
        str(service.pid or "-"),
        duration((now_ms - service.since_ms) / 1000) if service.pid else "-",
        str(service.restarts),
        str(service.seq),
        str(service.queue),
        note,
    ]


def _flow_row(name: str, flow: Flow, now_ms: int, phrase: Phrase) -> list[str]:
    """How the images of a folder come, since when, and why they do not."""
    state = phrase(f"flow_{flow.state}")
    if flow.state in ("late", "stalled"):
        state = phrase("flow_since", state=state, age=age(now_ms, flow.since_ms))
    last = "-" if flow.last_image_ms is None else phrase("ago", age=age(now_ms, flow.last_image_ms))
    return [name, state, last, flow.text or ""]


def _watching(services: dict[str, ServiceHealth], phrase: Phrase) -> list[str]:
    """What the watcher says of its folders in its heartbeat."""
    detail: dict[str, Any] = services["watcher-0"].detail if "watcher-0" in services else {}
    modes: dict[str, str] = detail.get("modes") or {}
    missing: dict[str, str] = detail.get("missing") or {}
    lines = []
    if modes:
        lines.append(phrase("watching", folders=", ".join(f"{folder} ({mode})" for folder, mode in modes.items())))
    lines += [phrase("not_watching", folder=folder, problem=problem) for folder, problem in missing.items()]
    if detail.get("importing"):
        lines.append(phrase("importing", count=detail["importing"]))
    return lines


def _newest(report: Report, phrase: Phrase) -> str:
    image = report.last_image
    if image is None:
        return phrase("no_image")
    return phrase("last_image", filename=image.filename, kind=image.kind, age=age(report.at_ms, image.seen_at_ms))


def _reject_row(reject: Reject, now_ms: int) -> list[str]:
    where = reject.kind if reject.camera == "main" else f"{reject.camera}/{reject.kind}"
    return [where, reject.filename, reject.reason, str(reject.size_bytes), age(now_ms, reject.at_ms)]
