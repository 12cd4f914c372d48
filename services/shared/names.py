"""What the names of files and folders say. Pure.

<YYYYMMDDhhmmss>_<coil>_<kind>.jpg
<YYYYMMDDhhmmss>_<coil>_<epoch ms>_<kind>.jpg
"""

from __future__ import annotations

import datetime
import re
from functools import lru_cache

from services.shared.files import MAIN_CAMERA

OWN = ".coilcast-"
"""What coilcast itself keeps hidden in an image folder is called so: no sign that a camera is at work."""

_IGNORED_ENDINGS = (".tmp", ".part", ".filepart")
_PARTS = re.compile(r"(\d{10})([0-5]\d)([0-5]\d)_([^_]+)_(?:(\d{13})_)?.+\.[^.]+", re.ASCII)
_CAMERA = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", re.ASCII)


def is_ignored(filename: str) -> bool:
    """Whether a file of this name is none of ours: hidden, or still under a writer's temporary name."""
    return filename.startswith(".") or filename.lower().endswith(_IGNORED_ENDINGS)


def coil_of(filename: str) -> str | None:
    """The coil number, None when the name does not tell."""
    return coil_and_time(filename, datetime.UTC)[0]


def captured_at_ms(filename: str, zone: datetime.tzinfo) -> int | None:
    """Unix ms of the capture: the epoch-ms field, else the 14 digits in the plant's time zone, else None."""
    return coil_and_time(filename, zone)[1]


def coil_and_time(filename: str, zone: datetime.tzinfo) -> tuple[str | None, int | None]:
    """Both at once."""
    parts = _PARTS.fullmatch(filename)
    if parts is None:
        return None, None
    hour, minute, second, coil, epoch_ms = parts.groups()
    hour_ms = _hour_ms(hour, zone)
    if hour_ms is None:
        return None, None
    return coil, int(epoch_ms) if epoch_ms else hour_ms + int(minute) * 60_000 + int(second) * 1000


def is_camera(folder: str, kinds: tuple[str, ...]) -> bool:
    """Whether a folder beside the kinds is a camera's: a plain name, and none of a kind or of `main` itself."""
    return folder not in kinds and folder != MAIN_CAMERA and _CAMERA.fullmatch(folder) is not None


@lru_cache(maxsize=4096)
def _hour_ms(digits: str, zone: datetime.tzinfo) -> int | None:
    """YYYYMMDDhh as Unix ms. Cached: a million names are read at a start, and thousands share their hour."""
    year, month, day, hour = int(digits[:4]), int(digits[4:6]), int(digits[6:8]), int(digits[8:])
    try:
        return int(datetime.datetime(year, month, day, hour, tzinfo=zone).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None
