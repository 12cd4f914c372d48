"""Telling followers what was committed: from the watcher's thread straight to theirs, over a unix socket each.

    watcher    EventPublisher ──▶ ear-<pid>-<n>.sock    EventSubscriber   thumbnailer, gateway

Not over ZeroMQ as the rest of the bus: its threads at both ends cost a fifth of each image's way (docs/performance.md).
Whoever wants to hear puts a socket into the run folder, and the publisher finds it there. So nobody has to come first,
and a publisher that was started again is heard at once. A hint, never the record: what a full socket does not take is
dropped, and found in the catalog.
"""

from __future__ import annotations

import itertools
import os
import select
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from services.shared.bus import socket_path
from services.shared.messages import Published, decode_published, encode

EARS = "ear-*"
"""What followers put into the run folder, as a glob; a process that is killed leaves its own there."""

BUFFER_BYTES = 1 << 20
"""Of what is sent and not read yet; the kernel gives what it allows (net.core.wmem_max)."""

RACY_NS = 50_000_000
"""An mtime that moved this lately may hide another change in the same tick of the filesystem's clock."""

_numbers = itertools.count()


class EventPublisher:
    """The watcher's end. The role's lock must be held: followers listen to one publisher."""

    def __init__(self, run_dir: Path) -> None:
        self._run_dir = run_dir
        self._followers: dict[str, socket.socket] = {}
        self._looked_at_ns = -1

    def publish(self, message: Published) -> None:
        """Tell everybody; never blocks."""
        self._look_around()
        data = encode(message)
        lost = []
        for name, follower in self._followers.items():
            try:
                follower.send(data)
            except BlockingIOError:
                continue
            except OSError:
                lost.append(name)
        for name in lost:
            self._followers.pop(name).close()
            # A live one whose message was too long is met again.
            self._looked_at_ns = -1

    def close(self) -> None:
        for follower in self._followers.values():
            follower.close()
        self._followers.clear()

    def _look_around(self) -> None:
        try:
            mtime_ns = self._run_dir.stat().st_mtime_ns
        except OSError:
            # Somebody took the run folder away: those who are known are told, nobody else can be.
            return
        if mtime_ns == self._looked_at_ns:
            return
        self._looked_at_ns = mtime_ns if time.time_ns() - mtime_ns > RACY_NS else -1
        for path in self._run_dir.glob(f"{EARS}.sock"):
            if path.name not in self._followers:
                self._meet(path)

    def _meet(self, path: Path) -> None:
        follower = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        follower.setblocking(False)
        follower.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER_BYTES)
        try:
            follower.connect(str(path))
        except OSError as error:
            follower.close()
            if isinstance(error, ConnectionRefusedError):
                # It listened before it got its name: its process is gone.
                path.unlink(missing_ok=True)
            else:
                self._looked_at_ns = -1
            return
        self._followers[path.name] = follower


class EventSubscriber:
    """A follower's end. Its `fd` is readable as long as there is something to drain."""

    def __init__(self, run_dir: Path) -> None:
        name = f"ear-{os.getpid()}-{next(_numbers)}"
        nameless = Path(socket_path(run_dir, f"{name}.new"))
        self._path = Path(socket_path(run_dir, f"{name}.sock"))
        self._ear = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._ear.setblocking(False)
        nameless.unlink(missing_ok=True)
        self._ear.bind(str(nameless))
        self._ear.listen()
        nameless.rename(self._path)
        self._publisher: socket.socket | None = None
        self._epoll = select.epoll()
        self._epoll.register(self._ear, select.EPOLLIN)
        self.fd = self._epoll.fileno()
        self._buffer = bytearray(BUFFER_BYTES)
        self._view = memoryview(self._buffer)

    def drain(self, limit: int = 1000) -> Iterator[Published]:
        """What has arrived, at most `limit`; a message that does not decode is left out (the gap repair finds it)."""
        for _ in range(limit):
            size_bytes = self._receive()
            if not size_bytes:
                return
            try:
                message = decode_published(self._view[:size_bytes])
            except msgspec.MsgspecError:
                continue
            yield message

    def wait(self, timeout_s: float) -> bool:
        """True when something can be drained within `timeout_s`."""
        return bool(self._epoll.poll(max(0.0, timeout_s)))

    def close(self) -> None:
        self._path.unlink(missing_ok=True)
        self._hang_up()
        self._epoll.close()
        self._ear.close()

    def _receive(self) -> int:
        """The size of the next message, which is in the buffer; 0 when there is none."""
        while self._publisher is not None or self._accept():
            assert self._publisher is not None
            try:
                size_bytes = self._publisher.recv_into(self._buffer)
            except BlockingIOError:
                if self._accept():
                    continue
                return 0
            except OSError:
                size_bytes = 0
            if size_bytes:
                return size_bytes
            self._hang_up()
        return 0

    def _accept(self) -> bool:
        """Listen to a publisher that has come, instead of the one before."""
        try:
            publisher, _ = self._ear.accept()
        except BlockingIOError:
            return False
        self._hang_up()
        publisher.setblocking(False)
        self._epoll.register(publisher, select.EPOLLIN)
        self._publisher = publisher
        return True

    def _hang_up(self) -> None:
        if self._publisher is not None:
            self._epoll.unregister(self._publisher)
            self._publisher.close()
            self._publisher = None
