"""What every answer has: its headers, its errors, its place in the log."""

from __future__ import annotations

import asyncio
import http
from collections.abc import Awaitable
from typing import Any

import tornado.web
from tornado.httputil import HTTPServerRequest
from tornado.iostream import IOStream

from services.gateway.context import Context
from services.gateway.wire import Problem, encode
from services.shared.errors import CatalogError

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' blob: data:",
        "connect-src 'self' ws: wss:",
        "style-src 'self'",
        "script-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    )
)
METHODS = "GET, HEAD, OPTIONS"
FOREVER = "private, max-age=31536000, immutable"
ASK_FIRST = "no-cache"
NEVER = "no-store"

PATIENCE_S = 30.0
SLOWEST_BYTES_PER_S = 50_000
"""Whoever takes longer than PATIENCE_S and reads slower than this holds bytes in memory for nothing."""


class Handler(tornado.web.RequestHandler):
    """The base of all handlers."""

    methods = METHODS

    @property
    def context(self) -> Context:
        context: Context = self.application.settings["context"]
        return context

    def set_default_headers(self) -> None:
        self.clear_header("Server")
        self.set_header("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Referrer-Policy", "same-origin")
        self.set_header("Cache-Control", NEVER)
        _allow_origin(self, self.request)

    def check_trusted_origin(self, origin: str) -> bool:
        """Pages from here may change things and open a WebSocket (Tornado sees to that), others when listed."""
        allowed = origin in self.context.settings.gateway.allowed_origins
        if not allowed:
            self.context.log.warning("origin_refused", origin=origin)
        return allowed

    def compute_etag(self) -> str | None:
        """Handlers that have one set it; hashing every answer is not worth it."""
        return None

    def head(self, *where: str) -> Awaitable[None] | None:
        """What GET answers, without the body."""
        return self.get(*where)

    def options(self, *_: str) -> None:
        """A browser asks whether a page of another origin may ask (Fetch standard, CORS preflight)."""
        self.set_header("Access-Control-Allow-Methods", self.methods)
        self.set_header("Access-Control-Allow-Headers", "Range, If-None-Match, Content-Type")
        self.set_header("Access-Control-Max-Age", "600")
        self.set_status(http.HTTPStatus.NO_CONTENT)

    def answer(self, message: Any) -> None:
        """`message` as JSON."""
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.finish(encode(message))

    def problem(self, status: int, detail: str) -> asyncio.Future[None]:
        """An error that says how to mend it."""
        return self.finish(self.problem_body(status, detail))

    def problem_body(self, status: int, detail: str) -> bytes:
        """The body of an error, once status and headers are set for it."""
        title = http.HTTPStatus(status).phrase
        self.set_status(status)
        self.set_header("Content-Type", "application/problem+json")
        self.set_header("Cache-Control", NEVER)
        return encode(Problem("about:blank", title, status, detail))

    def finish(self, chunk: str | bytes | dict[str, Any] | None = None) -> asyncio.Future[None]:
        """End the answer; a client that does not read it in time is left."""
        written = super().finish(chunk)
        if not written.done():
            stream: IOStream = self.request.connection.stream  # type: ignore[union-attr]
            patience_s = PATIENCE_S + int(self._headers.get("Content-Length", 0)) / SLOWEST_BYTES_PER_S
            timer = asyncio.get_running_loop().call_later(patience_s, stream.close)
            written.add_done_callback(lambda _: timer.cancel())
        return written

    def text(self, name: str) -> str | None:
        """A query parameter, None when it is not there or empty."""
        return self.get_query_argument(name, "") or None

    def raw(self, name: str) -> bytes:
        """A query parameter's bytes as they are: of text, Tornado makes spaces of control characters."""
        return self.request.query_arguments.get(name, [b""])[-1]

    def number(self, name: str, default: int | None = None, *, least: int = 0, most: int = 1 << 62) -> int | None:
        """A whole number in the query. Raises HTTPError 400."""
        text = self.text(name)
        if text is None:
            return default
        if not (text.isascii() and text.isdigit() and len(text) <= 19 and least <= int(text) <= most):
            raise tornado.web.HTTPError(400, log_message=f"{name} is not a number from {least} to {most}")
        return int(text)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Every error is a problem document; what went wrong inside is for the log only."""
        error = kwargs["exc_info"][1] if "exc_info" in kwargs else None
        if status_code == http.HTTPStatus.METHOD_NOT_ALLOWED:
            self.set_header("Allow", self.methods)
        if isinstance(error, CatalogError):
            self.problem(503, "the catalog cannot be read at the moment; ask again")
        elif isinstance(error, tornado.web.HTTPError) and status_code < 500:
            self.problem(status_code, error.get_message() or http.HTTPStatus(status_code).description)
        else:
            self.problem(status_code, http.HTTPStatus(status_code).description)

    def log_exception(self, kind: Any, error: Any, trace: Any) -> None:
        if isinstance(error, tornado.web.HTTPError):
            return
        summary = f"{self.request.method} {self.request.path}"
        if isinstance(error, CatalogError):
            self.context.log.error("request_failed", request=summary, error=str(error))
        else:
            self.context.log.error("request_failed", request=summary, error=repr(error), exc_info=(kind, error, trace))


class NotFound(Handler):
    """Every address that there is none of."""

    def prepare(self) -> None:
        self.problem(404, "there is nothing here; /docs lists what there is")


def _allow_origin(handler: Handler, request: HTTPServerRequest) -> None:
    origin = request.headers.get("Origin")
    allowed = handler.context.settings.gateway.allowed_origins
    if allowed:
        handler.set_header("Vary", "Origin")
    if origin in allowed:
        handler.set_header("Access-Control-Allow-Origin", origin)
