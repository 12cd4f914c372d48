"""What people say to a node: small bodies of JSON, each by somebody's name."""

from __future__ import annotations

from typing import Protocol, TypeVar

import msgspec
import tornado.web
from tornado.httputil import HTTPServerRequest

LARGEST_BODY_BYTES = 16_384


class Signed(Protocol):
    """A body that says who says so."""

    @property
    def by(self) -> str: ...


Body = TypeVar("Body", bound=Signed)


def signed(request: HTTPServerRequest, decoder: msgspec.json.Decoder[Body]) -> Body:
    """The request's body. Raises HTTPError 400, 413, 415, each of which names what is wrong."""
    media_type = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise tornado.web.HTTPError(415, log_message="the body is to be application/json")
    if len(request.body) > LARGEST_BODY_BYTES:
        raise tornado.web.HTTPError(413, log_message=f"the body is longer than {LARGEST_BODY_BYTES} bytes")
    try:
        body = decoder.decode(request.body)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise tornado.web.HTTPError(400, log_message=_plain(error)) from None
    if not body.by.strip():
        raise tornado.web.HTTPError(400, log_message="by is to be a name")
    return body


def _plain(error: Exception) -> str:
    """What is wrong with a body, naming the part."""
    what, _, where = str(error).partition(" - at `$.")
    return (f"{where.rstrip('`')}: {what}" if where else f"the body: {what}").replace("`", "")
