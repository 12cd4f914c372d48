#!/usr/bin/env python3
"""Many WebSocket clients in one process: raw sockets and epoll, the same for every server that is measured.

    .venv/bin/python ops/bench/crowd.py 8081 1000
    .venv/bin/python ops/bench/crowd.py 8081 1000 --subscribe latest

Says "ready" when all are connected and have heard what there is. Then one line for each image that all were told of:
when the first and when the last of them had it, by time.monotonic_ns(). Ends with its standard input.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import select
import socket
import subprocess
import sys
import time
from dataclasses import dataclass

CONNECT_LIMIT_S = 30.0
TOLD_LIMIT_S = 20.0
READ_BYTES = 1 << 13
LOOK_EVERY_S = 0.00005
QUIET_S = 0.02
"""Nothing more comes for the time being."""

_TEXT, _PING = 0x1, 0x9
_MASK = bytes(4)
_UPDATE = b'{"type":"image_update"'


@dataclass(frozen=True)
class Told:
    """When the first and the last client of a crowd had an image, by time.monotonic_ns()."""

    first_ns: int
    last_ns: int


class Crowd:
    """The process, as a bench sees it. `mode`: what the clients subscribe to, empty for bare ones."""

    def __init__(self, port: int, count: int, mode: str = "") -> None:
        command = [sys.executable, __file__, str(port), str(count), *(["--subscribe", mode] if mode else [])]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._rest = b""
        if self._line(CONNECT_LIMIT_S) != "ready":
            sys.exit(f"{count} clients could not connect to port {port}")

    def __enter__(self) -> Crowd:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()

    @property
    def pid(self) -> int:
        return self._process.pid

    def told(self, limit_s: float = TOLD_LIMIT_S) -> Told:
        """Wait until all have the next image. Raises SystemExit when somebody has not by then."""
        line = self._line(limit_s)
        if not line:
            sys.exit(f"not every client was told within {limit_s:g} s")
        first, last = map(int, line.split())
        return Told(first, last)

    def _line(self, limit_s: float) -> str:
        assert self._process.stdout is not None
        fd, deadline_s = self._process.stdout.fileno(), time.monotonic() + limit_s
        while b"\n" not in self._rest:
            if not select.select([fd], [], [], max(0.0, deadline_s - time.monotonic()))[0]:
                return ""
            data = os.read(fd, READ_BYTES)
            if not data:
                return ""
            self._rest += data
        line, _, self._rest = self._rest.partition(b"\n")
        return line.decode()


class Client:
    """One connection, its frames cut out of what it reads."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.rest = b""
        self.updates = 0
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            f"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        while b"\r\n\r\n" not in self.rest:
            data = self.socket.recv(READ_BYTES)
            if not data:
                sys.exit("the server closed a connection during its handshake")
            self.rest += data
        head, _, self.rest = self.rest.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 101 "):
            sys.exit(f"no WebSocket: {head.decode('latin-1')}")

    def send(self, opcode: int, payload: bytes) -> None:
        """A short frame; a mask of zeros leaves it readable."""
        self.socket.sendall(bytes((0x80 | opcode, 0x80 | len(payload))) + _MASK + payload)

    def read(self) -> None:
        """Take what has come and count the image updates in it."""
        data = self.socket.recv(READ_BYTES)
        if not data:
            sys.exit("the server closed a connection")
        self.rest += data
        self.updates += sum(opcode == _TEXT and payload.startswith(_UPDATE) for opcode, payload in self.frames())

    def frames(self) -> list[tuple[int, bytes]]:
        """The whole frames that have come; pings are answered."""
        found = []
        while (frame := self._frame()) is not None:
            if frame[0] == _PING:
                self.send(0xA, frame[1])
            found.append(frame)
        return found

    def _frame(self) -> tuple[int, bytes] | None:
        if len(self.rest) < 2:
            return None
        length, at = self.rest[1], 2
        if length >= 126:
            at = 4 if length == 126 else 10
            length = int.from_bytes(self.rest[2:at], "big")
        if len(self.rest) < at + length:
            return None
        frame = self.rest[0] & 0xF, self.rest[at : at + length]
        self.rest = self.rest[at + length :]
        return frame


def greet(client: Client, mode: str) -> None:
    """Hear what there is; the answer to `subscribe` ends with the node's health."""
    awaited = b'{"type":"current_images"'
    if mode:
        client.send(_TEXT, json.dumps({"type": "subscribe", "mode": mode}).encode())
        awaited = b'{"type":"health"'
    while not any(payload.startswith(awaited) for _, payload in client.frames()):
        client.rest += client.socket.recv(READ_BYTES)
    client.socket.setblocking(False)


def listen(clients: list[Client]) -> None:
    """Tell of each image that all were told of, until the standard input ends.

    A client has it when the kernel says so. Only once all have it are the frames read and counted: to read a thousand
    sockets takes one process as long as it takes a server to write to them.
    """
    poll = select.epoll()
    by_fd = {client.socket.fileno(): client for client in clients}
    for fd in by_fd:
        poll.register(fd, select.EPOLLIN | select.EPOLLET)
    stdin = sys.stdin.fileno()
    poll.register(stdin, select.EPOLLIN)
    number, missing = 1, len(clients)
    ready: set[int] = set()
    first_ns = 0
    while stdin not in ready:
        if ready:
            # Nobody sleeps at the sockets meanwhile: to wake us for each would be work for the server.
            time.sleep(LOOK_EVERY_S)
        events = poll.poll(QUIET_S if ready else -1)
        now_ns = time.monotonic_ns()
        first_ns = first_ns if ready else now_ns
        ready.update([fd for fd, _ in events])
        if events and len(ready) < missing:
            continue
        for fd in ready - {stdin}:
            by_fd[fd].read()
        ready &= {stdin}
        missing = sum(client.updates < number for client in clients)
        if not missing:
            print(first_ns, now_ns, flush=True)
            number, missing = number + 1, len(clients)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("port", type=int)
    parser.add_argument("count", type=int, help="clients")
    parser.add_argument("--subscribe", metavar="MODE", default="", help="latest or every; without it, bare clients")
    arguments = parser.parse_args()
    clients = [Client(arguments.port) for _ in range(arguments.count)]
    for client in clients:
        greet(client, arguments.subscribe)
    print("ready", flush=True)
    listen(clients)


if __name__ == "__main__":
    main()
