"""The WebSocket end, with a real client."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.frames import Opcode

from services.gateway.http import base
from services.gateway.server import Server
from services.gateway.socket import RESTART, TOO_SLOW, Sockets
from services.gateway.wire import HealthData
from tests.support.serving import Bed, bed_in, eventually, frames_in

HANDSHAKE = (
    b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


def serve(tmp_path: Path, act: Callable[[Bed, Sockets], Coroutine[Any, Any, None]], interval_ms: int = 30_000) -> None:
    """Run `act` beside a server that pings so often."""

    async def run() -> None:
        async with bed_in(tmp_path, WS_PING_INTERVAL=str(interval_ms)) as bed:
            server = Server(bed.context())
            server.listen()
            try:
                await act(bed, server.sockets)
            finally:
                await server.close()

    asyncio.run(run())


def address(bed: Bed) -> str:
    return f"ws://127.0.0.1:{bed.settings.gateway.port}/ws"


async def say(client: ClientConnection, **message: Any) -> None:
    await client.send(json.dumps(message))


async def hear(client: ClientConnection, kind: str) -> dict[str, Any]:
    """The next message of this type."""
    async with asyncio.timeout(10):
        while True:
            message: dict[str, Any] = json.loads(await client.recv())
            if message["type"] == kind:
                return message


class Raw:
    """A client that only does what it is told to: it answers no ping, and reads when asked to."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def connect(cls, bed: Bed) -> Raw:
        reader, writer = await asyncio.open_connection("127.0.0.1", bed.settings.gateway.port, limit=4096)
        writer.write(HANDSHAKE)
        await reader.readuntil(b"\r\n\r\n")
        return cls(reader, writer)

    def say(self, data: bytes) -> None:
        """A short text message, masked with zeros."""
        self.writer.write(bytes([0x81, 0x80 | len(data)]) + bytes(4) + data)

    async def rest(self) -> bytes:
        """All that comes until the other end closes."""
        try:
            async with asyncio.timeout(20):
                return await self.reader.read()
        finally:
            self.writer.close()


def test_a_client_is_told_until_it_leaves(tmp_path: Path) -> None:
    """And then it is forgotten."""

    async def act(bed: Bed, sockets: Sockets) -> None:
        async with connect(address(bed)) as client:
            await hear(client, "current_images")
            assert (len(sockets), len(bed.clients)) == (1, 1)
            bed.add("a.jpg")
            assert (await hear(client, "image_update"))["data"]["filename"] == "a.jpg"
        await eventually(lambda: len(sockets) == len(bed.clients) == 0)

    serve(tmp_path, act)


@pytest.mark.parametrize(
    "nonsense",
    [
        "",
        "null",
        "[]",
        '{"type":"subscribe","mode":"all"}',
        '{"type":"subscribe","coilNumber":"\\ud800"}',
        '{"type":"ping","id":{}}',
        '{"type":"ping","id":1e999}',
        '{"type":"ping","x":' + "[" * 30_000,
        '{"type":"painted","images":[{"seq":1e3}]}',
        b"\xff\xfe",
    ],
)
def test_what_is_not_understood_is_ignored(tmp_path: Path, nonsense: str | bytes) -> None:
    """The connection goes on, and the log has nothing to say."""

    async def act(bed: Bed, _: Sockets) -> None:
        async with connect(address(bed)) as client:
            await client.send(nonsense)
            await say(client, type="ping", id=1)
            assert (await hear(client, "pong"))["id"] == 1
        assert bed.out.getvalue() == ""

    serve(tmp_path, act)


