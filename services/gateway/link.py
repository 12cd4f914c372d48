"""The way to one client: a ready-made frame goes straight to the socket, what did not fit to Tornado's stream."""

from __future__ import annotations

import time
from asyncio import Future
from collections.abc import Callable

from tornado.iostream import IOStream


class StreamLink:
    """A WebSocket's stream after its handshake. IOStream.write alone costs twice what a socket's send does.

    Tornado's own frames (ping, pong, close) come through here as well: should one not be out at once, the link is busy,
    so that none of ours comes between its bytes. So `busy` is known, and nobody asks the stream before each frame.
    """

    __slots__ = ("_has_ended", "_on_free", "_send", "_stream", "_write", "busy", "busy_since_s")

    def __init__(self, stream: IOStream, on_free: Callable[[], None]) -> None:
        self._stream = stream
        self._send = stream.socket.send
        self._write = stream.write
        self._on_free = on_free
        self._has_ended = False
        self.busy = False
        """The client has not read all that was sent: nothing more may be given."""
        self.busy_since_s: float | None = None
        """Since when, by time.monotonic(); None while it is not busy."""
        vars(stream)["write"] = self._written_by_tornado
        if stream.writing():
            self._leave_to_stream(memoryview(b""))

    def end(self) -> None:
        """A closing frame is next, and nothing may follow it (RFC 6455, 5.5.1): busy from now on."""
        self._has_ended = True
        self._becomes_busy()

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
        written = self._write(rest)
        self._becomes_busy()
        written.add_done_callback(self._freed)

    def _written_by_tornado(self, data: bytes | memoryview) -> Future[None]:
        """In the place of IOStream.write. Raises StreamClosedError."""
        written = self._write(data)
        if self._stream.writing():
            self._becomes_busy()
            written.add_done_callback(self._freed)
        return written

    def _becomes_busy(self) -> None:
        if not self.busy:
            self.busy, self.busy_since_s = True, time.monotonic()

    def _freed(self, written: Future[None]) -> None:
        if self._has_ended or self._stream.writing():
            return
        self.busy, self.busy_since_s = False, None
        if not written.cancelled() and written.exception() is None:
            self._on_free()
