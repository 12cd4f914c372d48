"""`/api/pins`: images that stay whatever the rules of retention say."""

from __future__ import annotations

import msgspec
import tornado.web

from services.gateway.http.alerts import AlertHandler
from services.gateway.http.bodies import signed
from services.gateway.wire import now_ms
from services.gateway.wire_pins import PinBody, PinsAnswer, pin_on_wire
from services.gateway.wire_silences import EndBody
from services.shared.errors import PinUnknown
from services.shared.files import MAIN_CAMERA
from services.shared.operations import Pin, Pins


class PinList(AlertHandler):
    """All of them; a new one by POST. Pages of other origins may not, unless they are listed."""

    methods = "GET, HEAD, POST, OPTIONS"
    what = "pins"

    async def get(self) -> None:
        found = await self.context.pins.ask(Pins.all)
        self.answer(PinsAnswer([pin_on_wire(pin) for pin in found]))

    async def post(self) -> None:
        body = signed(self.request, _pin)
        is_coil = body.coil is not None
        if is_coil == (body.filename is not None) or (body.type is None) != is_coil:
            raise tornado.web.HTTPError(400, log_message="give a coil, or the type and filename of an image")
        camera = body.camera or MAIN_CAMERA
        if not is_coil and self.context.lookup.find(camera, body.type or "", body.filename or "") is None:
            self.problem(404, "there is no such image")
            return

        def pin(pins: Pins) -> Pin:
            by, at_ms = body.by.strip(), now_ms()
            if body.coil is not None:
                return pins.pin_coil(body.coil, by, body.note, at_ms)
            return pins.pin_file(camera, body.type or "", body.filename or "", by, body.note, at_ms)

        self.answer(pin_on_wire(await self.context.pins.ask(pin)))


class PinEnd(AlertHandler):
    """Somebody ends a pin: the rules count again."""

    methods = "POST, OPTIONS"
    what = "pins"

    async def post(self, pin_id: str) -> None:
        body = signed(self.request, _end)
        try:
            ended = await self.context.pins.ask(lambda pins: pins.end(int(pin_id)))
        except PinUnknown as error:
            self.problem(404, str(error))
        else:
            self.context.log.info("unpinned", pin=ended.id, by=body.by.strip())
            self.answer(pin_on_wire(ended))


_pin = msgspec.json.Decoder(PinBody)
_end = msgspec.json.Decoder(EndBody)
