"""The node's health as it stands on the wire."""

from __future__ import annotations

from msgspec import Struct

from services.gateway.wire import Status, WireImage
from services.shared.messages import FlowState


class WatcherHealth(Struct, frozen=True):
    """How the folders are watched: `inotify`, `polling`, `mixed`, null while nobody knows."""

    mode: str | None
    folders: dict[str, str]
    missing: dict[str, str]


class FlowHealth(Struct, frozen=True):
    """How images of one camera and kind come. `reason` is a code, `text` says it to people."""

    state: FlowState
    reason: str | None
    text: str | None
    since: int
    last_image_at: int | None


class StallHealth(Struct, frozen=True):
    """Whether images have stopped coming, and why: `reason` for people, `code` for programs, and each folder by itself.

    Without the monitor's word only that is known, from the age of the last image.
    """

    stalled: bool
    reason: str | None
    code: str | None = None
    flows: dict[str, FlowHealth] = {}


class HealthAnswer(Struct, frozen=True):
    """`GET /health`."""

    status: Status
    reason: str | None
    services: dict[str, str]
    watcher: WatcherHealth
    last_image: WireImage | None
    stall: StallHealth
