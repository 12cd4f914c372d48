"""The node over the last hour, put together from the monitor, the catalog, the other gateways and the kernel."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple, get_args

from services.gateway.figures import stages
from services.gateway.line import LineDesk
from services.gateway.live import Live
from services.gateway.machine import Space, Usage, space, usage
from services.gateway.probes import Probe
from services.gateway.reads import Reads
from services.gateway.wire import now_ms, on_wire
from services.gateway.wire_health import HealthAnswer
from services.gateway.wire_line import WireLine, lines_on_wire
from services.gateway.wire_status import (
    ClientCounts,
    DiskRole,
    DiskStatus,
    FlowStatus,
    KindStatus,
    Latency,
    ServiceStatus,
    Stage,
    Stages,
    StatusAnswer,
)
from services.shared.catalog import Arrivals, CatalogReader
from services.shared.deliveries import Delivery, DeliveryReader
from services.shared.errors import CatalogError, DatabaseError
from services.shared.logs import Logger
from services.shared.messages import Flow, ServiceHealth
from services.shared.operations import LineState
from services.shared.settings import Settings
from services.shared.version import VERSION

HOUR_MS = 3_600_000
SAMPLE = 6000
"""About so many images of the hour are looked at: a hundred a minute."""

KEPT_S = 2.0
PATIENCE_S = 1.0
"""A disk or a process that says nothing for so long is told as unknown."""


class Hour(NamedTuple):
    """What the catalog and the deliveries say."""

    latency: Latency
    arrivals: list[Arrivals]


class _Disk(NamedTuple):
    role: DiskRole
    path: Path
    probe: Probe[Space]


class Status:
    """One gateway's. `services` and `flows` are the monitor's last word; `clients` counts who is connected here: the
    WebSockets and the long polls.
    """

    def __init__(
        self,
        settings: Settings,
        name: str,
        live: Live,
        reads: Reads,
        health: Callable[[], HealthAnswer],
        services: Callable[[], Mapping[str, ServiceHealth]],
        flows: Callable[[], Mapping[str, Flow]],
        line: LineDesk,
        clients: Callable[[], tuple[int, int]],
        log: Logger,
    ) -> None:
        self._settings = settings
        self._name = name
        self._live = live
        self._reads = reads
        self._health = health
        self._services = services
        self._flows = flows
        self._line = line
        self._clients = clients
        self._log = log
        self._disks = [
            _Disk(role, path, Probe(partial(space, path)))
            for role, path in zip(get_args(DiskRole), (settings.images.base, settings.state), strict=True)
        ]
        self._making: asyncio.Task[StatusAnswer] | None = None
        self._made_s = 0.0
        self._failure = ""

    async def answer(self) -> StatusAnswer:
        """As it is now, or was KEPT_S ago; however many ask, it is looked up once."""
        now_s = asyncio.get_running_loop().time()
        if self._making is None or (self._making.done() and now_s - self._made_s > KEPT_S):
            self._made_s = now_s
            self._making = asyncio.get_running_loop().create_task(self._make())
        return await asyncio.shield(self._making)

    async def _make(self) -> StatusAnswer:
        health, services, flows, at_ms = self._health(), self._services(), self._flows(), now_ms()
        usages = Probe(partial(usage, [one.pid for one in services.values()]))
        hour, used, disks, lines = await asyncio.gather(
            self._hour(at_ms), usages.ask(PATIENCE_S), asyncio.gather(*map(self._disk, self._disks)), self._lines()
        )
        websockets, long_polls = self._counted(services)
        self._made_s = asyncio.get_running_loop().time()
        return StatusAnswer(
            at=at_ms,
            node=self._settings.node_name,
            version=VERSION,
            epoch=self._live.epoch,
            status=health.status,
            reason=health.reason,
            services=[_service(name, one, used or {}) for name, one in services.items()],
            latency=hour.latency,
            images=[self._kind(arrivals) for arrivals in hour.arrivals],
            clients=ClientCounts(websocket=websockets, long_poll=long_polls),
            disks=disks,
            flows=[_flow(name, flow) for name, flow in flows.items()],
            lines=lines,
        )

    async def _hour(self, at_ms: int) -> Hour:
        """Nothing came, as far as anybody can tell, while the catalog cannot be read: the rest is told all the same."""
        try:
            hour = await self._reads.ask(partial(_look_back, at_ms, self._settings.deliveries_path))
        except CatalogError as error:
            if str(error) != self._failure:
                self._failure = str(error)
                self._log.error("catalog_failed", error=self._failure)
            return Hour(_latency(at_ms, 0, stages((), {})), [])
        self._failure = ""
        return hour

    async def _disk(self, disk: _Disk) -> DiskStatus:
        found = await disk.probe.ask(PATIENCE_S)
        return DiskStatus(
            role=disk.role,
            path=str(disk.path),
            total_bytes=found.total_bytes if found else None,
            free_bytes=found.free_bytes if found else None,
            free_inodes=found.free_inodes if found else None,
            total_inodes=found.total_inodes if found else None,
        )

    async def _lines(self) -> list[WireLine]:
        """Nothing was said of the line, as far as anybody can tell, while that cannot be read."""
        try:
            said = await asyncio.wait_for(self._line.lines(), PATIENCE_S)
        except (DatabaseError, TimeoutError):
            return []
        return lines_on_wire(_counting(said)).lines

    def _counted(self, services: Mapping[str, ServiceHealth]) -> tuple[int, int]:
        """What the other gateways said with their last heartbeats, and what there is here."""
        websockets, long_polls = self._clients()
        for name, service in services.items():
            if name.startswith("gateway-") and name != self._name and service.state == "ready":
                websockets += service.detail.get("clients", 0)
                long_polls += service.detail.get("long_polls", 0)
        return websockets, long_polls

    def _kind(self, arrivals: Arrivals) -> KindStatus:
        newest = self._live.newest_of((arrivals.camera, arrivals.kind))
        return KindStatus(
            camera=arrivals.camera,
            type=arrivals.kind,
            last=on_wire(newest) if newest is not None else None,
            minutes=arrivals.minutes,
        )


def _look_back(at_ms: int, deliveries_path: Path, catalog: CatalogReader) -> Hour:
    from_ms = at_ms - HOUR_MS
    arrivals = catalog.minutes(from_ms, at_ms)
    total = sum(count for folder in arrivals for _, count in folder.minutes)
    first, step = catalog.seen_since(from_ms), max(1, -(-total // SAMPLE))
    sample = catalog.stamps(first, step)
    deliveries = _deliveries(deliveries_path, catalog.epoch, first - 1, step)
    return Hour(_latency(at_ms, len(sample), stages(sample, deliveries)), arrivals)


def _deliveries(path: Path, epoch: str, after: int, step: int) -> dict[int, Delivery]:
    """By seq. Without them there are fewer figures: whoever writes the file says what is wrong with it."""
    try:
        reader = DeliveryReader(path)
        try:
            return {delivery.seq: delivery for delivery in reader.sample(epoch, after, step)}
        finally:
            reader.close()
    except DatabaseError:
        return {}


def _latency(at_ms: int, images: int, found: Mapping[str, Stage]) -> Latency:
    return Latency(from_=at_ms - HOUR_MS, to=at_ms, images=images, stages=Stages(**found))


def _service(name: str, service: ServiceHealth, used: Mapping[int, Usage]) -> ServiceStatus:
    usage_of = used.get(service.pid, Usage(None, None))
    return ServiceStatus(
        name=name,
        state=service.state,
        pid=service.pid,
        since=service.since_ms,
        restarts=service.restarts,
        queue=service.queue,
        seq=service.seq,
        memory_bytes=usage_of.memory_bytes,
        cpu_s=usage_of.cpu_s,
    )


def _flow(name: str, flow: Flow) -> FlowStatus:
    camera, _, kind = name.partition("/")
    return FlowStatus(
        camera=camera,
        type=kind,
        state=flow.state,
        since=flow.since_ms,
        severity=flow.severity,
        reason=flow.reason,
        text=flow.text,
        last_image_at=flow.last_image_ms,
    )


def _counting(said: list[LineState]) -> list[LineState]:
    """Without what was said of a camera before the whole line was spoken of."""
    whole_ms = next((line.said_at_ms for line in said if line.camera is None), 0)
    return [line for line in said if line.camera is None or line.said_at_ms > whole_ms]
