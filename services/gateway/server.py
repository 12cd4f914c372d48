"""The port: Tornado with limits on what a client may take of it."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
from typing import Any

import tornado.netutil
import tornado.web
from tornado.httpserver import HTTPServer

from services.gateway.context import Context
from services.gateway.http.base import NotFound
from services.gateway.http.routes import ROUTES
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

GOODBYE_S = 0.3
"""So long the last frames may take to leave when the gateway ends."""


class Server:
    """One port, which gateways share."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._settings = context.settings.gateway
        self.sockets = Sockets()
        application = tornado.web.Application(
            ROUTES,
            default_handler_class=NotFound,
            context=context,
            sockets=self.sockets,
            log_function=lambda _: None,
            websocket_ping_interval=self._settings.ping_interval_ms / 1000,
            # Pongs stand behind what a slow client has still to read: close_stuck() knows better who is lost.
            websocket_ping_timeout=0,
            websocket_max_message_size=LARGEST_MESSAGE_BYTES,
        )
        self._server = HTTPServer(
            application,
            idle_connection_timeout=HEADERS_WITHIN_S,
            body_timeout=BODY_WITHIN_S,
            max_header_size=LARGEST_HEADER_BYTES,
            max_body_size=LARGEST_MESSAGE_BYTES,
        )

    def listen(self) -> None:
        """Take connections from now on. Raises StateError when the address cannot be had."""
        try:
            self._server.add_sockets(self._bind())
        except OSError as error:
            raise StateError(_why_not(error, self._settings.bind, self._settings.port)) from None

    async def close(self) -> None:
        """Take no more connections and let those that are there go in good order."""
        self._server.stop()
        self.sockets.close_all()
        self._context.arrivals.answer_all()
        deadline_s = asyncio.get_running_loop().time() + GOODBYE_S
        while self.sockets and asyncio.get_running_loop().time() < deadline_s:
            await asyncio.sleep(0.01)

    def close_stuck(self) -> None:
        """Close clients that have not read or answered for two pings."""
        self.sockets.close_stuck(2 * self._settings.ping_interval_ms / 1000)

    def _bind(self) -> list[socket.socket]:
        return tornado.netutil.bind_sockets(self._settings.port, self._settings.bind, backlog=BACKLOG, reuse_port=True)


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
