"""`GET /api/status` as it stands on the wire."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from services.gateway.wire import Status, WireImage
from services.gateway.wire_line import WireLine
from services.shared.messages import FlowState, ServiceState, Severity

DiskRole = Literal["images", "state"]


class ServiceStatus(Struct, frozen=True, kw_only=True):
    """One process. Memory is what it has for itself and its share of what it has with others; null: cannot be told."""

    name: str
    state: ServiceState
    pid: int
    since: int
    """When it started; when it ended, for one that does not run."""
    restarts: int
    queue: int
    seq: int
    memory_bytes: int | None
    cpu_s: float | None
    """Since it started."""


class Stage(Struct, frozen=True, kw_only=True):
    """How long one stage took: of all, and (minute's start, p50, p95) of each minute that has images."""

    count: int
    p50_ms: float | None
    p95_ms: float | None
    minutes: list[tuple[int, float, float]]


class Stages(Struct, frozen=True, kw_only=True):
    """From the camera's clock to the first screen."""

    captured_written: Stage
    written_seen: Stage
    seen_pushed: Stage
    pushed_painted: Stage
    written_painted: Stage


class Latency(Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """Of the images seen in from..to; `images` were looked at, of a busy hour a sample."""

    from_: int
    to: int
    images: int
    stages: Stages


class KindStatus(Struct, frozen=True, kw_only=True):
    """What came to one folder: its newest image, and (minute's start, count) of each minute that has images."""

    camera: str
    type: str
    last: WireImage | None
    minutes: list[tuple[int, int]]


class ClientCounts(Struct, frozen=True, kw_only=True):
    """Over all gateways."""

    websocket: int
    long_poll: int


class DiskStatus(Struct, frozen=True, kw_only=True):
    """A filesystem. Null: it does not answer; inodes also where there is no fixed number of them."""

    role: DiskRole
    path: str
    total_bytes: int | None
    free_bytes: int | None
    free_inodes: int | None
    total_inodes: int | None


class FlowStatus(Struct, frozen=True, kw_only=True):
    """How images come to one folder, as the monitor sees it.

    `reason` is why they do not, as a code; `text` says it to people, in the node's language.
    """

    camera: str
    type: str
    state: FlowState
    since: int
    severity: Severity | None
    reason: str | None
    text: str | None
    last_image_at: int | None


class StatusAnswer(Struct, frozen=True, kw_only=True):
    """`GET /api/status`: the node over the last hour. Imported images do not count."""

    at: int
    node: str
    version: str
    epoch: str
    status: Status
    reason: str | None
    services: list[ServiceStatus]
    latency: Latency
    images: list[KindStatus]
    clients: ClientCounts
    disks: list[DiskStatus]
    flows: list[FlowStatus]
    """Empty while the monitor is silent."""
    lines: list[WireLine]
    """What counts of what was said of the line: of all of it, and later of single cameras."""
