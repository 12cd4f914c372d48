"""Settings -> which processes, in which order they start and end. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from orchestrator.errors import CommandFailed
from services.shared.settings import Settings

MONITOR = "monitor"
SIMULATOR = "simulator"
JANITOR = "janitor"

START_STAGES = (("watcher",), ("gateway",), ("thumbnailer", SIMULATOR), (JANITOR,))
"""A stage starts when the one before it is ready: the catalog is there, then somebody shows it, then the rest."""

STOP_STAGES = ((SIMULATOR, JANITOR), ("watcher",), ("thumbnailer",), ("gateway",))
"""Whoever changes the folders first, so that the gateways end with everything sent."""

SCALABLE = ("gateway", "thumbnailer")
MAX_PROCESSES = 64


@dataclass(frozen=True, order=True)
class Process:
    """One process of one service; its name is as in `gateway-0`."""

    service: str
    instance: int

    @property
    def name(self) -> str:
        return f"{self.service}-{self.instance}"


def processes(settings: Settings, *, simulate: bool) -> list[Process]:
    """The service processes that the settings ask for, in the order they start."""
    counts = {"gateway": settings.gateway.processes, "thumbnailer": settings.previews.workers}
    left_out = {name for name, runs in ((SIMULATOR, simulate), (JANITOR, settings.retention.enabled)) if not runs}
    wanted = [service for stage in START_STAGES for service in stage if service not in left_out]
    return [Process(service, number) for service in wanted for number in range(counts.get(service, 1))]


def parse(name: str) -> Process:
    """The process called `name`. Raises ValueError when that is no process's name."""
    service, _, instance = name.rpartition("-")
    if not service:
        raise ValueError(f"{name!r} is no process name")
    return Process(service, int(instance))


def start_stages(names: Iterable[str]) -> list[list[str]]:
    """The names by stage, in the order they start, which is also that of the data; others come last."""
    return _staged(names, START_STAGES)


def stop_stages(names: Iterable[str]) -> list[list[str]]:
    """The names by stage, in the order they end."""
    return _staged(names, STOP_STAGES)


def matching(names: Iterable[str], wanted: str) -> list[str]:
    """The processes that `wanted` means: a service (`gateway`) or one process (`gateway-1`).

    Raises CommandFailed when there is none.
    """
    present = sorted(map(parse, names))
    found = [process.name for process in present if wanted in (process.name, process.service)]
    if not found:
        known = ", ".join(dict.fromkeys(process.service for process in present))
        raise CommandFailed(f"there is no {wanted} here; there are: {known}")
    return found


@dataclass(frozen=True)
class Scaling:
    """What a change of number comes down to, in the order in which it is done."""

    add: Sequence[str]
    remove: Sequence[str]


def scaling(names: Iterable[str], service: str, count: int) -> Scaling:
    """How to come to `count` processes of `service`; the highest numbers go first. Raises CommandFailed."""
    if service not in SCALABLE:
        why = "it alone writes the catalog" if service == "watcher" else "there is one of it or none"
        raise CommandFailed(f"{service} cannot be scaled: {why}; these can: {', '.join(SCALABLE)}")
    if not 1 <= count <= MAX_PROCESSES:
        raise CommandFailed(f"{count} is no number of {service} processes; give 1 to {MAX_PROCESSES}")
    present = sorted(process.instance for process in map(parse, names) if process.service == service)
    unused = [number for number in range(MAX_PROCESSES + len(present)) if number not in present]
    add = [Process(service, number).name for number in unused[: max(0, count - len(present))]]
    remove = [Process(service, number).name for number in present[count:]]
    return Scaling(add, remove[::-1])


def _staged(names: Iterable[str], stages: Sequence[Sequence[str]]) -> list[list[str]]:
    present = sorted(map(parse, names))
    named = {service for stage in stages for service in stage}
    rest = tuple(process.service for process in present if process.service not in named)
    staged = [[process.name for process in present if process.service in stage] for stage in (*stages, rest)]
    return [stage for stage in staged if stage]
