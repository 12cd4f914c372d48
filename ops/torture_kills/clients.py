"""Clients that come back: whatever ends their connection, they resume from the last seq that they know."""

from __future__ import annotations

import itertools
import json
import random
import socket
import threading
import time
from typing import Any, Literal, NamedTuple, get_args

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

PAUSE_S = 0.01
"""Between two tries to connect while nobody listens."""

OPEN_LIMIT_S = 3.0
LISTEN_S = 0.2
"""How long a client waits for a message before it looks whether it is to end."""

Mode = Literal["every", "latest"]
What = Literal["image_update", "image_revised", "image_removed"]


class Told(NamedTuple):
    """One message about one image. `image_seq` is the version's, which differs from `seq` for one that is removed."""

    what: What
    seq: int
    image_seq: int
    camera: str
    kind: str
    filename: str
    written_at_ms: int
    at_s: float
    """When it was read, by time.monotonic()."""


class Client(threading.Thread):
    """Subscribes from the beginning of the log of `epoch`, and comes back at once until stop().

    One that is restless breaks its own connection off, too, in the middle of whatever it is being sent, some
    `breaks_every_s` apart. The seq is noted in the act of reading a message: what was sent but not read is not known.
    """

    def __init__(self, name: str, port: int, mode: Mode, epoch: str, *, breaks_every_s: float = 0.0) -> None:
        super().__init__(name=name, daemon=True)
        self.mode = mode
        self.seq = 0
        self.told: list[Told] = []
        self.resets: list[str] = []
        """Why the server could not resume: in this game it always can."""
        self.connections = 0
        self.error = ""
        self._url = f"ws://127.0.0.1:{port}/ws"
        self._epoch = epoch
        self._breaks_every_s = breaks_every_s
        self._rng = random.Random(name)
        self._halt = threading.Event()

    @property
    def longest_gap_s(self) -> float:
        """The longest time between two messages about images."""
        times = [told.at_s for told in self.told]
        return max((later - earlier for earlier, later in itertools.pairwise(times)), default=0.0)

    def run(self) -> None:
        try:
            while not self._halt.is_set():
                try:
                    with connect(self._url, compression=None, proxy=None, open_timeout=OPEN_LIMIT_S) as connection:
                        self.connections += 1
                        self._talk(connection)
                except (OSError, WebSocketException):
                    self._halt.wait(PAUSE_S)
        except (ValueError, KeyError) as error:
            self.error = f"the client {self.name} was sent what it does not understand: {error!r}"

    def stop(self) -> None:
        self._halt.set()
        self.join()

    def _talk(self, connection: ClientConnection) -> None:
        wish = {"type": "subscribe", "mode": self.mode, "epoch": self._epoch, "seq": self.seq}
        connection.send(json.dumps(wish))
        subscribed = False
        breaks_s = time.monotonic() + (self._rng.expovariate(1 / self._breaks_every_s) if self._breaks_every_s else 1e9)
        while not self._halt.is_set() and time.monotonic() < breaks_s:
            try:
                message = json.loads(connection.recv(LISTEN_S))
            except TimeoutError:
                continue
            # Before the answer to `subscribe` comes what any client gets, which knows no order.
            subscribed = subscribed or message["type"] == "subscribed"
            if subscribed:
                self._note(message)
        if self._breaks_every_s and not self._halt.is_set():
            # Not closed: the library's own thread still reads, and its descriptor would be the next connection's.
            connection.socket.shutdown(socket.SHUT_RDWR)

    def _note(self, message: dict[str, Any]) -> None:
        data = message.get("data", {})
        if message["type"] == "reset":
            self.resets.append(message["reason"])
        elif message["type"] in get_args(What):
            image = data.get("image_seq", data["seq"]), data["camera"], data["type"], data["filename"]
            self.told.append(Told(message["type"], data["seq"], *image, data.get("written_at", 0), time.monotonic()))
            self.seq = max(self.seq, data["seq"])
