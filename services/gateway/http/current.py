"""`/api/images/current`: the newest image, with a long poll; `/demo-image.jpg`."""

from __future__ import annotations

import asyncio
import functools

from services.gateway.arrivals import TooManyWait
from services.gateway.http.base import ASK_FIRST, Handler
from services.gateway.http.content import send
from services.gateway.live import Filter
from services.gateway.panel import DEMO_IMAGE
from services.gateway.wire import DEMO_URL, CurrentAnswer, WireImage, iso_utc, now_ms, on_wire
from services.shared.files import MAIN_CAMERA
from services.shared.messages import Image

WAIT_S = 25
MOST_WAIT_S = 60
DEMO_WIDTH, DEMO_HEIGHT = 1224, 1024


class Current(Handler):
    """The newest image that matches camera, type and coil."""

    _poll: asyncio.Future[Image | None] | None = None

    async def get(self) -> None:
        wanted = Filter(self.text("camera"), self.text("type"), self.text("coil"))
        after = self.number("after")
        image = self.context.lookup.newest(wanted)
        if after is not None and (image is None or image.seq <= after):
            wait_s = self.number("wait", WAIT_S, most=MOST_WAIT_S) or 0
            try:
                image = await self._next(wanted, wait_s)
            except TooManyWait:
                self.set_header("Retry-After", "1")
                self.problem(503, "too many wait for an image already; ask again in a moment")
                return
            if image is None:
                self.set_status(204)
                return
        self.answer(self._answer(image, wanted))

    async def _next(self, wanted: Filter, wait_s: int) -> Image | None:
        self._poll = asyncio.ensure_future(self.context.arrivals.next(wanted, wait_s))
        await asyncio.wait((self._poll,))
        return None if self._poll.cancelled() else self._poll.result()

    def on_connection_close(self) -> None:
        """Whoever has gone waits no more."""
        if self._poll is not None:
            self._poll.cancel()

    def _answer(self, image: Image | None, wanted: Filter) -> CurrentAnswer:
        live, settings = self.context.lookup.live, self.context.settings
        at_ms = now_ms()
        if image is None and live.head == 0 and settings.gateway.demo_image:
            kind = wanted.kind or settings.images.kinds[0]
            return CurrentAnswer(demo_image(kind, at_ms), True, live.epoch, 0, at_ms)
        return CurrentAnswer(on_wire(image) if image else None, False, live.epoch, live.head, at_ms)


class DemoImage(Handler):
    """The picture that stands in for a first image. It is in no catalog."""

    async def get(self) -> None:
        self.set_header("Cache-Control", ASK_FIRST)
        send(self, _demo_bytes(), "image/jpeg", f'"demo-{len(_demo_bytes())}"')


def demo_image(kind: str, at_ms: int) -> WireImage:
    """What is said of it."""
    return WireImage(
        filename="demo-image.jpg",
        url=DEMO_URL,
        timestamp=at_ms,
        type=kind,
        coil_number=None,
        size=DEMO_IMAGE.stat().st_size,
        created_at=iso_utc(at_ms),
        camera=MAIN_CAMERA,
        seq=0,
        width=DEMO_WIDTH,
        height=DEMO_HEIGHT,
        written_at=at_ms,
        seen_at=at_ms,
    )


@functools.cache
def _demo_bytes() -> bytes:
    return DEMO_IMAGE.read_bytes()
