"""`/api/silences`: what is not to be sent for a time, as during maintenance."""

from __future__ import annotations

import msgspec
import tornado.web

from services.gateway.http.alerts import AlertHandler
from services.gateway.http.bodies import signed
from services.gateway.wire import now_ms
from services.gateway.wire_silences import EndBody, SilenceBody, SilencesAnswer, silence_on_wire
from services.shared.errors import SilenceOver, SilenceUnknown

STATES = ("lasting", "all")


class SilenceList(AlertHandler):
    """Those that last, or the latest thousand; a new one by POST. Pages of other origins may not, unless listed."""

    methods = "GET, HEAD, POST, OPTIONS"

    async def get(self) -> None:
        state = self.text("state") or "lasting"
        if state not in STATES:
            raise tornado.web.HTTPError(400, log_message=f"state is one of: {', '.join(STATES)}")
        found = await self.context.alerts.silences(lasting_only=state == "lasting")
        self.answer(SilencesAnswer([silence_on_wire(silence, now_ms()) for silence in found]))

    async def post(self) -> None:
        body = signed(self.request, _silence)
        made = await self.context.alerts.silence(body.scope, body.for_s, body.by.strip(), body.note)
        self.answer(silence_on_wire(made, now_ms()))


class SilenceEnd(AlertHandler):
    """Somebody ends a silence before its time."""

    methods = "POST, OPTIONS"

    async def post(self, silence_id: str) -> None:
        body = signed(self.request, _end)
        try:
            ended = await self.context.alerts.end_silence(int(silence_id), body.by.strip())
        except SilenceUnknown as error:
            self.problem(404, str(error))
        except SilenceOver as error:
            self.problem(409, str(error))
        else:
            self.answer(silence_on_wire(ended, now_ms()))


_silence = msgspec.json.Decoder(SilenceBody)
_end = msgspec.json.Decoder(EndBody)
