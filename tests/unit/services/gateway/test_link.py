"""The way to one client: whatever the client does, its bytes come whole and in order."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from tornado.iostream import IOStream

from services.gateway.frames import binary_frame, text_frame
from services.gateway.link import StreamLink
from tests.support.serving import eventually, frames_in

PING = b"\x89\x00"


class Ends:
    """A link over a real socket, and the client's end of it."""

    def __init__(self, on_free: Callable[[], None]) -> None:
        ours, self.client = socket.socketpair()
        for end in (ours, self.client):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        self.client.setblocking(False)
        self.stream = IOStream(ours)
        self.link = StreamLink(self.stream, on_free)
        self.read = b""

    def read_some(self, limit: int = 1 << 20) -> bool:
        """The client reads; whether the other end has closed."""
        try:
            data = self.client.recv(limit)
        except BlockingIOError:
            return False
        self.read += data
        return not data


@asynccontextmanager
async def ends(on_free: Callable[[], None] = lambda: None) -> AsyncIterator[Ends]:
    pair = Ends(on_free)
    try:
        yield pair
    finally:
        pair.stream.close()
        pair.client.close()


def test_a_frame_goes_straight_to_the_socket() -> None:
    """It is there before the loop has turned, and the link is free for the next."""

    async def run() -> None:
        async with ends() as pair:
            pair.link.push(text_frame(b"one"))
            assert not pair.link.busy
            pair.link.push(text_frame(b"two"))
            pair.read_some()
            assert [frame.data for frame in frames_in(pair.read)] == [b"one", b"two"]

    asyncio.run(run())


def test_what_did_not_fit_makes_the_link_busy_until_it_is_read() -> None:
    """Then somebody is told, once; what was sent comes whole."""
    freed: list[bool] = []

    async def run() -> None:
        async with ends(lambda: freed.append(pair.link.busy)) as pair:
            pair.link.push(binary_frame(bytes(300_000)))
            assert pair.link.busy
            await asyncio.sleep(0.01)
            assert freed == []
            await eventually(lambda: pair.read_some() or freed)
            assert freed == [False]
            assert pair.link.busy_since_s is None
            await eventually(lambda: pair.read_some() or len(pair.read) == 300_010)
            assert [len(frame.data) for frame in frames_in(pair.read)] == [300_000]

    asyncio.run(run())


@pytest.mark.parametrize("sips", [7, 4096, 65536])
def test_bytes_come_whole_and_in_order_with_frames_of_tornados_between_them(sips: int) -> None:
    """However little the client reads at a time, and whenever a ping is due."""
    sent: list[bytes] = []

    async def run() -> None:
        async with ends() as pair:
            for number in range(400):
                frame = binary_frame(bytes([number % 251]) * (number * 37 % 5000))
                if not pair.link.busy:
                    pair.link.push(frame)
                    sent.append(frame)
                if number % 7 == 0:
                    pair.stream.write(PING)
                    sent.append(PING)
                pair.read_some(sips)
                if number % 3 == 0:
                    await asyncio.sleep(0)
            await eventually(lambda: pair.read_some() or len(pair.read) == sum(map(len, sent)))
            assert pair.read == b"".join(sent)
            assert len(frames_in(pair.read)) == len(sent)
            assert len(sent) > 60

    asyncio.run(run())


def test_a_frame_of_tornados_that_is_not_out_yet_makes_the_link_busy() -> None:
    """Ours would come between its bytes."""
    freed: list[bool] = []

    async def run() -> None:
        async with ends(lambda: freed.append(True)) as pair:
            ping = binary_frame(bytes(100_000))
            pair.stream.write(ping)
            assert pair.link.busy
            await eventually(lambda: pair.read_some() or freed)
            pair.link.push(text_frame(b"after"))
            await eventually(lambda: pair.read_some() or pair.read.endswith(b"after"))
            assert [len(frame.data) for frame in frames_in(pair.read)] == [100_000, 5]

    asyncio.run(run())


def test_the_link_is_free_when_all_of_both_is_out() -> None:
    """A frame of Tornado's may stand behind ours."""
    freed: list[int] = []

    async def run() -> None:
        async with ends(lambda: freed.append(len(pair.read))) as pair:
            pair.link.push(binary_frame(bytes(300_000)))
            pair.stream.write(binary_frame(bytes(200_000)))
            while len(pair.read) < 400_000:
                pair.read_some(10_000)
                await asyncio.sleep(0)
                assert pair.link.busy
            await eventually(lambda: pair.read_some() or not pair.link.busy)
            assert len(freed) == 1

    asyncio.run(run())


def test_a_client_that_has_gone_is_left_to_the_stream() -> None:
    """Nothing is raised, nobody is told that the link is free, the stream is closed."""
    freed: list[bool] = []

    async def run() -> None:
        async with ends(lambda: freed.append(True)) as pair:
            pair.client.close()
            for _ in range(3):
                pair.link.push(text_frame(b"x" * 1000))
            assert pair.stream.closed()
            await asyncio.sleep(0)
            assert not pair.link.busy
            assert freed == []

    asyncio.run(run())


def test_a_client_that_goes_in_the_middle_of_a_frame_frees_nobody() -> None:
    """What was held for it is never sent."""
    freed: list[bool] = []

    async def run() -> None:
        async with ends(lambda: freed.append(True)) as pair:
            pair.link.push(binary_frame(bytes(300_000)))
            assert pair.link.busy
            pair.stream.close()
            await asyncio.sleep(0.01)
            pair.link.push(text_frame(b"x"))
            assert freed == []

    asyncio.run(run())


def test_after_its_end_a_link_takes_nothing() -> None:
    """It is busy for ever, also once the client has read all: no message may follow a closing frame."""
    freed: list[bool] = []

    async def run() -> None:
        async with ends(lambda: freed.append(True)) as pair:
            pair.link.push(binary_frame(bytes(100_000)))
            pair.link.end()
            pair.stream.write(b"\x88\x00")
            await eventually(lambda: pair.read_some() or pair.read.endswith(b"\x88\x00"))
            await asyncio.sleep(0.01)
            assert pair.link.busy
            assert freed == []

    asyncio.run(run())
