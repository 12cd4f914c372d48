"""What clients send and are sent, as it stands on the wire: the protocol's names, times in Unix milliseconds.

The types are the contract: the encoders, the OpenAPI and the AsyncAPI documents are all made from them.
"""

from __future__ import annotations

import datetime
import re
import struct
import time
import urllib.parse
from functools import lru_cache
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from services.gateway.wire_alerts import AlertMessage
from services.gateway.wire_canary import CanaryMessage
from services.shared.files import MAIN_CAMERA
from services.shared.messages import Event, Image

DEMO_URL = "/demo-image.jpg"

DAY_MS = 86_400_000
_EPOCH = datetime.date(1970, 1, 1)
_CALENDAR_MS = (
    (datetime.date.min - _EPOCH).days * DAY_MS,
    ((datetime.date.max - _EPOCH).days + 1) * DAY_MS - 1,
)

Mode = Literal["latest", "every"]
ResetReason = Literal["epoch", "trimmed", "ahead"]
Status = Literal["ok", "degraded", "down"]


class WireImage(Struct, frozen=True, kw_only=True):
    """One version of one image. Up to `created_at` as the replaced service sent it."""

    filename: str
    url: str
    timestamp: int
    """When it was captured."""
    type: str
    coil_number: str | None
    size: int
    """Bytes."""
    created_at: str
    """When it was captured, ISO 8601 in UTC."""
    camera: str
    seq: int
    """Names this version; together with node and epoch for ever."""
    width: int
    height: int
    written_at: int
    seen_at: int
    imported: bool | UnsetType = UNSET
    """It lay in the folder before the catalog was made."""


class CurrentImages(Struct, frozen=True, tag="current_images"):
    """The newest of each kind, and of each kind of the newest coils as `<kind>_<coil>`."""

    data: dict[str, WireImage]
    timestamp: int


class ImageUpdate(Struct, frozen=True, tag="image_update"):
    """A new image, or a new version of the newest. `epoch` and `skipped` are for clients that have subscribed."""

    data: WireImage
    timestamp: int
    epoch: str | UnsetType = UNSET
    skipped: int | UnsetType = UNSET
    """Images left out just before this one, because this client was behind."""


class Removal(Struct, frozen=True):
    """What went: `seq` is the event's, `image_seq` that of the version that went."""

    camera: str
    type: str
    filename: str
    seq: int
    image_seq: int


class ImageRemoved(Struct, frozen=True, tag="image_removed"):
    """An image's file is gone.

    In mode `latest` without a coil, only of images near the newest: those that retention deletes are on no screen.
    """

    data: Removal
    epoch: str
    timestamp: int


class ImageRevised(Struct, frozen=True, tag="image_revised"):
    """A new version of an image that is not the newest: known by its name, never to be shown as new.

    Sent in mode `every`, where nothing is left out.
    """

    data: WireImage
    timestamp: int
    epoch: str


class Subscribed(Struct, frozen=True, tag="subscribed"):
    """The answer to `subscribe`; `seq` is where the log ends, `version` the server's."""

    node: str
    epoch: str
    seq: int
    mode: Mode
    timestamp: int
    version: str


class Reset(Struct, frozen=True, tag="reset"):
    """The client cannot resume; `current_images` follows. Another catalog; a log no longer that old; a seq to come."""

    reason: ResetReason
    epoch: str
    seq: int
    timestamp: int


class HealthData(Struct, frozen=True):
    """Whether images can flow; the state of each process by its name."""

    status: Status
    reason: str | None
    services: dict[str, str]


class HealthMessage(Struct, frozen=True, tag="health"):
    """Sent after `subscribed` and whenever it changes."""

    data: HealthData
    timestamp: int


class Pong(Struct, frozen=True, tag="pong"):
    """The answer to `ping`, with the server's clock."""

    id: int | float | str | None
    timestamp: int
    seq: int | UnsetType = UNSET
    """All that the client has subscribed to was told up to here; left out while it is behind."""


class PreviewHeader(Struct, frozen=True, tag="preview", rename="camel"):
    """Stands in front of the JPEG in a binary frame: its length as a big-endian uint32, then itself as JSON."""

    epoch: str
    seq: int
    size: Literal["screen"]
    width: int
    height: int
    content_type: str


ServerMessage = (
    CurrentImages
    | ImageUpdate
    | ImageRevised
    | ImageRemoved
    | Subscribed
    | Reset
    | HealthMessage
    | AlertMessage
    | CanaryMessage
    | Pong
)


