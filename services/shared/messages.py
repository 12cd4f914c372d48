"""What the processes say to one another. Frozen, and their encoding stands beside them.

Two kinds: `Published` travels from the watcher to everybody and repeats what the catalog holds already; a `Hint` is
anything else (heartbeats, previews, health) and may be lost at any time without harm.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from msgspec import Struct

EventType = Literal["new", "changed", "removed"]
PreviewSize = Literal["strip", "screen"]
ServiceState = Literal["starting", "ready", "stopping", "stopped", "hung", "slowed", "dead"]
Status = Literal["ok", "degraded", "down"]
FlowState = Literal["waiting", "live", "late", "stalled"]
Severity = Literal["critical", "warning", "info"]


class Image(Struct, frozen=True, kw_only=True):
    """One version of one image; `seq` names the version. Times are Unix milliseconds."""

    seq: int
    camera: str
    kind: str
    filename: str
    coil: str | None
    captured_at_ms: int
    written_at_ms: int
    seen_at_ms: int
    size_bytes: int
    width: int
    height: int
    media_type: str
    revised: bool = False
    """The file was overwritten: the URL carries this version."""
    imported: bool = False
    """It was there when the catalog was made; never announced."""


class Event(Struct, frozen=True, kw_only=True):
    """One line of the log. For `removed`, `image` is the version that went; `previous_seq` is the version replaced."""

    seq: int
    type: EventType
    image: Image
    at_ms: int
    shown: bool = True
    """False for a new version of an image that is not the newest: logged, never shown as new. And for the removal of
    one that is far from the newest, as retention removes them by the thousand: no screen shows it.
    """
    previous_seq: int | None = None


class Published(Struct, frozen=True, kw_only=True):
    """The catalog has everything up to `last`. `events` are all that was announced in first..last (imports are not).

    An empty range (first == last + 1) is the watcher's tick: it only tells where the log ends.
    """

    epoch: str
    first: int
    last: int
    events: tuple[Event, ...] = ()
    committed_at_s: float = 0.0
    """When `events` were committed, Unix time; 0 where nobody says."""
    canary: str = ""
    """A canary that was seen, on its way to the monitor's client: `main/original <when it was written, Unix ms>`."""


class Heartbeat(Struct, frozen=True, kw_only=True, tag=True):
    """A service's work loop turns. `name` is the process, as in `gateway-0`."""

    name: str
    pid: int
    ready: bool
    seq: int = 0
    queue: int = 0
    detail: dict[str, Any] = {}


class PreviewReady(Struct, frozen=True, kw_only=True, tag=True):
    """A preview of image `seq` is on disk."""

    epoch: str
    seq: int
    size: PreviewSize


class PreviewWanted(Struct, frozen=True, kw_only=True, tag=True):
    """Somebody waits for the previews of image `seq`."""

    seq: int


class ServiceHealth(Struct, frozen=True, kw_only=True):
    """What the monitor knows of one process."""

    state: ServiceState
    pid: int = 0
    since_ms: int = 0
    restarts: int = 0
    seq: int = 0
    queue: int = 0
    next_try_ms: int | None = None
    detail: dict[str, Any] = {}


class Flow(Struct, frozen=True, kw_only=True):
    """How images of one camera and kind come, as the monitor sees it.

    `reason` is why they do not, as a code; `text` says it to people, in the node's language; `severity` is how grave
    that is.
    """

    state: FlowState
    since_ms: int
    reason: str | None = None
    text: str | None = None
    severity: Severity | None = None
    last_image_ms: int | None = None


class Health(Struct, frozen=True, kw_only=True, tag=True):
    """The node as the monitor sees it; sent on change and every few seconds."""

    status: Status
    reason: str | None
    services: dict[str, ServiceHealth]
    at_ms: int
    flows: dict[str, Flow] = {}
    """By folder, as in `main/original`."""


Hint = Heartbeat | PreviewReady | PreviewWanted | Health


class Command(Struct, frozen=True, kw_only=True):
    """What the command line asks of the monitor."""

    verb: Literal["status", "restart", "scale", "reload"]
    service: str = ""
    count: int = 0


class Answer(Struct, frozen=True, kw_only=True):
    """One answer to a Command; `done` is False for progress on the way."""

    ok: bool
    done: bool = True
    text: str = ""
    health: Health | None = None


def encode(message: Published | Hint | Command | Answer) -> bytes:
    """Any of the messages as MessagePack."""
    return _encoder.encode(message)


def decode_published(data: bytes | memoryview) -> Published:
    """Raises msgspec.MsgspecError when it is none."""
    return _published.decode(data)


def decode_hint(data: bytes) -> Hint:
    """Raises msgspec.MsgspecError when it is none."""
    return _hint.decode(data)


def decode_command(data: bytes) -> Command:
    """Raises msgspec.MsgspecError when it is none."""
    return _command.decode(data)


def decode_answer(data: bytes) -> Answer:
    """Raises msgspec.MsgspecError when it is none."""
    return _answer.decode(data)


_encoder = msgspec.msgpack.Encoder()
_published = msgspec.msgpack.Decoder(Published)
_hint: msgspec.msgpack.Decoder[Hint] = msgspec.msgpack.Decoder(Hint)
_command = msgspec.msgpack.Decoder(Command)
_answer = msgspec.msgpack.Decoder(Answer)
