"""The client that canaries go to: a thread with a WebSocket to the gateway's own port, like any screen's."""

from __future__ import annotations

import contextlib
import json
import logging
import socket
import threading
import time
from collections import deque
from typing import Any, NamedTuple

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

OPENS_WITHIN_S = 3.0
CLOSES_WITHIN_S = 0.5
AGAIN_AFTER_S = 1.0
QUIET_S = 1.0
"""How long a wait for the next message is."""

ENDS_WITHIN_S = 1.5
LARGEST_BYTES = 8 << 20
MOST_WAITING = 1000

NOBODY = ".canary"
"""No camera is called so: of images this client hears nothing."""

ASKS = json.dumps({"type": "subscribe", "camera": NOBODY, "canary": True})

_silent = logging.getLogger("coilcast.canary")
_silent.addHandler(logging.NullHandler())
_silent.propagate = False


class Arrival(NamedTuple):
    """A canary that came through."""

    folder: str
    written_ms: int
    at_ms: int


class Listener:
    """Connected as long as it lives, to one gateway after the other: each connection ends after `swap_after_s`, in a
    quiet moment, and the kernel gives the next one to any gateway of the port.
    """

    def __init__(self, url: str, swap_after_s: float) -> None:
        self._url = url
        self._swap_after_s = swap_after_s
        self._stopped = threading.Event()
        self._socket: ClientConnection | None = None
        self._arrivals: deque[Arrival] = deque(maxlen=MOST_WAITING)
        self._thread = threading.Thread(target=self._run, name="canary", daemon=True)
        self._thread.start()

    def arrivals(self) -> list[Arrival]:
        """What came since the last call."""
        return [self._arrivals.popleft() for _ in range(len(self._arrivals))]

    def stop(self) -> None:
        """Have it end; close() waits for that."""
        self._stopped.set()
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Waits a moment at most."""
        self.stop()
        self._thread.join(ENDS_WITHIN_S)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                with connect(
                    self._url,
                    open_timeout=OPENS_WITHIN_S,
                    close_timeout=CLOSES_WITHIN_S,
                    ping_interval=None,
                    compression=None,
                    max_size=LARGEST_BYTES,
                    proxy=None,
                    logger=_silent,
                ) as self._socket:
                    self._socket.send(ASKS)
                    self._listen(self._socket)
            except (OSError, EOFError, WebSocketException):
                # No gateway at the moment, or one that ended.
                self._stopped.wait(AGAIN_AFTER_S)

    def _listen(self, connection: ClientConnection) -> None:
        until_s = time.monotonic() + self._swap_after_s
        while not self._stopped.is_set():
            try:
                message = connection.recv(QUIET_S)
            except TimeoutError:
                if time.monotonic() > until_s:
                    return
                continue
            arrival = read(message, time.time_ns() // 1_000_000)
            if arrival is not None:
                self._arrivals.append(arrival)


def read(message: str | bytes, at_ms: int) -> Arrival | None:
    """The canary in a message; None for any other."""
    if isinstance(message, bytes) or '"canary"' not in message:
        return None
    try:
        fields: Any = json.loads(message)
        if fields["type"] != "canary":
            return None
        return Arrival(str(fields["data"]["folder"]), int(fields["data"]["written_at"]), at_ms)
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def address(bind: str, port: int) -> str:
    """Where a gateway that listens on `bind` can be reached from this machine."""
    host = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(bind, bind)
    return f"ws://[{host}]:{port}/ws" if ":" in host else f"ws://{host}:{port}/ws"
