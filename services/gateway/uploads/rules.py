"""What an upload has to be, and how fast. Pure."""

from __future__ import annotations

import datetime
import os
import re
from dataclasses import dataclass

from services.shared.formats import MEDIA_TYPES, media_type_of
from services.shared.names import is_ignored
from services.shared.rejects import reject_text

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
    """The upload is not taken; `status` is HTTP's, the text says how to mend it."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


class NoFolder(Refused):
    """There is no folder for it."""

    def __init__(self) -> None:
        super().__init__(503, "the folder for it is not there; is the storage mounted?")


def name_of(wanted: bytes) -> str:
    """The name that a client wants for its image, if a file of that name can be one. Raises Refused."""
    try:
        text = wanted.decode()
    except UnicodeDecodeError:
        raise Refused(400, "filename is not UTF-8") from None
    if "/" in text or "\\" in text:
        raise Refused(400, "filename is to be a name, without a path")
    if _CONTROL.search(text):
        raise Refused(400, "filename has characters that no name may have")
    if len(wanted) > LONGEST_NAME_BYTES:
        raise Refused(400, f"filename is longer than {LONGEST_NAME_BYTES} bytes")
    if is_ignored(text):
        raise Refused(400, "filename is hidden or temporary: it would be ignored; leave out the first dot or `.tmp`")
    if _ending_of(text) not in MEDIA_TYPES:
        raise Refused(415, f"filename is to end with one of: {', '.join(MEDIA_TYPES)}")
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
        raise Refused(415, "send the image itself as the body, not a form: curl --data-binary @image.jpg")
    if said not in ENDINGS:
        raise Refused(415, f"Content-Type is to be one of: {', '.join(ENDINGS)}; or application/octet-stream")
    return said


def fitting(said: str | None, filename: str | None) -> None:
    """Whether Content-Type and name agree, before a byte of the content is there. Raises Refused."""
    if said is not None and filename is not None and MEDIA_TYPES[_ending_of(filename)] != said:
        raise Refused(415, f"Content-Type says {said}, filename ends with {_ending_of(filename)}")


def media_type(head: bytes, said: str | None, filename: str | None) -> str:
    """What the content is by its first bytes, if that is what was said of it. Raises Refused."""
    found = media_type_of(head)
    if found is None:
        raise unfit("not_an_image")
    if filename is not None and MEDIA_TYPES[_ending_of(filename)] != found:
        raise Refused(415, f"the content is {found}, filename ends with {_ending_of(filename)}")
    if said is not None and said != found:
        raise Refused(415, f"the content is {found}, Content-Type says {said}")
    return found


def unfit(reason: str) -> Refused:
    """The content is no image that we take, and why."""
    text = "cut off: the end of the image is missing" if reason == "truncated" else reject_text(reason, korean=False)
    return Refused(_STATUS.get(reason, 415), text)


def too_large(limit_bytes: int) -> Refused:
    """Said as soon as it is known."""
    return Refused(413, f"larger than {limit_bytes} bytes (images.max_file_size_bytes)")


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
