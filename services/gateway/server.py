"""The port: Tornado with limits on what a client may take of it."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import time
from typing import Any

import tornado.netutil
import tornado.web
from tornado.httpserver import HTTPServer
from tornado.iostream import IOStream

from services.gateway.context import Context
from services.gateway.http.base import NotFound
from services.gateway.http.routes import ROUTES
from services.gateway.listening import Listening
from services.gateway.socket import Sockets
from services.shared.errors import StateError
from services.shared.logs import Logger

HEADERS_WITHIN_S = 10.0
"""Also how long a connection may be idle between two requests."""

BODY_WITHIN_S = 30.0
LARGEST_HEADER_BYTES = 64 << 10
LARGEST_MESSAGE_BYTES = 64 << 10
"""Clients only ever ask: nothing that they send is long."""

BACKLOG = 4096
"""So many connections may wait while a crowd comes back at once (the kernel's somaxconn permitting)."""

SAY_AGAIN_S = 60.0
"""What goes on for long is said so often."""

GOODBYE_S = 0.3
"""So long the last questions may take to be asked and answered, and the last frames to leave, when the gateway ends."""


class Server:
    """One port, which gateways share."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._settings = context.settings.gateway
        self.sockets = Sockets()
        self._full_again_s = 0.0
        application = tornado.web.Application(
            ROUTES,
            default_handler_class=NotFound,
            context=context,
            sockets=self.sockets,
            log_function=lambda _: None,
            cross_origin_protection=True,
            websocket_ping_interval=self._settings.ping_interval_ms / 1000,
            # Pongs stand behind what a slow client has still to read: close_stuck() knows better who is lost.
            websocket_ping_timeout=0,
            websocket_max_message_size=LARGEST_MESSAGE_BYTES,
        )
        self._listening: list[Listening] = []
        self._server = _Server(
            application,
            idle_connection_timeout=HEADERS_WITHIN_S,
            body_timeout=BODY_WITHIN_S,
            max_header_size=LARGEST_HEADER_BYTES,
            max_body_size=LARGEST_MESSAGE_BYTES,
        )

    def listen(self) -> None:
        """Take connections from now on. Raises StateError when the address cannot be had."""
        try:
            self._listening = self._bind()
        except OSError as error:
            raise StateError(_why_not(error, self._settings.bind, self._settings.port)) from None
        self._server.add_sockets(self._listening)

    async def close(self) -> None:
        """Take no more connections and let those that are there go in good order; then no handler runs any more."""
        self._take_in()
        self._server.stop()
        self.sockets.close_all()
        self._context.arrivals.answer_all()
        deadline_s = asyncio.get_running_loop().time() + GOODBYE_S
        while (self.sockets or self._server.connections) and asyncio.get_running_loop().time() < deadline_s:
            await asyncio.sleep(0.01)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._server.close_all_connections(), GOODBYE_S)

    def close_stuck(self) -> None:
        """Close clients that have not read or answered for two pings."""
        self.sockets.close_stuck(2 * self._settings.ping_interval_ms / 1000)

    def _take_in(self) -> None:
        """Whoever is connected but not accepted yet would be thrown out by the kernel with the listening socket."""
        for listening in self._listening:
            with contextlib.suppress(OSError):
                while True:
                    connection, address = listening.accept()
                    self._server.handle_stream(IOStream(connection), address)

    def _bind(self) -> list[Listening]:
        port, bind = self._settings.port, self._settings.bind
        bound = tornado.netutil.bind_sockets(port, bind, backlog=BACKLOG, reuse_port=True)
        return [Listening(one, self._is_full) for one in bound]

    def _is_full(self) -> None:
        now_s = time.monotonic()
        if now_s >= self._full_again_s:
            self._full_again_s = now_s + SAY_AGAIN_S
            self._context.log.warning("no_descriptors", clients=len(self._context.clients))


class _Server(HTTPServer):
    """Knows how many connections speak HTTP."""

    connections = 0

    def handle_stream(self, stream: IOStream, address: tuple[Any, ...]) -> None:
        self.connections += 1
        super().handle_stream(stream, address)

    def on_close(self, server_conn: object) -> None:
        self.connections -= 1
        super().on_close(server_conn)


def hear_libraries(log: Logger) -> None:
    """What Tornado and asyncio warn of goes into this service's log, one line each."""
    handler = _ToLog(log)
    for name in ("tornado", "asyncio"):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.propagate = False
    logging.getLogger("tornado.access").setLevel(logging.CRITICAL)


class _ToLog(logging.Handler):
    def __init__(self, log: Logger) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        fields: dict[str, Any] = {"exc_info": record.exc_info} if record.exc_info else {}
        self._log.warning("library", text=record.getMessage(), **fields)


def _why_not(error: OSError, bind: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} on {bind} is taken by another program; end it, or set IMAGE_RECEIVER_PORT"
    if error.errno == errno.EACCES:
        return f"port {port} may not be used: below 1024 it takes rights; set IMAGE_RECEIVER_PORT to a higher one"
    return f"the gateway cannot listen on {bind}, port {port}: {error.strerror or error}; check gateway.bind"
