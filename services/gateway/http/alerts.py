"""`/api/alerts`: what is and was wrong, and who has taken notice."""

from __future__ import annotations

import re

import msgspec
import tornado.web

from services.gateway.alerts import until
from services.gateway.http.base import Handler
from services.gateway.http.bodies import signed
from services.gateway.wire import now_ms
from services.gateway.wire_alerts import AcknowledgeBody, AlertsAnswer, alert_on_wire
from services.shared.errors import AlertOver, AlertUnknown, DatabaseError
from services.shared.operations.alerts import Cursor

LIMIT = 100
MOST = 1000
STATES = ("firing", "all")
_CURSOR = re.compile(r"(firing|resolved)-(\d{1,16})-(\d{1,18})", re.ASCII)


class AlertHandler(Handler):
    """What its children have in common: alerts that cannot be read are no fault of the asker's."""

    what = "alerts"
    """What cannot be read then."""

    def write_error(self, status_code: int, **kwargs: object) -> None:
        """The reason is in the log, said once by the board itself."""
        if isinstance(_error_of(kwargs), DatabaseError):
            self.set_header("Retry-After", "1")
            self.problem(503, f"the {self.what} cannot be read at the moment, images are not affected; ask again")
        else:
            super().write_error(status_code, **kwargs)

    def log_exception(self, kind: object, error: object, trace: object) -> None:
        if not isinstance(error, DatabaseError):
            super().log_exception(kind, error, trace)


class AlertList(AlertHandler):
    """Firing ones first of all, then the newest start first, page by page."""

    async def get(self) -> None:
        state = self.text("state") or "all"
        if state not in STATES:
            raise tornado.web.HTTPError(400, log_message=f"state is one of: {', '.join(STATES)}")
        limit = self.number("limit", LIMIT, least=1, most=MOST) or LIMIT
        page, silences = await self.context.alerts.page(
            firing_only=state == "firing", before=self._before(), limit=limit
        )
        following = None
        if page.before is not None:
            is_firing, started_at_ms, alert_id = page.before
            following = f"{'firing' if is_firing else 'resolved'}-{started_at_ms}-{alert_id}"
        found = [alert_on_wire(alert, until(alert, silences, now_ms())) for alert in page.alerts]
        self.answer(AlertsAnswer(found, following))

    def _before(self) -> Cursor | None:
        text = self.text("before")
        if text is None:
            return None
        match = _CURSOR.fullmatch(text)
        if match is None:
            raise tornado.web.HTTPError(400, log_message="before is the `next` of an earlier answer")
        return match[1] == "firing", int(match[2]), int(match[3])


class Acknowledge(AlertHandler):
    """Somebody says by name that they have taken notice. Pages of another origin may not, unless they are listed."""

    methods = "POST, OPTIONS"

    async def post(self, alert_id: str) -> None:
        body = signed(self.request, _body)
        try:
            alert, until_ms = await self.context.alerts.acknowledge(int(alert_id), body.by.strip(), body.note)
        except AlertUnknown as error:
            self.problem(404, str(error))
        except AlertOver as error:
            self.problem(409, str(error))
        else:
            self.answer(alert_on_wire(alert, until_ms))


def _error_of(kwargs: dict[str, object]) -> object:
    info = kwargs.get("exc_info")
    return info[1] if isinstance(info, tuple) else None


_body = msgspec.json.Decoder(AcknowledgeBody)
