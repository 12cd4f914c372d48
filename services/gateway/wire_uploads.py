"""What is said of an upload."""

from __future__ import annotations

from msgspec import Struct


class UploadAnswer(Struct, frozen=True):
    """The image as it is in its folder now. It is told to clients when the watcher has seen it, a moment later."""

    filename: str
    camera: str
    type: str
    size: int
    url: str
