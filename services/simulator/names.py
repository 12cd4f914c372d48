"""The names that the simulator gives to its files. Pure.

<YYYYMMDDhhmmss>_<coil>_<epoch ms>_<kind>.jpg
"""

from __future__ import annotations

import datetime
import re

_HIDDEN_ENDING = ".simulator"

_NAME = re.compile(r"\d{14}_(\d{1,9})_\d{13}_.+\.jpg", re.ASCII)

_CLOCK_SLACK_MS = 1000


def file_name(at_ms: int, coil: int, kind: str, zone: datetime.tzinfo) -> str:
    """The name of an image that was captured at `at_ms`; its 14 digits are the wall clock of `zone`."""
    at = datetime.datetime.fromtimestamp(at_ms // 1000, zone)
    return f"{at:%Y%m%d%H%M%S}_{coil}_{at_ms}_{kind}.jpg"


def hidden_name(filename: str) -> str:
    """What a file is called until it is whole; nobody looks at it, and it can be told from others' hidden files."""
    return f".{filename}{_HIDDEN_ENDING}"


def is_left_over(filename: str) -> bool:
    """Whether it is a hidden name that a simulator gave, and was killed before it gave the file its own."""
    given = filename.removeprefix(".").removesuffix(_HIDDEN_ENDING)
    return filename == hidden_name(given) and coil_number(given) is not None


def coil_number(filename: str) -> int | None:
    """The coil in a name that the simulator may have given, None when it is another's."""
    name = _NAME.fullmatch(filename)
    return int(name[1]) if name else None


def stamp_ms(now_ms: int, last_ms: int) -> int:
    """The capture time of the next image: now, but never that of the one before, for a name is given once."""
    return last_ms + 1 if now_ms <= last_ms < now_ms + _CLOCK_SLACK_MS else now_ms
