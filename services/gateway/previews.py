"""Previews are files that thumbnailers make; who asks for one that is not there waits until it is."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable
from pathlib import Path

from services.gateway.frames import binary_frame
from services.gateway.wire import PreviewHeader, preview_head
from services.shared.messages import Image, PreviewSize
from services.shared.previews import is_poison, preview_path

PATIENCE_S = 10.0
ASK_AGAIN_S = 1.0
LOOK_EVERY_S = 0.1
"""Hints can be lost: the file itself is looked for as well."""

MAX_WAITING = 1000


class NoPreview(Exception):
    """The file cannot be decoded: there will be no preview."""


class PreviewLate(Exception):
    """There is none yet, and nobody made one in time."""


class Previews:
    """`want` tells the thumbnailers that somebody waits for the previews of an image."""

    def __init__(self, folder: Path, want: Callable[[int], None]) -> None:
        self._folder = folder
        self._want = want
        self._waiting: dict[int, asyncio.Event] = {}

    def path(self, seq: int, size: PreviewSize) -> Path:
        return preview_path(self._folder, seq, size)

    async def get(self, seq: int, size: PreviewSize) -> bytes:
        """The JPEG, made on the spot if need be. Raises NoPreview, PreviewLate."""
        loop = asyncio.get_running_loop()
        deadline_s = loop.time() + PATIENCE_S
        asked_s = -ASK_AGAIN_S
        while (data := self.read(seq, size)) is None:
            if is_poison(self._folder, seq):
                raise NoPreview
            now_s = loop.time()
            if now_s >= deadline_s or len(self._waiting) >= MAX_WAITING:
                raise PreviewLate
            if now_s - asked_s >= ASK_AGAIN_S:
                asked_s = now_s
                self._want(seq)
            await self._pause(seq)
        return data

    def read(self, seq: int, size: PreviewSize) -> bytes | None:
        """The JPEG, None when there is none."""
        try:
            return self.path(seq, size).read_bytes()
        except FileNotFoundError:
            return None

    def frame(self, image: Image, epoch: str) -> bytes | None:
        """The screen-sized preview as a binary frame that says which image it is of; None when it cannot be read."""
        try:
            data = self.read(image.seq, "screen") or b""
            width, height = _size_of(data)
        except (OSError, IndexError, struct.error):
            # Gone, or cut short by a power cut: whoever asks for it will be told.
            return None
        header = PreviewHeader(epoch, image.seq, "screen", width, height, "image/jpeg")
        return binary_frame(preview_head(header), data)

    def ready(self, seq: int) -> None:
        """A thumbnailer says that there is one."""
        waiting = self._waiting.pop(seq, None)
        if waiting is not None:
            waiting.set()

    async def _pause(self, seq: int) -> None:
        waiting = self._waiting.setdefault(seq, asyncio.Event())
        try:
            await asyncio.wait_for(waiting.wait(), LOOK_EVERY_S)
        except TimeoutError:
            if self._waiting.get(seq) is waiting:
                del self._waiting[seq]


def _size_of(jpeg: bytes) -> tuple[int, int]:
    """Width and height as the frame header says (ITU-T T.81, B.2.2); the JPEG is one of our own thumbnailers'."""
    at = 2
    while not 0xC0 <= jpeg[at + 1] <= 0xC3:
        at += 2 + int(struct.unpack_from(">H", jpeg, at + 2)[0])
    height, width = struct.unpack_from(">HH", jpeg, at + 5)
    return width, height