class Subscribe(Struct, frozen=True, tag="subscribe", rename="camel"):
    """Turns a bare connection into one with filters, resume, previews and health. May be sent again to change them."""

    camera: str | None = None
    image_type: str | None = None
    coil_number: str | None = None
    mode: Mode = "latest"
    epoch: str | None = None
    seq: int | None = None
    previews: bool = False
    canary: bool = False
    """Told when a canary came through; for whoever watches over the node, not for screens."""


class Ping(Struct, frozen=True, tag="ping"):
    """Answered with `pong`."""

    id: int | float | str | None = None


class Paint(Struct, frozen=True):
    """The image is on the client's screen since `painted_at`, by the server's clock as far as the client knows it."""

    seq: int
    painted_at: float


class Painted(Struct, frozen=True, tag="painted"):
    """Images that the client has shown since it last said so."""

    images: Annotated[list[Paint], Meta(max_length=100)]


ClientMessage = Subscribe | Ping | Painted


class CurrentAnswer(Struct, frozen=True, rename="camel"):
    """`GET /api/images/current`. `seq` is where the log ends; `is_demo`: the image only stands in for a first one."""

    image: WireImage | None
    is_demo: bool
    epoch: str
    seq: int
    timestamp: int


class Reconnect(Struct, frozen=True, rename="camel"):
    """How clients are asked to come back."""

    max_attempts: int
    delay_ms: int


class ConfigAnswer(Struct, frozen=True, rename="camel"):
    """`GET /api/config`: what the panel needs to know."""

    reconnect: Reconnect
    stale_after_s: float
    kinds: list[str]
    cameras: list[str]
    language: str
    node: str
    version: str
    timezone: str


class Problem(Struct, frozen=True):
    """An error, as application/problem+json (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str


def url_of(camera: str, kind: str, filename: str) -> str:
    """Where the bytes of a file are, whichever version it is."""
    # Cameras and kinds are plain names; a file may be called anything.
    where = kind if camera == MAIN_CAMERA else f"{camera}/{kind}"
    return f"/image/{where}/{filename if _is_plain(filename) else urllib.parse.quote(filename, safe='')}"


def on_wire(image: Image) -> WireImage:
    """The image as clients see it. Only the URL of a version that replaced another names the version."""
    url = url_of(image.camera, image.kind, image.filename)
    return WireImage(
        filename=image.filename,
        url=f"{url}?v={image.seq}" if image.revised else url,
        timestamp=image.captured_at_ms,
        type=image.kind,
        coil_number=image.coil,
        size=image.size_bytes,
        created_at=iso_utc(image.captured_at_ms),
        camera=image.camera,
        seq=image.seq,
        width=image.width,
        height=image.height,
        written_at=image.written_at_ms,
        seen_at=image.seen_at_ms,
        imported=True if image.imported else UNSET,
    )


def removal(event: Event) -> Removal:
    """A `removed` event as clients see it."""
    image = event.image
    return Removal(image.camera, image.kind, image.filename, seq=event.seq, image_seq=image.seq)


def preview_head(header: PreviewHeader) -> bytes:
    """What stands in front of the JPEG."""
    text = encode(header)
    return struct.pack("!I", len(text)) + text


def iso_utc(at_ms: int) -> str:
    """ISO 8601 with milliseconds and Z; the ends of the calendar for a time beyond them."""
    days, rest_ms = divmod(min(max(at_ms, _CALENDAR_MS[0]), _CALENDAR_MS[1]), DAY_MS)
    rest_s, ms = divmod(rest_ms, 1000)
    return f"{_date(days)}T{rest_s // 3600:02}:{rest_s // 60 % 60:02}:{rest_s % 60:02}.{ms:03}Z"


@lru_cache(maxsize=1000)
def _date(days: int) -> str:
    """So many days after 1970-01-01. Cached: on an image's way to the clients a look at the calendar takes long."""
    return (_EPOCH + datetime.timedelta(days)).isoformat()


def now_ms() -> int:
    """The server's clock."""
    return time.time_ns() // 1_000_000


def encode(message: Any) -> bytes:
    """Any of the types above as JSON."""
    return _encoder.encode(message)


def decode_client(data: bytes | str) -> ClientMessage | None:
    """A client's message, None for one that is not understood: it is ignored."""
    try:
        return _decoder.decode(data)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None


_is_plain = re.compile(r"[A-Za-z0-9_.-]+").fullmatch
_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[ClientMessage] = msgspec.json.Decoder(ClientMessage)
