"""A gateway as a real process beside a watcher, and the clients that tests use: HTTP and WebSocket."""

from __future__ import annotations

import contextlib
import http.client
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.support.net import Answer, free_port
from tests.support.wait import until
from tests.system.support.watcher import CHECKOUT, Watcher

Message = dict[str, Any]


class Client:
    """A WebSocket client that keeps what it was sent."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.messages: list[Message] = []
        self.frames: list[bytes] = []

    def send(self, message: Message | str | bytes) -> None:
        self.connection.send(json.dumps(message) if isinstance(message, dict) else message)

    def subscribe(self, **wish: Any) -> Message:
        """Returns the answer."""
        self.send({"type": "subscribe", **wish})
        return self.next("subscribed")

    def next(self, kind: str = "", timeout_s: float = 10.0) -> Message:
        """The next message, of this type if one is given."""
        deadline_s = time.monotonic() + timeout_s
        while True:
            data = self.connection.recv(timeout=max(0.0, deadline_s - time.monotonic()))
            if isinstance(data, bytes):
                self.frames.append(data)
                continue
            message: Message = json.loads(data)
            self.messages.append(message)
            if not kind or message["type"] == kind:
                return message

    def frame(self, timeout_s: float = 10.0) -> tuple[Message, bytes]:
        """The next binary frame: its header and what follows."""
        deadline_s = time.monotonic() + timeout_s
        while not self.frames:
            data = self.connection.recv(timeout=max(0.0, deadline_s - time.monotonic()))
            if isinstance(data, bytes):
                self.frames.append(data)
            else:
                self.messages.append(json.loads(data))
        frame = self.frames.pop(0)
        length = int.from_bytes(frame[:4])
        return json.loads(frame[4 : 4 + length]), frame[4 + length :]

    def names(self, count: int) -> list[str]:
        """The file names of the next so many updates."""
        return [self.next("image_update")["data"]["filename"] for _ in range(count)]

    def settled(self) -> list[Message]:
        """All that was said up to now: what comes before the answer to a ping."""
        before = len(self.messages)
        self.send({"type": "ping", "id": 7})
        self.next("pong")
        return self.messages[before:-1]

    def close_code(self, timeout_s: float = 10.0) -> int | None:
        """With which code the server ends the connection; None when it does so without a word."""
        try:
            while True:
                self.connection.recv(timeout=timeout_s)
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else None


class Gateway:
    """`python -m services.gateway` on the node of `watcher`. Further instances share the port of the first."""

    def __init__(
        self, watcher: Watcher, instance: int = 0, port: int = 0, *, prefix: Sequence[str] = (), **settings: str
    ) -> None:
        self.port = port or free_port()
        self.instance = instance
        self.prefix = list(prefix)
        self.log = watcher.state.parent / f"gateway-{instance}.log"
        self._environment = {**watcher.environment, "IMAGE_RECEIVER_PORT": str(self.port), **settings}
        self._process: subprocess.Popen[bytes] | None = None

    def begin(self) -> None:
        """Start it, whether it gets ready or not."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*self.prefix, sys.executable, "-m", "services.gateway", "--instance", str(self.instance)],
                cwd=CHECKOUT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def start(self) -> None:
        """Returns when it has said that it is ready."""
        readies = self._readies()
        self.begin()
        until(lambda: self._readies() > readies or self._ended(), 20, "a ready gateway")

    @property
    def process(self) -> subprocess.Popen[bytes]:
        assert self._process is not None
        return self._process

    def stop(self) -> None:
        """As ops would; it must end well."""
        self.process.terminate()
        assert self.process.wait(10) == 0, self.text()

    def dies(self) -> None:
        """Wait until somebody else has killed it."""
        assert self.process.wait(10) == -signal.SIGKILL, self.text()

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def close(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self.kill()

    def text(self) -> str:
        return self.log.read_text("utf-8", "replace") if self.log.exists() else ""

    def says(self, words: str) -> None:
        """Wait for a line of the log."""
        until(lambda: words in self.text(), what=f"{words!r} in the gateway's log")

    def get(self, path: str, method: str = "GET", timeout_s: float = 20.0, **headers: str) -> Answer:
        """One request; header names have `_` for `-`."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout_s)
        try:
            connection.request(method, path, headers={name.replace("_", "-"): text for name, text in headers.items()})
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def raw(self, data: bytes, timeout_s: float = 20.0) -> bytes:
        """All that is answered to `data` until the gateway closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout_s) as connection:
            connection.sendall(data)
            answer = b""
            while chunk := connection.recv(65536):
                answer += chunk
            return answer

    @contextlib.contextmanager
    def client(self, path: str = "/ws", **options: Any) -> Iterator[Client]:
        """A WebSocket client; `options` are those of websockets' connect()."""
        url = f"ws://127.0.0.1:{self.port}{path}"
        with connect(url, compression=None, max_size=None, open_timeout=10, **options) as connection:
            yield Client(connection)

    def _readies(self) -> int:
        return sum(self.text().count(words) for words in ("] ready", "] 준비 완료"))

    def _ended(self) -> bool:
        if self.process.poll() is not None:
            raise AssertionError(f"the gateway ended: {self.text()}")
        return False
