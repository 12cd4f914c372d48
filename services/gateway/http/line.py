"""`/api/line`: whether the line runs, said by the plant's control or by a person."""

from __future__ import annotations

import msgspec

from services.gateway.http.base import Handler
from services.gateway.http.bodies import signed
from services.gateway.wire_line import LineBody, lines_on_wire
from services.shared.errors import DatabaseError


class LineSignal(Handler):
    """What was said last; a new word by POST. Pages of another origin may not, unless they are listed."""

    methods = "GET, HEAD, POST, OPTIONS"

    async def get(self) -> None:
        try:
            lines = await self.context.line.lines()
        except DatabaseError as error:
            self._unreadable(error)
        else:
            self.answer(lines_on_wire(lines))

    async def post(self) -> None:
        body = signed(self.request, _line)
        by = body.by.strip()
        try:
            lines = await self.context.line.say(body.camera, body.state, by)
        except DatabaseError as error:
            self._unreadable(error)
        else:
            self.context.log.info("line_said", state=body.state, camera=body.camera or "*", by=by)
            self.answer(lines_on_wire(lines))

    def _unreadable(self, error: DatabaseError) -> None:
        self.context.log.error("request_failed", request=f"{self.request.method} {self.request.path}", error=str(error))
        self.set_header("Retry-After", "1")
        self.problem(503, "the line's state cannot be kept or read at the moment; say or ask it again")


_line = msgspec.json.Decoder(LineBody)
