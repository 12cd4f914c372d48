"""What an upload has to be, and how fast. Pure."""

from __future__ import annotations

import datetime
import os
import re
from dataclasses import dataclass
from typing import Any

from services.gateway.uploads.wording import REFUSALS
from services.shared.formats import MEDIA_TYPES, media_type_of
from services.shared.names import is_ignored

LONGEST_NAME_BYTES = 255

PATIENCE_S = 30.0
"""So long an upload may pause, and so long it may take before its rate counts."""

LEAST_BYTES_PER_S = 16_384
"""A slower one holds a place that others wait for. At this rate 50 MB take 53 minutes."""

ENDINGS = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "image/bmp": ".bmp"}

_ALIASES = {
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "image/x-png": "image/png",
    "image/x-ms-bmp": "image/bmp",
    "image/x-bmp": "image/bmp",
}
_SAYS_NOTHING = ("", "application/octet-stream", "binary/octet-stream", "application/x-www-form-urlencoded")
"""The last is what curl says of whatever it sends with --data-binary."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

_STATUS = {"too_large": 413, "too_many_pixels": 413}
"""Of reasons for which an image is not taken; any other is 415."""


class Refused(Exception):
    """The upload is not taken: HTTP's `status`, and a sentence of REFUSALS with its fields, saying how to mend it."""

    def __init__(self, status: int, key: str, /, **fields: Any) -> None:
        self.status = status
        self.key = key
        self.fields = fields
        super().__init__(self.detail)

    @property
    def detail(self) -> str:
        """For the client, in English as all of HTTP is."""
        return REFUSALS[self.key][1].format(**self.fields)


class NoFolder(Refused):
    """There is no folder for it."""

    def __init__(self) -> None:
        super().__init__(503, "no_folder")


def name_of(wanted: bytes) -> str:
    """The name that a client wants for its image, if a file of that name can be one. Raises Refused."""
    try:
        text = wanted.decode()
    except UnicodeDecodeError:
        raise Refused(400, "name_not_utf8") from None
    if "/" in text or "\\" in text:
        raise Refused(400, "name_has_path")
    if _CONTROL.search(text):
        raise Refused(400, "name_has_controls")
    if len(wanted) > LONGEST_NAME_BYTES:
        raise Refused(400, "name_too_long", most=LONGEST_NAME_BYTES)
    if is_ignored(text):
        raise Refused(400, "name_ignored")
    if _ending_of(text) not in MEDIA_TYPES:
        raise Refused(415, "name_ending", endings=", ".join(MEDIA_TYPES))
    return text


def default_name(at_ms: int, salt: str, media_type: str, zone: datetime.tzinfo) -> str:
    """The name of an image that came without one: when it came, and no coil."""
    at = datetime.datetime.fromtimestamp(at_ms / 1000, zone)
    return f"{at:%Y%m%d%H%M%S}-{at_ms % 1000:03}-{salt}{ENDINGS[media_type]}"


def media_type_said(content_type: str) -> str | None:
    """What the Content-Type says that it is; None when it says nothing. Raises Refused."""
    said = content_type.partition(";")[0].strip().lower()
    if said in _SAYS_NOTHING:
        return None
    said = _ALIASES.get(said, said)
    if said.startswith("multipart/"):
        raise Refused(415, "is_form")
    if said not in ENDINGS:
        raise Refused(415, "bad_type", types=", ".join(ENDINGS))
    return said


def fitting(said: str | None, filename: str | None) -> None:
    """Whether Content-Type and name agree, before a byte of the content is there. Raises Refused."""
    if said is not None and filename is not None and MEDIA_TYPES[_ending_of(filename)] != said:
        raise Refused(415, "type_and_name", said=said, ending=_ending_of(filename))


def media_type(head: bytes, said: str | None, filename: str | None) -> str:
    """What the content is by its first bytes, if that is what was said of it. Raises Refused."""
    found = media_type_of(head)
    if found is None:
        raise unfit("not_an_image")
    if filename is not None and MEDIA_TYPES[_ending_of(filename)] != found:
        raise Refused(415, "content_and_name", found=found, ending=_ending_of(filename))
    if said is not None and said != found:
        raise Refused(415, "content_and_type", found=found, said=said)
    return found


def unfit(reason: str) -> Refused:
    """The content is no image that we take, and why."""
    return Refused(_STATUS.get(reason, 415), reason)


def too_large(limit_bytes: int) -> Refused:
    """Said as soon as it is known."""
    return Refused(413, "too_long", most=limit_bytes)


@dataclass
class Pace:
    """When an upload has become too slow. Times are monotonic seconds."""

    began_s: float
    heard_s: float
    received_bytes: int = 0

    def heard(self, size_bytes: int, now_s: float) -> None:
        """More of it has come."""
        self.heard_s = now_s
        self.received_bytes += size_bytes

    def excuse(self, pause_s: float) -> None:
        """It was made to wait for the disk so long."""
        self.began_s += pause_s
        self.heard_s += pause_s

    @property
    def deadline_s(self) -> float:
        """Unless more has come by then, it is too slow."""
        earned_s = self.received_bytes / LEAST_BYTES_PER_S
        return PATIENCE_S + min(self.heard_s, self.began_s + earned_s)


def longest_s(length_bytes: int) -> float:
    """No upload of this length takes longer, by the least rate."""
    return PATIENCE_S + length_bytes / LEAST_BYTES_PER_S


def _ending_of(filename: str) -> str:
    return os.path.splitext(filename)[1].lower()
