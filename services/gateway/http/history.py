"""`/api/images` and what is below it, `/api/coils`: looking back."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

import tornado.web

from services.gateway.http.base import Handler
from services.gateway.wire import on_wire
from services.gateway.wire_history import CoilsAnswer, Density, HistoryAnswer, ImageDetails, WireCoil, provenance
from services.shared.catalog import CatalogReader, Order
from services.shared.deliveries import Delivery, DeliveryReader
from services.shared.errors import DatabaseError

LIMIT = 100
MOST = 1000
BUCKETS = 1000
MOST_BUCKETS = 5000
ORDERS: dict[str, Order] = {"newest": "newest", "oldest": "oldest"}
_CURSOR = re.compile(r"(-?\d{1,16})-(\d{1,18})", re.ASCII)


class History(Handler):
    """Images by capture time, page by page."""

    async def get(self) -> None:
        camera, kind, coil = self.text("camera"), self.text("type"), self.text("coil")
        from_ms, to_ms = self.number("from"), self.number("to")
        before = self._before()
        limit = self.number("limit", LIMIT, least=1, most=MOST) or LIMIT
        order = self._order()

        def read(catalog: CatalogReader) -> HistoryAnswer:
            page = catalog.history(
                camera=camera,
                kind=kind,
                coil=coil,
                from_ms=from_ms,
                to_ms=to_ms,
                before=before,
                limit=limit,
                order=order,
            )
            following = f"{page.before[0]}-{page.before[1]}" if page.before else None
            return HistoryAnswer([on_wire(image) for image in page.images], following)

        self.answer(await self.context.reads.ask(read))

    def _order(self) -> Order:
        order = ORDERS.get(self.text("order") or "newest")
        if order is None:
            raise tornado.web.HTTPError(400, log_message=f"order is one of: {', '.join(ORDERS)}")
        return order

    def _before(self) -> tuple[int, int] | None:
        text = self.text("before")
        if text is None:
            return None
        match = _CURSOR.fullmatch(text)
        if match is None:
            raise tornado.web.HTTPError(400, log_message="before is the `next` of an earlier answer")
        return int(match[1]), int(match[2])


class DensityOf(Handler):
    """How many images were captured when."""

    async def get(self) -> None:
        camera, kind, coil = self.text("camera"), self.text("type"), self.text("coil")
        from_ms, to_ms = self.number("from"), self.number("to")
        buckets = self.number("buckets", BUCKETS, least=1, most=MOST_BUCKETS) or BUCKETS

        def read(catalog: CatalogReader) -> Density:
            found = catalog.density(camera=camera, kind=kind, coil=coil, from_ms=from_ms, to_ms=to_ms, buckets=buckets)
            total = sum(count for _, count in found.buckets)
            return Density(found.from_ms, found.to_ms, found.width_ms, total, found.buckets)

        self.answer(await self.context.reads.ask(read))


class Details(Handler):
    """One image: its twins, and its way from the camera to the first screen."""

    async def get(self, camera: str, kind: str, filename: str) -> None:
        epoch = self.context.lookup.live.epoch
        image = self.context.lookup.find(camera, kind, filename)
        if image is None:
            self.problem(404, "there is no such image")
            return
        path, known_here = self.context.settings.deliveries_path, self.context.deliveries.find(image.seq)

        def read(catalog: CatalogReader) -> ImageDetails:
            twins = {kind: on_wire(twin) for kind, twin in catalog.twins(image).items()}
            delivery = _delivery(path, epoch, image.seq)
            return ImageDetails(epoch, on_wire(image), twins, provenance(image, delivery, known_here))

        self.answer(await self.context.reads.ask(read))


class Coils(Handler):
    """The coils seen, the last first."""

    async def get(self) -> None:
        camera = self.text("camera")
        limit = self.number("limit", LIMIT, least=1, most=MOST) or LIMIT

        def read(catalog: CatalogReader) -> CoilsAnswer:
            return CoilsAnswer(
                [
                    WireCoil(coil.coil, coil.count, coil.first_at_ms, coil.last_at_ms, on_wire(coil.last_image))
                    for coil in catalog.coils(limit, camera=camera)
                ]
            )

        self.answer(await self.context.reads.ask(read))


def _delivery(path: Path, epoch: str, seq: int) -> Delivery | None:
    """None also when the file cannot be read: an image is shown without these times, too."""
    with contextlib.suppress(DatabaseError), contextlib.closing(DeliveryReader(path)) as reader:
        return reader.find(epoch, seq)
    return None
