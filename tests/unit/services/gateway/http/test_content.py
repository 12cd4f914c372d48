"""Sending bytes: whole, a part, or the news that the client has them."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from pathlib import Path

import pytest

from services.gateway.http import base
from services.gateway.http.content import Unsatisfiable, has, part_of
from tests.support.pictures import jpeg
from tests.support.serving import Bed, eventually, served


@pytest.mark.parametrize(
    ("wanted", "part"),
    [
        ("", None),
        ("bytes=0-", (0, 100)),
        ("bytes=0-99", (0, 100)),
        ("bytes=0-0", (0, 1)),
        ("bytes=99-", (99, 100)),
        ("bytes=10-19", (10, 20)),
        ("bytes=10-5000", (10, 100)),
        ("bytes=-1", (99, 100)),
        ("bytes=-100", (0, 100)),
        ("bytes=-999999", (0, 100)),
        ("  bytes=1-2  ", (1, 3)),
        ("Bytes=1-2", (1, 3)),
        # Not understood, or asks for several: everything.
        ("bytes=-", None),
        ("bytes=", None),
        ("bytes=5-2", None),
        ("bytes=0-5,7-9", None),
        ("bytes=0-x", None),
        ("bytes=0--5", None),
        ("bytes=--5", None),
        ("bytes=+1-2", None),
        ("bytes=1 - 2", None),
        ("bytes=0x0-0x9", None),
        ("bytes=\u0661-\u0662", None),
        ("items=0-5", None),
        ("bytes=0-" + "9" * 5000, None),
        ("bytes=" + "0-," * 5000, None),
    ],
)
def test_a_range_is_a_part_or_everything(wanted: str, part: tuple[int, int] | None) -> None:
    """Of 100 bytes."""
    assert part_of(wanted, 100) == part


@pytest.mark.parametrize("wanted", ["bytes=100-", "bytes=100-200", "bytes=999999999999999-", "bytes=-0"])
def test_a_range_of_nothing_is_told_so(wanted: str) -> None:
    """416 is made of it, not an empty answer."""
    with pytest.raises(Unsatisfiable):
        part_of(wanted, 100)


@pytest.mark.parametrize(
    ("header", "known"),
    [
        ('"a-1"', True),
        ('W/"a-1"', True),
        ('"x", "a-1" ,"y"', True),
        ("*", True),
        ("", False),
        ('"a-2"', False),
        ("a-1", False),
        ('"A-1"', False),
        ("," * 1000, False),
    ],
)
def test_what_the_client_has_is_known_by_its_tag(header: str, known: bool) -> None:
    """As it stands in If-None-Match."""
    assert has(header, '"a-1"') is known


async def _one_image(bed: Bed) -> bytes:
    data = jpeg("one", 3000)
    folder = bed.settings.images.base / "original"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(data)
    bed.add("a.jpg", size_bytes=len(data))
    return data


def test_parts_of_an_image(tmp_path: Path) -> None:
    """206 with where it is; 200 for several ranges; 416 as a problem that tells the length."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            data = await _one_image(bed)
            part = await bed.ask("/image/original/a.jpg", Range="bytes=10-19")
            assert (part.status, part.body, part.headers["Content-Range"]) == (206, data[10:20], "bytes 10-19/3000")
            for wanted in ("bytes=0-5,7-9", "bytes=0-x"):
                whole = await bed.ask("/image/original/a.jpg", Range=wanted)
                assert (whole.status, whole.body, whole.headers["Content-Range"]) == (200, data, None)
            beyond = await bed.ask("/image/original/a.jpg", Range="bytes=3000-")
            assert (beyond.status, beyond.headers["Content-Range"]) == (416, "bytes */3000")
            assert beyond.headers["Content-Type"] == "application/problem+json"
            assert beyond.headers["ETag"] is None
            assert beyond.json["status"] == 416

    asyncio.run(run())


