"""retention: what stays and what goes, what would go now, and when the disk would be full."""

from __future__ import annotations

import datetime
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass

import click

from orchestrator import node
from orchestrator.cli.alerts import now_ms, store_path
from orchestrator.cli.context import Invocation, pass_invocation
from orchestrator.cli.format import duration, printed
from orchestrator.cli.pins import speaker
from services.shared.bus import call
from services.shared.catalog import CatalogReader, Held, HeldFolder, Holding, Inflow
from services.shared.confirm import confirm
from services.shared.messages import Command, ServiceHealth
from services.shared.operations import Pinned, Pins
from services.shared.phrases import Phrase
from services.shared.retention import (
    CatalogStock,
    Limits,
    Plan,
    Space,
    forecast,
    limits_for,
    measure,
    shortage,
)
from services.shared.retention.limits import DAY_MS
from services.shared.settings import Settings

LATELY_MS = 7 * DAY_MS
"""The rate is that of so long."""

ANSWER_WITHIN_S = 3.0
PROGRESS_S = 1.0


@click.command()
@click.option("--dry-run", is_flag=True, help="What would go now, and why; nothing is deleted.")
@click.option("--confirm", "is_confirmed", is_flag=True, help="More than half is gone, and that is right: tidy it up.")
@pass_invocation
def retention(invocation: Invocation, dry_run: bool, is_confirmed: bool) -> None:
    """Tell what stays by which limits, and when the disk would be full without them.

    보관 한도와 디스크가 가득 찰 때를 보임.

    Limits are settings: [retention] in coilcast.toml. When more than half of what the catalog has is without a file (a
    missing mount looks like that), nothing is removed from the catalog until it is confirmed.

    \b
    Examples
      service-orchestrator retention
      service-orchestrator retention --dry-run
      service-orchestrator retention --confirm
    """
    settings = invocation.settings()
    phrase = speaker(settings)
    if is_confirmed:
        click.echo(_confirm(settings, phrase))
        return
    click.echo(phrase("enabled" if settings.retention.enabled else "disabled"))
    with closing(CatalogReader(settings.catalog_path)) as catalog:
        folders = {folder.id: folder for folder in catalog.held_folders()}
        click.echo(_held(settings, catalog, folders, phrase))
        spaces = measure(settings.images.base, folders)
        inflow = catalog.inflow(catalog.seen_since(now_ms() - LATELY_MS))
        for space in spaces:
            for line in _filling(settings, space, inflow, phrase):
                click.echo(line)
        if dry_run:
            click.echo("\n".join(_dry_run(settings, catalog, spaces, phrase)))
    for line in _so_far(settings, phrase):
        click.echo(line)


def _held(settings: Settings, catalog: CatalogReader, folders: dict[int, HeldFolder], phrase: Phrase) -> str:
    holding = catalog.holding()
    rows = []
    for number, folder in folders.items():
        held = holding.get(number, Holding(0, 0))
        oldest = next(catalog.oldest(number), None)
        limits = limits_for(settings.retention, folder.camera, folder.kind)
        rows.append(
            [
                folder.camera,
                folder.kind,
                f"{held.count:,}",
                size(held.size_bytes),
                _at(settings, oldest.captured_at_ms) if oldest else "-",
                _limits(limits, phrase),
            ]
        )
    heads = ("camera", "kind", "images", "size", "oldest", "limits")
    return printed([phrase(head) for head in heads], rows)


def _limits(limits: Limits, phrase: Phrase) -> str:
    told = []
    if limits.max_age_ms is not None:
        told.append(phrase("limit_age", days=limits.max_age_ms / DAY_MS))
    if limits.max_count is not None:
        told.append(phrase("limit_count", count=f"{limits.max_count:,}"))
    if limits.max_bytes is not None:
        told.append(size(limits.max_bytes))
    return ", ".join(told) or phrase("no_limit")


def _filling(settings: Settings, space: Space, inflow: Inflow | None, phrase: Phrase) -> Iterator[str]:
    keep = settings.retention.keep_free_percent if settings.retention.enabled else 0.0
    yield phrase("disk", path=space.path, free=size(space.free_bytes), percent=space.free_percent, keep=keep)
    told = forecast(space, inflow, now_ms())
    if told is None or told.full_in_s is None or inflow is None:
        yield phrase("no_rate")
    else:
        window = duration((now_ms() - inflow.since_ms) / 1000)
        yield phrase("rate", per_day=size(told.bytes_per_day), window=window, when=duration(told.full_in_s))


