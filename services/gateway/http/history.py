"""`/api/images`, `/api/coils`: looking back."""

from __future__ import annotations

import re

import tornado.web

from services.gateway.http.base import Handler
from services.gateway.wire import CoilsAnswer, HistoryAnswer, WireCoil, on_wire
from services.shared.catalog import CatalogReader

LIMIT = 100
MOST = 1000
_CURSOR = re.compile(r"(-?\d{1,16})-(\d{1,18})", re.ASCII)


class History(Handler):
    """Images by capture time, newest first, page by page."""

    async def get(self) -> None:
        camera, kind, coil = self.text("camera"), self.text("type"), self.text("coil")
        from_ms, to_ms = self.number("from"), self.number("to")
        before = self._before()
        limit = self.number("limit", LIMIT, least=1, most=MOST) or LIMIT

        def read(catalog: CatalogReader) -> HistoryAnswer:
            page = catalog.history(
                camera=camera, kind=kind, coil=coil, from_ms=from_ms, to_ms=to_ms, before=before, limit=limit
            )
            following = f"{page.before[0]}-{page.before[1]}" if page.before else None
            return HistoryAnswer([on_wire(image) for image in page.images], following)

        self.answer(await self.context.reads.ask(read))

    def _before(self) -> tuple[int, int] | None:
        text = self.text("before")
        if text is None:
            return None
        match = _CURSOR.fullmatch(text)
        if match is None:
            raise tornado.web.HTTPError(400, log_message="before is the `next` of an earlier answer")
        return int(match[1]), int(match[2])


class Coils(Handler):
    """The coils seen, the last first."""

    async def get(self) -> None:
        limit = self.number("limit", LIMIT, least=1, most=MOST) or LIMIT

        def read(catalog: CatalogReader) -> CoilsAnswer:
            return CoilsAnswer(
                [
                    WireCoil(coil.coil, coil.count, coil.first_at_ms, coil.last_at_ms, on_wire(coil.last_image))
                    for coil in catalog.coils(limit)
                ]
            )

        self.answer(await self.context.reads.ask(read))
