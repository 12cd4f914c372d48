"""The bus: ZeroMQ over unix sockets in the run folder. A hint, never the record: what is lost here is in the catalog.

    everybody  HintPort ──hub-in.ipc──▶ Hub (in the monitor) ──hub-out.ipc──▶ HintPort   everybody
    command    Caller ──control.ipc──▶ Responder (in the monitor)

Sockets are used from the thread that made them. Queues are bounded by high-water marks: what finds one full is dropped.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import zmq

from services.shared.errors import BusError, StateError
from services.shared.messages import (
    Answer,
    Command,
    Hint,
    decode_answer,
    decode_command,
    decode_hint,
    encode,
)

HUB_IN = "hub-in.ipc"
HUB_OUT = "hub-out.ipc"
CONTROL = "control.ipc"

QUEUE_LENGTH = 10_000
MESSAGE_LIMIT_BYTES = 8 << 20
RECONNECT_MS = 20
"""No back-off: a try costs next to nothing on a unix socket, and each image waits for the one that finds a watcher that
was started again."""

IPC_PATH_LIMIT = 107
"""sun_path of a unix socket, less its closing zero (unix(7))."""


class HintPort:
    """Every process's end of the hub: says hints, hears the kinds it asked for."""

    def __init__(self, run_dir: Path, hears: tuple[type[Hint], ...] = ()) -> None:
        # PUSH, not PUB: what a process says first, that it is ready, must not be lost while its socket still connects.
        self._out = _connected(zmq.PUSH, run_dir, HUB_IN)
        self._in = _connected(zmq.SUB, run_dir, HUB_OUT)
        for kind in hears:
            self._in.subscribe(_topic(kind))
        self.fd = _fd(self._in)

    def say(self, hint: Hint) -> None:
        """Never blocks. Waits in a bounded queue while the hub is away, and is lost when that is full."""
        with contextlib.suppress(zmq.Again):
            self._out.send_multipart([_topic(type(hint)), encode(hint)], zmq.NOBLOCK)

    def drain(self, limit: int = 1000) -> Iterator[Hint]:
        """What has arrived, at most `limit`."""
        return _hints(self._in, limit)

    def wait(self, timeout_s: float) -> bool:
        """True when something can be drained within `timeout_s`."""
        return bool(self._in.poll(max(0, int(timeout_s * 1000))))

    def close(self) -> None:
        self._out.close()
        self._in.close()


class Hub:
    """The exchange of hints, held by the monitor, which so hears all of them."""

    def __init__(self, run_dir: Path) -> None:
        self._in = _bound(zmq.PULL, run_dir, HUB_IN)
        self._out = _bound(zmq.PUB, run_dir, HUB_OUT)
        self.fd = _fd(self._in)

    def forward(self, limit: int = 1000) -> Iterator[Hint]:
        """Pass on what has arrived, at most `limit`, and yield it."""
        for hint in _hints(self._in, limit):
            self.say(hint)
            yield hint

    def say(self, hint: Hint) -> None:
        """The monitor's own hints."""
        self._out.send_multipart([_topic(type(hint)), encode(hint)])

    def close(self) -> None:
        self._in.close()
        self._out.close()


class Responder:
    """The monitor's end of the control socket: (who, Command) in, any number of Answers out, the last one `done`."""

    def __init__(self, run_dir: Path) -> None:
        self._socket = _bound(zmq.ROUTER, run_dir, CONTROL)
        self.fd = _fd(self._socket)

    def drain(self, limit: int = 100) -> Iterator[tuple[bytes, Command]]:
        """Commands that have arrived; what does not decode is answered with an error."""
        for who, data in _received(self._socket, limit):
            try:
                yield who, decode_command(data)
            except msgspec.MsgspecError as error:
                self.answer(who, Answer(ok=False, text=f"not a command: {error}"))

    def answer(self, who: bytes, answer: Answer) -> None:
        """Never blocks; a caller that went away is forgotten."""
        self._socket.send_multipart([who, encode(answer)])

    def close(self) -> None:
        self._socket.close()


def call(run_dir: Path, command: Command, timeout_s: float) -> Iterator[Answer]:
    """Ask the monitor; yields progress and at last the answer that is `done`. Raises BusError after a silence."""
    with _connected(zmq.DEALER, run_dir, CONTROL) as socket:
        socket.send(encode(command))
        deadline = time.monotonic() + timeout_s
        while socket.poll(max(0, int((deadline - time.monotonic()) * 1000))):
            try:
                answer = decode_answer(socket.recv())
            except msgspec.MsgspecError as error:
                raise BusError(f"the monitor's answer cannot be read: {error}") from None
            yield answer
            if answer.done:
                return
            deadline = time.monotonic() + timeout_s
    raise BusError(f"the monitor did not answer `{command.verb}` for {timeout_s:g} s; is the node up?")


def _topic(kind: type[Hint]) -> bytes:
    return kind.__name__.encode() + b" "


def _hints(socket: zmq.Socket[bytes], limit: int) -> Iterator[Hint]:
    for frames in _received(socket, limit):
        try:
            yield decode_hint(frames[-1])
        except msgspec.MsgspecError:
            continue


def _received(socket: zmq.Socket[bytes], limit: int) -> Iterator[list[bytes]]:
    for _ in range(limit):
        try:
            yield socket.recv_multipart(zmq.NOBLOCK)
        except zmq.Again:
            return


def _fd(socket: zmq.Socket[bytes]) -> int:
    return int(socket.get(zmq.FD))


def _bound(kind: int, run_dir: Path, name: str) -> zmq.Socket[bytes]:
    endpoint = f"ipc://{socket_path(run_dir, name)}"
    socket = _socket(kind)
    socket.bind(endpoint)
    return socket


def _connected(kind: int, run_dir: Path, name: str) -> zmq.Socket[bytes]:
    endpoint = f"ipc://{socket_path(run_dir, name)}"
    socket = _socket(kind)
    socket.connect(endpoint)
    return socket


def socket_path(run_dir: Path, name: str) -> str:
    """The path of a unix socket in the run folder. Raises StateError when it is too long for one."""
    path = str(run_dir / name)
    if len(path.encode()) > IPC_PATH_LIMIT:
        raise StateError(
            f"the socket path {path} is longer than {IPC_PATH_LIMIT} bytes; set COILCAST_STATE_PATH to a shorter folder"
        )
    return path


def _socket(kind: int) -> zmq.Socket[bytes]:
    socket: zmq.Socket[bytes] = zmq.Context.instance().socket(kind)
    socket.setsockopt(zmq.LINGER, 0)
    socket.setsockopt(zmq.SNDHWM, QUEUE_LENGTH)
    socket.setsockopt(zmq.RCVHWM, QUEUE_LENGTH)
    socket.setsockopt(zmq.MAXMSGSIZE, MESSAGE_LIMIT_BYTES)
    socket.setsockopt(zmq.RECONNECT_IVL, RECONNECT_MS)
    return socket
