"""The port that Prometheus asks: a thread for each that asks, few of them, none for long. One answer a connection."""

from __future__ import annotations

import contextlib
import http
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from services.shared.logs import Logger

AT_ONCE = 4
"""So many are answered at the same time; more are turned away."""

BACKLOG = 16
ASKED_WITHIN_S = 3.0
ANSWERED_WITHIN_S = 5.0
LARGEST_REQUEST_BYTES = 8 << 10

AGAIN_S = 5.0
"""When the port could not be had."""

ENDS_WITHIN_S = 0.5

Page = Callable[[str], tuple[bytes, str]]
"""For what the client accepts: the page and its media type."""

PATH = "/metrics"
TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True)
class Request:
    """As much of it as is looked at."""

    method: str
    path: str
    accept: str


@dataclass(frozen=True)
class Response:
    """And the connection is closed."""

    status: int
    body: bytes
    media_type: str = TEXT

    def encoded(self, *, with_body: bool = True) -> bytes:
        """As it goes over the wire; HEAD is answered without the body."""
        head = (
            f"HTTP/1.1 {self.status} {http.HTTPStatus(self.status).phrase}\r\n"
            f"Content-Type: {self.media_type}\r\nContent-Length: {len(self.body)}\r\n"
            "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n"
        )
        return head.encode("ascii", "replace") + (self.body if with_body else b"")


class MetricsServer:
    """`page` is called in one thread after the other. A port that is taken is said once, and tried again."""

    def __init__(self, bind: str, port: int, page: Page, log: Logger) -> None:
        self._bind = bind
        self._port = port
        self._page = page
        self._log = log
        self._places = threading.BoundedSemaphore(AT_ONCE)
        self._one_at_a_time = threading.Lock()
        self._ending = threading.Event()
        self._listening: socket.socket | None = None
        self._failure = ""
        self._thread = threading.Thread(target=self._run, name="metrics", daemon=True)

    def start(self) -> None:
        """Take the port as soon as it is to be had. Returns at once."""
        self._thread.start()

    def close(self) -> None:
        """Nobody is taken in any more; whoever is being answered is not waited for."""
        self._ending.set()
        if self._listening is not None:
            with contextlib.suppress(OSError):
                self._listening.shutdown(socket.SHUT_RDWR)
        self._thread.join(ENDS_WITHIN_S)

    def _run(self) -> None:
        while not self._ending.is_set():
            try:
                with _bound(self._bind, self._port) as self._listening:
                    self._failure = ""
                    self._log.info("metrics_listening", bind=self._bind, port=self._port)
                    self._take_in(self._listening)
            except OSError as error:
                if not self._ending.is_set() and str(error) != self._failure:
                    self._failure = str(error)
                    why = error.strerror or str(error)
                    self._log.error("metrics_failed", bind=self._bind, port=self._port, error=why)
            self._ending.wait(AGAIN_S)

    def _take_in(self, listening: socket.socket) -> None:
        while not self._ending.is_set():
            connection, _ = listening.accept()
            if not self._places.acquire(blocking=False):
                connection.close()
                continue
            try:
                threading.Thread(target=self._serve, args=(connection,), name="scrape", daemon=True).start()
            except RuntimeError:  # The machine has no thread left for it.
                self._places.release()
                connection.close()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection, contextlib.suppress(OSError):
                request = _read(connection)
                if request is not None:
                    answer = self._answer(request).encoded(with_body=request.method != "HEAD")
                    connection.settimeout(ANSWERED_WITHIN_S)
                    connection.sendall(answer)
                    connection.shutdown(socket.SHUT_WR)
        finally:
            self._places.release()

    def _answer(self, request: Request) -> Response:
        if request.method not in ("GET", "HEAD"):
            return Response(405, b"GET and HEAD are answered here\n")
        if request.path != PATH:
            return Response(404, b"there is nothing here but /metrics\n")
        if not self._one_at_a_time.acquire(timeout=ANSWERED_WITHIN_S):
            return Response(503, b"another scrape takes too long\n")
        try:
            return Response(200, *self._page(request.accept))
        except Exception as error:  # noqa: BLE001 - said in the log, and the next scrape may go well
            self._log.exception("scrape_failed", error=f"{type(error).__name__}: {error}")
            return Response(500, b"the figures cannot be had; see the monitor's log\n")
        finally:
            self._one_at_a_time.release()


def _bound(bind: str, port: int) -> socket.socket:
    family, _, _, _, address = socket.getaddrinfo(bind, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    return socket.create_server(address[:2], family=family, backlog=BACKLOG)


def _read(connection: socket.socket) -> Request | None:
    """None for what is no request, is too long or too slow. Raises OSError."""
    deadline_s = time.monotonic() + ASKED_WITHIN_S
    data = b""
    while b"\r\n\r\n" not in data:
        patience_s = deadline_s - time.monotonic()
        if patience_s <= 0 or len(data) > LARGEST_REQUEST_BYTES:
            return None
        connection.settimeout(patience_s)
        received = connection.recv(4096)
        if not received:
            return None
        data += received
    first, *lines = data.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        return None
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Request(words[0], words[1].partition("?")[0], headers.get("accept", ""))
