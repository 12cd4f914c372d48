"""One event on its way to the clients: its frames, each built once, when the first client needs it."""

from __future__ import annotations

from collections.abc import Callable

from services.gateway.frames import text_frame
from services.gateway.live import Key
from services.gateway.wire import ImageRemoved, ImageRevised, ImageUpdate, encode, now_ms, on_wire, removal
from services.shared.messages import Event, Image


class News:
    """An event, and how it looks to each sort of client."""

    __slots__ = (
        "_bare", "_opening", "_pushed", "_revised", "_whole", "at_ms", "epoch", "event", "image", "is_removal", "key",
    )  # fmt: skip

    def __init__(self, event: Event, epoch: str, at_ms: int) -> None:
        self.event = event
        self.image: Image = event.image
        self.key: Key = (event.image.camera, event.image.kind)
        self.is_removal = event.type == "removed"
        self.epoch = epoch
        self.at_ms = at_ms
        self._bare = b""
        self._whole = b""
        self._opening = b""
        self._revised = b""
        self._pushed: Callable[[Image, int], None] | None = None

    def when_pushed(self, pushed: Callable[[Image, int], None]) -> None:
        """Have the image and the time told once it is given to a client: now if it was, else when the first is ready.

        That client's frame comes before the telling if it could be sent at once.
        """
        if self._bare or self._opening:
            pushed(self.image, self.at_ms)
        else:
            self._pushed = pushed

    def bare(self) -> bytes:
        """The frame as the replaced service sent it."""
        if not self._bare:
            self._tell_pushed()
            self._bare = text_frame(encode(ImageUpdate(on_wire(self.image), self.at_ms)))
        return self._bare

    def whole(self, skipped: int = 0) -> bytes:
        """The frame for a client that has subscribed."""
        if self.is_removal or not skipped:
            if not self._whole:
                self._whole = text_frame(self._removed() if self.is_removal else self._update(0))
            return self._whole
        return text_frame(self._update(skipped))

    def revised(self) -> bytes:
        """The frame for a client that is told everything, of a version that is not news."""
        if not self._revised:
            self._revised = text_frame(encode(ImageRevised(on_wire(self.image), self.at_ms, self.epoch)))
        return self._revised

    def _tell_pushed(self) -> None:
        if self._pushed is not None:
            self._pushed(self.image, now_ms())

    def _removed(self) -> bytes:
        return encode(ImageRemoved(removal(self.event), self.epoch, self.at_ms))

    def _update(self, skipped: int) -> bytes:
        if not self._opening:
            self._tell_pushed()
            self._opening = encode(ImageUpdate(on_wire(self.image), self.at_ms, self.epoch, 0)).removesuffix(b"0}")
        return b"%s%d}" % (self._opening, skipped)