def test_who_does_not_answer_pings_is_closed_with_a_code_of_its_own(tmp_path: Path) -> None:
    """After two of them, with a line in the log; whoever answers stays."""

    async def act(bed: Bed, sockets: Sockets) -> None:
        raw = await Raw.connect(bed)
        async with connect(address(bed)) as client:
            rest = asyncio.ensure_future(raw.rest())
            began_s = time.monotonic()
            while len(sockets) == 2:
                sockets.close_stuck(0.2)
                await asyncio.sleep(0.01)
            assert time.monotonic() - began_s >= 0.2
            assert len(bed.clients) == 1, "it is counted no more"
            raw.writer.write(b"\x88\x80\x00\x00\x00\x00")
            closing = frames_in(await rest)[-1]
            assert (closing.opcode, closing.data[:2]) == (Opcode.CLOSE, TOO_SLOW.to_bytes(2))
            assert "closing a client that does not read: 127.0.0.1" in bed.out.getvalue()
            for _ in range(30):
                sockets.close_stuck(0.2)
                await asyncio.sleep(0.01)
            await say(client, type="ping", id=1)
            await hear(client, "pong")

    serve(tmp_path, act, interval_ms=100)


def test_nothing_follows_a_closing_frame(tmp_path: Path) -> None:
    """Not what happens meanwhile, not what was held while the client did not read, not an answer to what it says."""

    async def act(bed: Bed, sockets: Sockets) -> None:
        raw = await Raw.connect(bed)
        raw.say(b'{"type":"subscribe"}')
        await eventually(lambda: any(not session.is_bare for session in bed.clients._sessions))
        number = 0
        while not any(session.link.busy for session in bed.clients._sessions):
            bed.add(f"{'n' * 200}{number}.jpg")
            number += 1
        bed.add("held.jpg")
        sockets.close_all()
        bed.add("late.jpg")
        bed.clients.health(HealthData("down", "told", {}))
        raw.say(b'{"type":"ping"}')
        raw.say(b'{"type":"subscribe"}')
        data = b""
        async with asyncio.timeout(20):
            while b"restart" not in data:
                data += await raw.reader.read(1 << 20)
        raw.writer.write(b"\x88\x80\x00\x00\x00\x00")
        frames = frames_in(data + await raw.rest())
        assert [frame.opcode for frame in frames if frame.opcode is not Opcode.TEXT] == [Opcode.CLOSE]
        assert (frames[-1].opcode, frames[-1].data[:2]) == (Opcode.CLOSE, RESTART.to_bytes(2))
        assert not any(b"held.jpg" in frame.data or b"late.jpg" in frame.data for frame in frames)

    serve(tmp_path, act)


def test_a_slow_client_that_gets_on_is_not_closed(tmp_path: Path) -> None:
    """It cannot answer a ping before it has read what stands in front of it."""

    async def act(bed: Bed, sockets: Sockets) -> None:
        raw = await Raw.connect(bed)
        await eventually(lambda: len(sockets) == 1)
        (socket,) = tuple(sockets._open)
        socket.answered_s -= 1000
        socket.link.busy_since_s = time.monotonic()
        sockets.close_stuck(0.5)
        assert len(sockets) == 1, "it has been busy for a moment only"
        socket.link.busy_since_s = None
        socket._drained()
        sockets.close_stuck(0.5)
        assert len(sockets) == 1, "it has just read all that it was sent"
        socket.answered_s -= 1000
        sockets.close_stuck(0.5)
        assert len(sockets) == 0
        raw.writer.close()

    serve(tmp_path, act)


def test_a_socket_outlives_the_patience_for_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The deadline of a handshake's answer is not one of the connection."""
    monkeypatch.setattr(base, "PATIENCE_S", 0.05)

    async def act(bed: Bed, _: Sockets) -> None:
        async with connect(address(bed)) as client:
            await asyncio.sleep(0.2)
            await say(client, type="ping", id=1)
            await hear(client, "pong")

    serve(tmp_path, act)


def test_a_gateway_that_ends_tells_its_clients_to_come_back(tmp_path: Path) -> None:
    """1012, service restart."""

    async def run() -> None:
        async with bed_in(tmp_path) as bed:
            server = Server(bed.context())
            server.listen()
            async with connect(address(bed)) as client:
                await hear(client, "current_images")
                await server.close()
                with pytest.raises(ConnectionClosed) as closed:
                    await client.recv()
                assert closed.value.rcvd is not None
                assert closed.value.rcvd.code == RESTART
            assert len(server.sockets) == 0

    asyncio.run(run())