def test_head_has_no_parts(tmp_path: Path) -> None:
    """A range is a matter of GET alone (RFC 9110, 14.2)."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            await _one_image(bed)
            for wanted in ("bytes=0-9", "bytes=3000-"):
                answer = await bed.ask("/image/original/a.jpg", "HEAD", Range=wanted)
                assert (answer.status, answer.headers["Content-Length"], answer.body) == (200, "3000", b"")

    asyncio.run(run())


def test_a_range_of_another_version_is_answered_whole(tmp_path: Path) -> None:
    """If-Range names the version that the client has a part of."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            data = await _one_image(bed)
            etag = (await bed.ask("/image/original/a.jpg")).headers["ETag"]
            same = await bed.ask("/image/original/a.jpg", Range="bytes=5-9", If_Range=etag)
            other = await bed.ask("/image/original/a.jpg", Range="bytes=5-9", If_Range='"another-1"')
            assert (same.status, same.body) == (206, data[5:10])
            assert (other.status, other.body) == (200, data)

    asyncio.run(run())


def test_who_has_the_image_is_told_so_without_it(tmp_path: Path) -> None:
    """304, with the tag and how long it may be kept, and no body."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            await _one_image(bed)
            etag = (await bed.ask("/image/original/a.jpg")).headers["ETag"]
            for method in ("GET", "HEAD"):
                answer = await bed.ask("/image/original/a.jpg", method, If_None_Match=etag, Range="bytes=0-9")
                assert (answer.status, answer.body, answer.headers["ETag"]) == (304, b"", etag)
                assert answer.headers["Cache-Control"] == "no-cache"
            assert (await bed.ask("/image/original/a.jpg", If_None_Match='"old"')).status == 200

    asyncio.run(run())


def test_a_client_that_does_not_read_its_answer_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An image or a page of history: neither is held in memory for ever."""
    monkeypatch.setattr(base, "PATIENCE_S", 0.2)
    monkeypatch.setattr(base, "SLOWEST_BYTES_PER_S", 1e9)

    async def run() -> None:
        async with served(tmp_path) as bed:
            folder = bed.settings.images.base / "original"
            folder.mkdir()
            (folder / "a.jpg").write_bytes(bytes(8_000_000))
            bed.add("a.jpg", size_bytes=8_000_000)
            bed.record(*(f"{'n' * 200}{number}.jpg" for number in range(1000)))
            for path in ("/image/original/a.jpg", "/api/images?limit=1000"):
                await _ask_to_the_end(bed.settings.gateway.port, path)
                before = _descriptors()
                with socket.create_connection(("127.0.0.1", bed.settings.gateway.port)) as client:
                    client.setblocking(False)
                    client.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode() * 200)
                    await eventually(lambda client=client: _has_begun(client))
                    await eventually(lambda before=before: _descriptors() == before + 1)

    asyncio.run(run())


def test_who_has_read_its_answer_is_not_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However large it was: the connection is there for the next question."""
    monkeypatch.setattr(base, "PATIENCE_S", 0.3)
    monkeypatch.setattr(base, "SLOWEST_BYTES_PER_S", 1e12)
    length = 8_000_000

    async def run() -> None:
        async with served(tmp_path) as bed:
            folder = bed.settings.images.base / "original"
            folder.mkdir()
            (folder / "a.jpg").write_bytes(bytes(length))
            bed.add("a.jpg", size_bytes=length)
            reader, writer = await asyncio.open_connection("127.0.0.1", bed.settings.gateway.port)
            for _ in range(2):
                writer.write(b"GET /image/original/a.jpg HTTP/1.1\r\nHost: x\r\n\r\n")
                assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
                assert await reader.readexactly(length) == bytes(length)
                await asyncio.sleep(0.5)
            writer.close()

    asyncio.run(run())


async def _ask_to_the_end(port: int, path: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    assert await reader.read()
    writer.close()
    await writer.wait_closed()


def _has_begun(client: socket.socket) -> bool:
    """Whether some of the answer is there."""
    with contextlib.suppress(BlockingIOError):
        return bool(client.recv(1, socket.MSG_PEEK))
    return False


def _descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))
