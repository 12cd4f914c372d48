"""The way to one client: a ready-made frame goes straight to the socket, what did not fit to Tornado's stream."""

from __future__ import annotations

import time
from asyncio import Future
from collections.abc import Callable

from tornado.iostream import IOStream, StreamClosedError


class StreamLink:
    """A WebSocket's stream after its handshake. IOStream.write alone costs twice what a socket's send does."""

    __slots__ = ("_has_ended", "_on_free", "_send", "_stream", "busy_since_s")

    def __init__(self, stream: IOStream, on_free: Callable[[], None]) -> None:
        self._stream = stream
        self._send = stream.socket.send
        self._on_free = on_free
        self._has_ended = False
        self.busy_since_s: float | None = None
        """Since when the client has not read what it was sent, by time.monotonic(); None when it has."""

    @property
    def busy(self) -> bool:
        if self.busy_since_s is None and self._stream.writing():
            # A frame of Tornado's own (ping, pong, close) is not out yet: ours must not come between its bytes.
            self._leave_to_stream(memoryview(b""))
        return self.busy_since_s is not None

    def end(self) -> None:
        """A closing frame is next, and nothing may follow it (RFC 6455, 5.5.1): busy from now on."""
        self._has_ended = True
        self.busy_since_s = time.monotonic()

    def push(self, frame: bytes) -> None:
        """Send it. What has failed is left to the stream to notice: the read end reports the connection lost."""
        try:
            sent = self._send(frame)
        except BlockingIOError:
            sent = 0
        except OSError:
            self._stream.close()
            return
        if sent < len(frame):
            self._leave_to_stream(memoryview(frame)[sent:])

    def _leave_to_stream(self, rest: memoryview) -> None:
        try:
            written = self._stream.write(rest)
        except StreamClosedError:
            return
        self.busy_since_s = time.monotonic()
        written.add_done_callback(self._freed)

    def _freed(self, written: Future[None]) -> None:
        if self._has_ended:
            return
        self.busy_since_s = None
        if not written.cancelled() and written.exception() is None:
            self._on_free()
