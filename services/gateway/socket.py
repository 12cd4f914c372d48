"""The WebSocket end: from Tornado's handler to a session."""

from __future__ import annotations

import asyncio
import http
import time
from typing import Any

from tornado.websocket import WebSocketHandler

from services.gateway.http.base import Handler
from services.gateway.link import StreamLink
from services.gateway.session import Session
from services.gateway.wire import Painted, Ping, Subscribe, decode_client

RESTART = 1012
"""Service restart: come back (IANA WebSocket close codes)."""

TOO_SLOW = 4408
"""Our own: it did not read for too long; it may come back and resume from its seq."""


class Sockets:
    """All that are open in this process."""

    def __init__(self) -> None:
        self._open: set[Socket] = set()

    def __len__(self) -> int:
        return len(self._open)

    def add(self, socket: Socket) -> None:
        self._open.add(socket)

    def discard(self, socket: Socket) -> None:
        self._open.discard(socket)

    def close_stuck(self, limit_s: float) -> None:
        """Close who has not read for so long, or not answered a ping."""
        now_s = time.monotonic()
        for socket in tuple(self._open):
            since_s = socket.link.busy_since_s or socket.answered_s
            if now_s - since_s > limit_s:
                socket.give_up(round(now_s - since_s))

    def close_all(self) -> None:
        """The gateway ends: clients are to come back."""
        for socket in tuple(self._open):
            socket.close(RESTART, "restart")


class Socket(WebSocketHandler, Handler):
    """One connection. `answered_s` is when the client last read what it was sent, by time.monotonic()."""

    @property
    def _sockets(self) -> Sockets:
        sockets: Sockets = self.application.settings["sockets"]
        return sockets

    @property
    def wants_socket(self) -> bool:
        """Whether this is a handshake."""
        return self.request.method == "GET" and self.request.headers.get("Upgrade", "").lower() == "websocket"

    async def get(self, *args: Any, **kwargs: Any) -> None:
        if self.wants_socket:
            await super().get(*args, **kwargs)
        else:
            self.set_header("Upgrade", "websocket")
            self.problem(426, "a WebSocket is served here, and nothing else")

    def finish(self, chunk: str | bytes | dict[str, Any] | None = None) -> asyncio.Future[None]:
        """What Tornado refuses a handshake with becomes a problem document as well."""
        if self.get_status() < http.HTTPStatus.BAD_REQUEST or isinstance(chunk, bytes):
            return super().finish(chunk)
        return self.problem(self.get_status(), str(chunk or "version 13 of the WebSocket protocol is spoken here"))

    def open(self, *_: str, **__: str) -> None:
        assert self.ws_connection is not None
        assert self.ws_connection.stream is not None
        self.set_nodelay(True)
        stream = self.ws_connection.stream
        self.address = f"{self.request.remote_ip}"
        self.answered_s = time.monotonic()
        self.link = StreamLink(stream, self._drained)
        self.session = Session(self.link, self.context.lookup.live, self.context.figures.skipped)
        self._sockets.add(self)
        self.context.clients.join(self.session)
        self.context.log.debug("connected", address=self.address, clients=len(self.context.clients))

    async def on_message(self, message: str | bytes) -> None:
        """What is not understood is ignored."""
        clients = self.context.clients
        match decode_client(message) if isinstance(message, str) else None:
            case Subscribe() as wish:
                await clients.subscribe(self.session, wish)
            case Ping(id=number):
                clients.pong(self.session, number)
            case Painted(images=images):
                for image in images:
                    self.context.deliveries.painted(image.seq, image.painted_at)

    def on_pong(self, _: bytes) -> None:
        self.answered_s = time.monotonic()

    def on_close(self) -> None:
        self._sockets.discard(self)
        self.context.clients.leave(self.session)
        self.context.log.debug("left", address=self.address, clients=len(self.context.clients))

    def give_up(self, stuck_s: int) -> None:
        """Close a client that does not read. Its stream is full: the close frame may never get there."""
        self.context.log.warning("too_slow", address=self.address, stuck_s=stuck_s)
        self.context.figures.closed_slow()
        self._sockets.discard(self)
        self.context.clients.leave(self.session)
        self.close(TOO_SLOW, "too slow")

    def close(self, code: int | None = None, reason: str | None = None) -> None:
        self.link.end()
        super().close(code, reason)

    def _drained(self) -> None:
        self.answered_s = time.monotonic()
        self.context.clients.drained(self.session)
