"""What can be asked over HTTP, said once: the OpenAPI document and the pages are made from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.gateway.wire import ConfigAnswer, CurrentAnswer
from services.gateway.wire_alerts import AcknowledgeBody, AlertsAnswer, WireAlert
from services.gateway.wire_health import HealthAnswer
from services.gateway.wire_history import CoilsAnswer, Density, HistoryAnswer, ImageDetails
from services.gateway.wire_line import LineBody, LinesAnswer
from services.gateway.wire_pins import PinBody, PinsAnswer, WirePin
from services.gateway.wire_silences import EndBody, SilenceBody, SilencesAnswer, WireSilence
from services.gateway.wire_status import StatusAnswer
from services.gateway.wire_uploads import UploadAnswer

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
TIME: Schema = {"type": "integer", "description": "Unix milliseconds", "minimum": 0}


@dataclass(frozen=True)
class Parameter:
    """A part of the path, where the path has its name in braces, or of the query."""

    name: str
    about: str
    schema: Schema


@dataclass(frozen=True)
class Operation:
    """A GET and a HEAD, or a POST for one that has a `body`. `answer` is a type of what stands on the wire, or a media
    type for bytes; so is `body`. `others` are further status codes. With `token` it is for whoever has one.
    """

    path: str
    about: str
    answer: type[Any] | str
    parameters: tuple[Parameter, ...] = ()
    others: tuple[tuple[int, str], ...] = ()
    body: type[Any] | str | None = None
    token: bool = False

    @property
    def method(self) -> str:
        return "get" if self.body is None else "post"


CAMERA = Parameter("camera", "only of this camera; `main` is the one without a folder of its own", TEXT)
KIND = Parameter("type", "only of this kind, such as `original` or `labeled`", TEXT)
COIL = Parameter("coil", "only of this coil", TEXT)
IMAGE_KIND = Parameter("type", "the kind", TEXT)
FILENAME = Parameter("filename", "the file's name", TEXT)
IMAGE_CAMERA = Parameter("camera", "the camera", TEXT)
FROM = Parameter("from", "captured at this time or later", TIME)
TO = Parameter("to", "captured before this time", TIME)
VERSION = Parameter("v", "the version, as in the `url` of an overwritten image", {"type": "integer", "minimum": 1})

IMAGE_ABOUT = "The bytes of an image. Range and ETag work; with its version the answer never changes."
IMAGE_OTHERS = (
    (206, "a part of it"),
    (304, "the client has it already"),
    (404, "there is no such image, or this version was overwritten"),
    (416, "the range is beyond the end"),
    (503, "it cannot be read at the moment: ask again"),
)

UNREADABLE = (503, "the catalog cannot be read at the moment: ask again")
SIGNED_OTHERS = (
    (400, "the body is not what it may be"),
    (403, "the page that asks is from an origin that is not allowed"),
    (413, "the body is longer than 16 kB"),
    (415, "the body is not application/json"),
    (503, "the alerts cannot be read at the moment: ask again"),
)
LINE_UNREADABLE = (503, "the line's state cannot be kept or read at the moment: again")
ALERTS_UNREADABLE = (503, "the alerts cannot be read at the moment: ask again")

PINS_UNREADABLE = (503, "the pins cannot be read at the moment: ask again")

OPERATIONS: tuple[Operation, ...] = (
    Operation("/", "The panel. A WebSocket is served here, too, as the replaced service did.", "text/html"),
    Operation(
        "/health",
        "Whether images can flow: 200 when they can, 503 when not.",
        HealthAnswer,
        others=((503, "no image can come through; the body says why"),),
    ),
    Operation(
        "/metrics",
        "The node's figures for Prometheus, as its monitor serves them: where `metrics.on_gateway` is set.",
        "text/plain",
        others=((404, "they are not served here"), (503, "the monitor does not answer: ask again")),
    ),
    Operation("/image/{type}/{filename}", IMAGE_ABOUT, "image/*", (IMAGE_KIND, FILENAME, VERSION), IMAGE_OTHERS),
    Operation(
        "/image/{camera}/{type}/{filename}",
        IMAGE_ABOUT,
        "image/*",
        (IMAGE_CAMERA, IMAGE_KIND, FILENAME, VERSION),
        IMAGE_OTHERS,
    ),
    Operation(
        "/preview/{seq}",
        "A small JPEG of an image, made on the spot if it does not exist yet.",
        "image/jpeg",
        (
            Parameter("seq", "the image's `seq`", {"type": "integer", "minimum": 1}),
            Parameter("size", "`screen`, about 1024 px, or `strip`, about 160 px", {"enum": ["screen", "strip"]}),
            Parameter("epoch", "the log that `seq` belongs to; with it the answer never changes", TEXT),
        ),
        (
            (304, "the client has it already"),
            (404, "there is no such image, or none can be made of it"),
            (503, "not ready yet: ask again"),
        ),
    ),
    Operation(
        "/api/images/current",
        "The newest image. With `after` the answer waits for a newer one: nearly as fast as the socket.",
        CurrentAnswer,
        (
            CAMERA,
            KIND,
            COIL,
            Parameter("after", "the `seq` of the image at hand", {"type": "integer", "minimum": 0}),
            Parameter(
                "wait", "so many seconds at most", {"type": "integer", "minimum": 0, "maximum": 60, "default": 25}
            ),
        ),
        (
            (204, "none came in that time"),
            (503, "too many wait already, or the catalog cannot be read at the moment: ask again"),
        ),
    ),
    Operation(
        "/api/images",
        "Images by capture time, a page at a time.",
        HistoryAnswer,
        (
            CAMERA,
            KIND,
            COIL,
            FROM,
            TO,
            Parameter("order", "which come first by capture time", {"enum": ["newest", "oldest"], "default": "newest"}),
            Parameter("before", "the `next` of the page before, in either order", TEXT),
            Parameter("limit", "so many images", {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}),
        ),
        (UNREADABLE,),
    ),
    Operation(
        "/api/images/{type}",
        "An image from a camera that cannot mount a share: the body is its bytes, also chunked. Once it is whole it is "
        "in the folder under its name, and a moment later told to clients. Sent again it is 200: a retry is safe.",
        UploadAnswer,
        (
            IMAGE_KIND,
            Parameter("camera", "the camera, whose folder has to be there; `main` unless it is given", TEXT),
            Parameter("filename", "the name of its file; one with the time of arrival unless it is given", TEXT),
        ),
        (
            (201, "it is in the folder now"),
            (401, "no token, or one that does not count: `Authorization: Bearer <token>`"),
            (403, "the page that asks is from an origin that is not allowed"),
            (404, "there is no such type or camera"),
            (408, "slower than 16 kB a second, or a pause of 30 s"),
            (409, "another file has this name"),
            (413, "larger than `images.max_file_size_bytes`, or more pixels than `images.max_megapixels`"),
            (415, "not a whole JPEG, PNG, WebP or BMP image, or not the one that name and Content-Type say"),
            (503, "too many uploads at once, or the storage cannot be written: try again"),
            (507, "the disk for images is full"),
        ),
        "image/*",
        token=True,
    ),
    Operation(
        "/api/images/density",
        "How many images were captured when, in as few and as narrow buckets of time as may be.",
        Density,
        (
            CAMERA,
            KIND,
            COIL,
            FROM,
            TO,
            Parameter(
                "buckets", "no more than so many", {"type": "integer", "minimum": 1, "maximum": 5000, "default": 1000}
            ),
        ),
        (UNREADABLE,),
    ),
    Operation(
        "/api/images/{camera}/{type}/{filename}",
        "One image: its twins in the other kinds, and its way from the camera to the first screen.",
        ImageDetails,
        (IMAGE_CAMERA, IMAGE_KIND, FILENAME),
        ((404, "there is no such image"), UNREADABLE),
    ),
    Operation(
        "/api/coils",
        "The coils seen, the last first.",
        CoilsAnswer,
        (
            CAMERA,
            Parameter("limit", "so many coils", {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}),
        ),
        (UNREADABLE,),
    ),
    Operation(
        "/api/alerts",
        "What is and was wrong: firing ones first of all, then the newest start first, a page at a time.",
        AlertsAnswer,
        (
            Parameter("state", "only those that are `firing`, or `all`", {"enum": ["firing", "all"], "default": "all"}),
            Parameter("before", "the `next` of the page before", TEXT),
            Parameter("limit", "so many alerts", {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}),
        ),
        (ALERTS_UNREADABLE,),
    ),
    Operation(
        "/api/alerts/{id}/acknowledge",
        "Somebody has taken notice of an alert; the last word replaces an earlier one. It goes on firing.",
        WireAlert,
        (Parameter("id", "the alert's `id`", {"type": "integer", "minimum": 1}),),
        (
            (404, "there is no such alert"),
            (409, "it is resolved already"),
            *SIGNED_OTHERS,
        ),
        AcknowledgeBody,
    ),
    Operation(
        "/api/silences",
        "What is not to be sent for a time, the newest first. Panels show it all the same.",
        SilencesAnswer,
        (
            Parameter(
                "state", "only those that are `lasting`, or `all`", {"enum": ["lasting", "all"], "default": "lasting"}
            ),
        ),
        (ALERTS_UNREADABLE,),
    ),
    Operation(
        "/api/silences",
        "Nothing of the alerts that match each part that is given is sent for `for_s` seconds; without any, nothing.",
        WireSilence,
        others=SIGNED_OTHERS,
        body=SilenceBody,
    ),
    Operation(
        "/api/silences/{id}/end",
        "Somebody ends a silence before its time. What still fires is sent then.",
        WireSilence,
        (Parameter("id", "the silence's `id`", {"type": "integer", "minimum": 1}),),
        ((404, "there is no such silence"), (409, "it is over already"), *SIGNED_OTHERS),
        EndBody,
    ),
    Operation(
        "/api/line",
        "Whether the line runs, as it was said last: of all of it, and of single cameras.",
        LinesAnswer,
        others=(LINE_UNREADABLE,),
    ),
    Operation(
        "/api/line",
        "The line runs, or has stopped: the reason of a stall is then known. For the plant's control; the last word "
        "counts, whoever said it, that of `line.signal_file` included.",
        LinesAnswer,
        others=(*SIGNED_OTHERS[:-1], LINE_UNREADABLE),
        body=LineBody,
    ),
    Operation(
        "/api/pins",
        "Images that stay whatever the rules of retention say, the newest pin first.",
        PinsAnswer,
        others=(PINS_UNREADABLE,),
    ),
    Operation(
        "/api/pins",
        "An image and what belongs to it stay, or all of a coil. Pinned again, the last word counts.",
        WirePin,
        others=(*SIGNED_OTHERS[:2], (404, "there is no such image"), *SIGNED_OTHERS[2:-1], PINS_UNREADABLE),
        body=PinBody,
    ),
    Operation(
        "/api/pins/{id}/end",
        "Somebody ends a pin: the rules of retention count again for what it held.",
        WirePin,
        (Parameter("id", "the pin's `id`", {"type": "integer", "minimum": 1}),),
        (*SIGNED_OTHERS[:2], (404, "there is no such pin"), *SIGNED_OTHERS[2:-1], PINS_UNREADABLE),
        EndBody,
    ),
    Operation("/api/status", "The node over the last hour; made anew every two seconds at most.", StatusAnswer),
    Operation("/api/config", "What a panel needs to know.", ConfigAnswer, others=(UNREADABLE,)),
    Operation("/demo-image.jpg", "What stands in for an image before the first one ever.", "image/jpeg"),
    Operation("/api/openapi.json", "This document.", "application/json"),
    Operation("/api/asyncapi.json", "The WebSocket's messages.", "application/json"),
    Operation("/docs", "Both as a page.", "text/html"),
)