@dataclass
class _Sum:
    """What goes of one folder for one reason."""

    count: int = 0
    size_bytes: int = 0
    first_ms: int = 1 << 62
    last_ms: int = -(1 << 62)

    def add(self, held: Held) -> None:
        self.count += 1
        self.size_bytes += held.size_bytes
        self.first_ms = min(self.first_ms, held.captured_at_ms)
        self.last_ms = max(self.last_ms, held.captured_at_ms)


def _dry_run(settings: Settings, catalog: CatalogReader, spaces: list[Space], phrase: Phrase) -> Iterator[str]:
    with closing(Pins(store_path(settings))) as store:
        pinned = Pinned(store.all())
    short = [one for space in spaces if (one := shortage(space, settings.retention.keep_free_percent)) is not None]
    plan = Plan(
        CatalogStock(catalog, settings.images.kinds),
        lambda folder: limits_for(settings.retention, folder.camera, folder.kind),
        lambda held: pinned.holds(held.camera, held.kind, held.filename, held.coil),
        now_ms(),
        short,
    )
    sums: dict[tuple[str, str, str], _Sum] = {}
    going = ((held, each.reason) for each in plan for held in each.images)
    for held, reason in _with_progress(going, lambda count: phrase("looking", count=f"{count:,}")):
        sums.setdefault((held.camera, held.kind, reason), _Sum()).add(held)
    if not sums:
        yield phrase("nothing_goes")
    else:
        total = sum(one.count for one in sums.values()), sum(one.size_bytes for one in sums.values())
        yield phrase("would_go", count=f"{total[0]:,}", size=size(total[1]))
        heads = ("camera", "kind", "why", "goes", "size", "from", "to")
        rows = [
            [
                *(camera, kind, phrase(reason), f"{one.count:,}", size(one.size_bytes)),
                *(_at(settings, one.first_ms), _at(settings, one.last_ms)),
            ]
            for (camera, kind, reason), one in sums.items()
        ]
        yield printed([phrase(head) for head in heads], rows)
        yield phrase("kept")
    for left in plan.unmet:
        path = next(space.path for space in spaces if space.folder_ids == left.folder_ids)
        yield phrase("still_short", path=path, missing=size(max(0, left.size_bytes)))


def _with_progress(going: Iterable[tuple[Held, str]], text: Callable[[int], str]) -> Iterator[tuple[Held, str]]:
    """Says on stderr how far it is, once it takes longer than a second."""
    next_s, is_told = time.monotonic() + PROGRESS_S, False
    for count, one in enumerate(going, 1):
        yield one
        if time.monotonic() >= next_s:
            next_s, is_told = time.monotonic() + PROGRESS_S, True
            click.echo(("\r" if sys.stderr.isatty() else "") + text(count), nl=not sys.stderr.isatty(), err=True)
    if is_told and sys.stderr.isatty():
        click.echo(err=True)


def _so_far(settings: Settings, phrase: Phrase) -> Iterator[str]:
    for name, service in _services(settings).items():
        detail = service.detail
        if name.startswith("janitor-") and "deleted" in detail:
            deleted = f"{detail['deleted']:,}", size(detail["deleted_bytes"])
            yield phrase("janitor", count=deleted[0], size=deleted[1], reencoded=detail["reencoded"])
            if detail.get("stuck"):
                yield phrase("stuck", reason=detail["stuck"], error=detail["error"])


def _confirm(settings: Settings, phrase: Phrase) -> str:
    node.require_running(settings)
    found = {
        name.rpartition("-")[0]: str(service.detail["withheld"])
        for name, service in _services(settings).items()
        if service.detail.get("withheld")
    }
    for service in found:
        confirm(settings.run_dir, service)
    return phrase("confirmed", what="; ".join(found.values())) if found else phrase("nothing_to_confirm")


def _services(settings: Settings) -> dict[str, ServiceHealth]:
    """What the monitor knows of each process; nothing when no node runs. Raises BusError."""
    if node.running_pid(settings) is None:
        return {}
    answers = list(call(settings.run_dir, Command(verb="status"), ANSWER_WITHIN_S))
    return answers[-1].health.services if answers and answers[-1].health is not None else {}


def size(size_bytes: float) -> str:
    """`512 B`, `3.4 MB`, `1.2 TB`; powers of 1000, as disks are sold."""
    for unit in ("B", "kB", "MB", "GB"):
        if size_bytes < 1000:
            return f"{size_bytes:.0f} {unit}" if unit == "B" else f"{size_bytes:.1f} {unit}"
        size_bytes /= 1000
    return f"{size_bytes:.1f} TB"


def _at(settings: Settings, at_ms: int) -> str:
    try:
        return datetime.datetime.fromtimestamp(at_ms / 1000, settings.timezone).strftime("%Y-%m-%d %H:%M")
    except (ValueError, OverflowError, OSError):
        return "?"
