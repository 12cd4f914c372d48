"""Uploads over HTTP: who may, what is taken, what is said when not."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from services.gateway.http import upload as module
from services.gateway.uploads import landing, lanes, rules
from services.shared.operations import Tokens
from tests.support.net import Answer
from tests.support.pictures import jpeg, real
from tests.support.serving import Bed, eventually, served

JPEG = jpeg("a", 5000)


class Site:
    """A served bed with a token and both folders of `main`."""

    def __init__(self, bed: Bed) -> None:
        self.bed = bed
        self.original = bed.settings.images.base / "original"
        for kind in ("original", "labeled"):
            (bed.settings.images.base / kind).mkdir()
        self.tokens = Tokens(bed.settings.operations_path)
        self.token = self.tokens.add("camera", 1)

    async def send(self, query: str, body: bytes = JPEG, *, kind: str = "original", **headers: str) -> Answer:
        named = {"Authorization": f"Bearer {self.token}", **headers}
        return await self.bed.post(f"/api/images/{kind}?{query}", body, **named)

    def names(self) -> list[str]:
        """Everything in the folder, hidden files included."""
        return sorted(path.name for path in self.original.iterdir())

    async def raw(self, *parts: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection on which `parts` were sent."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.bed.settings.gateway.port)
        for part in parts:
            writer.write(part)
            await writer.drain()
        return reader, writer

    def head(self, query: str, *lines: str) -> bytes:
        lines = (
            f"POST /api/images/original?{query} HTTP/1.1",
            "Host: x",
            f"Authorization: Bearer {self.token}",
            *lines,
        )
        return "\r\n".join((*lines, "", "")).encode()


@asynccontextmanager
async def site(tmp_path: Path, **values: str) -> AsyncIterator[Site]:
    async with served(tmp_path, **values) as bed:
        found = Site(bed)
        try:
            yield found
        finally:
            found.tokens.close()


async def status_of(reader: asyncio.StreamReader) -> int:
    """Of the next answer."""
    line = await asyncio.wait_for(reader.readline(), 10)
    return int(line.split()[1])


def test_an_image_is_in_the_folder_when_the_answer_is_there(tmp_path: Path) -> None:
    """Under its own name, all of it, and nothing beside it."""

    async def run() -> None:
        async with site(tmp_path) as here:
            answer = await here.send("filename=20260101120000_7_original.jpg", Content_Type="image/jpeg")
            assert (answer.status, answer.json) == (
                201,
                {
                    "filename": "20260101120000_7_original.jpg",
                    "camera": "main",
                    "type": "original",
                    "size": 5000,
                    "url": "/image/original/20260101120000_7_original.jpg",
                },
            )
            assert answer.headers["Location"] == answer.json["url"]
            assert here.names() == ["20260101120000_7_original.jpg"]
            assert (here.original / here.names()[0]).read_bytes() == JPEG

    asyncio.run(run())


def test_another_camera_has_its_own_folder(tmp_path: Path) -> None:
    """Which has to be there: a name that was mistyped makes none."""

    async def run() -> None:
        async with site(tmp_path) as here:
            folder = here.bed.settings.images.base / "side" / "labeled"
            missing = await here.send("camera=side&filename=a.jpg", kind="labeled")
            assert (missing.status, "side/labeled" in missing.json["detail"]) == (404, True)
            folder.mkdir(parents=True)
            answer = await here.send("camera=side&filename=a+%ED%95%9C.jpg", kind="labeled")
            assert answer.json["url"] == "/image/side/labeled/a%20%ED%95%9C.jpg"
            assert [path.name for path in folder.iterdir()] == ["a 한.jpg"]

    asyncio.run(run())


def test_a_retry_is_safe_and_nothing_is_overwritten(tmp_path: Path) -> None:
    """The same bytes again are welcome, other bytes are not."""

    async def run() -> None:
        async with site(tmp_path) as here:
            assert (await here.send("filename=a.jpg")).status == 201
            inode = (here.original / "a.jpg").stat().st_ino
            assert (await here.send("filename=a.jpg")).status == 200
            other = await here.send("filename=a.jpg", jpeg("b", 5000))
            assert (other.status, "another file" in other.json["detail"]) == (409, True)
            assert here.names() == ["a.jpg"]
            assert (here.original / "a.jpg").stat().st_ino == inode

    asyncio.run(run())


@pytest.mark.parametrize(("kind", "ending"), [("JPEG", ".jpg"), ("PNG", ".png"), ("WEBP", ".webp"), ("BMP", ".bmp")])
def test_without_a_name_it_is_named_by_when_it_came(tmp_path: Path, kind: str, ending: str) -> None:
    """And by what it is; two at once are two."""

    async def run() -> None:
        async with site(tmp_path) as here:
            answers = [await here.send("", real(kind)) for _ in range(2)]
            assert [answer.status for answer in answers] == [201, 201]
            names = {answer.json["filename"] for answer in answers}
            assert sorted(names) == here.names()
            assert all(name.endswith(ending) for name in names)

    asyncio.run(run())


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic Y2Ft",
        "Bearer coilcast_x",
        f"Bearer coilcast_{'a' * 43}",
        "{token}",
        "Token {token}",
    ],
)
def test_whoever_has_no_token_is_turned_away(tmp_path: Path, authorization: str) -> None:
    """With the way to get one, and no file."""

    async def run() -> None:
        async with site(tmp_path) as here:
            header = authorization.format(token=here.token)
            answer = await here.send("filename=a.jpg", Authorization=header)
            assert (answer.status, "tokens add" in answer.json["detail"]) == (401, True)
            assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="coilcast"')
            assert here.names() == []
            cookie = await here.send("filename=a.jpg", Authorization="", Cookie=f"token={here.token}")
            assert cookie.status == 401

    asyncio.run(run())


def test_a_revoked_token_counts_no_more(tmp_path: Path) -> None:
    """From the next upload on; one that counts is said to have been used."""

    async def run() -> None:
        async with site(tmp_path) as here:
            assert (await here.send("filename=a.jpg")).status == 201
            await eventually(lambda: here.tokens.all()[0].used_at_ms is not None)
            here.tokens.revoke("camera", 2)
            answer = await here.send("filename=b.jpg")
            assert (answer.status, 'error="invalid_token"' in answer.headers["WWW-Authenticate"]) == (401, True)

    asyncio.run(run())


def test_a_page_of_another_origin_may_not(tmp_path: Path) -> None:
    """Unless it is listed; then its browser is told that a token may be sent, which it still needs."""

    async def run() -> None:
        async with site(tmp_path, COILCAST_GATEWAY_ALLOWED_ORIGINS="https://panel.example") as here:
            assert (await here.send("filename=a.jpg", Origin="https://evil.example")).status == 403
            assert (await here.send("filename=a.jpg", Origin="https://panel.example", Authorization="")).status == 401
            asked = await here.bed.ask("/api/images/original", "OPTIONS", Origin="https://panel.example")
            assert "Authorization" in asked.headers["Access-Control-Allow-Headers"]
            assert (await here.send("filename=a.jpg", Origin="https://panel.example")).status == 201

    asyncio.run(run())


@pytest.mark.parametrize(
    ("query", "headers", "body", "status", "word"),
    [
        ("filename=a.jpg", {"Content_Type": "text/html"}, JPEG, 415, "Content-Type"),
        ("filename=a.jpg", {"Content_Type": "multipart/form-data; boundary=x"}, JPEG, 415, "form"),
        ("filename=a.jpg", {"Content_Type": "image/png"}, JPEG, 415, "ends with .jpg"),
        ("filename=a.png", {}, JPEG, 415, "the content is image/jpeg"),
        ("", {"Content_Type": "image/png"}, JPEG, 415, "the content is image/jpeg"),
        ("filename=a.exe", {}, JPEG, 415, "end with"),
        ("filename=a.jpg", {}, b"<html>" * 100, 415, "not a JPEG"),
        ("filename=a.jpg", {}, JPEG[:-2], 415, "cut off"),
        ("filename=a.jpg", {}, JPEG[:5], 415, "cut off"),
        ("filename=a.jpg", {}, b"", 400, "empty"),
        ("filename=a.jpg", {}, jpeg("", 5000, 60000, 60000), 413, "max_megapixels"),
        ("filename=../a.jpg", {}, JPEG, 400, "without a path"),
        ("filename=%2e%2e%2fa.jpg", {}, JPEG, 400, "without a path"),
        ("filename=.a.jpg", {}, JPEG, 400, "hidden"),
        ("filename=a.jpg.tmp", {}, JPEG, 400, "hidden"),
        ("filename=a%00.jpg", {}, JPEG, 400, "characters"),
        ("filename=a%0a.jpg", {}, JPEG, 400, "characters"),
        ("filename=%ff.jpg", {}, JPEG, 400, "UTF-8"),
        (f"filename={'a' * 252}.jpg", {}, JPEG, 400, "255"),
        ("filename=a.jpg&camera=../x", {}, JPEG, 404, "camera"),
        ("filename=a.jpg&camera=labeled", {}, JPEG, 404, "camera"),
    ],
)
def test_what_is_not_taken_is_said_and_leaves_nothing(
    tmp_path: Path, query: str, headers: dict[str, str], body: bytes, status: int, word: str
) -> None:
    """With a status of its own, as a problem document."""

    async def run() -> None:
        async with site(tmp_path) as here:
            answer = await here.send(query, body, **headers)
            assert (answer.status, word in answer.json["detail"]) == (status, True), answer.json
            assert answer.headers["Content-Type"] == "application/problem+json"
            await eventually(lambda: here.names() == [] and len(here.bed.uploads) == 0)

    asyncio.run(run())


def test_only_the_kinds_that_there_are(tmp_path: Path) -> None:
    """Named in the answer; and nothing but POST."""

    async def run() -> None:
        async with site(tmp_path) as here:
            answer = await here.send("filename=a.jpg", kind="nothing")
            assert (answer.status, "original, labeled" in answer.json["detail"]) == (404, True)
            asked = await here.bed.ask("/api/images/original")
            assert (asked.status, asked.headers["Allow"]) == (405, "POST, OPTIONS")

    asyncio.run(run())


def test_too_large_is_said_before_the_body_is_sent(tmp_path: Path) -> None:
    """By its length, whether the client waits to hear it or not; without a length as soon as it is too much."""

    async def run() -> None:
        async with site(tmp_path, MAX_FILE_SIZE="100000") as here:
            for expectation in ((), ("Expect: 100-continue",)):
                reader, writer = await here.raw(here.head("filename=a.jpg", "Content-Length: 100001", *expectation))
                assert await status_of(reader) == 413
                writer.close()
            chunk = b"%x\r\n%s\r\n"
            reader, writer = await here.raw(
                here.head("filename=a.jpg", "Transfer-Encoding: chunked"),
                chunk % (len(JPEG), JPEG),
                chunk % (100_000, bytes(100_000)),
            )
            assert await status_of(reader) == 413
            writer.close()
            await eventually(lambda: here.names() == [] and len(here.bed.uploads) == 0)
            assert (await here.send("filename=a.jpg", jpeg("", 100_000))).status == 201

    asyncio.run(run())


def test_a_client_that_sends_on_hears_why_it_was_refused(tmp_path: Path) -> None:
    """Also one that reads nothing before it has sent everything."""

    async def run() -> None:
        async with site(tmp_path) as here:
            answer = await here.send("filename=a.jpg", bytes(8 << 20), Authorization="Bearer x")
            assert answer.status == 401
            assert (await here.send("filename=a.jpg", bytes(8 << 20))).status == 415

    asyncio.run(run())


def test_a_refused_client_is_not_listened_to_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither for long nor for much."""

    async def run() -> None:
        async with site(tmp_path, MAX_FILE_SIZE="1000") as here:
            monkeypatch.setattr(module, "LINGER_S", 0.1)
            reader, writer = await here.raw(here.head("filename=a.jpg", "Content-Length: 100000"))
            await asyncio.wait_for(reader.read(), 5)
            writer.close()
            monkeypatch.setattr(module, "LINGER_S", 60.0)
            monkeypatch.setattr(module, "LINGER_BYTES", 100_000)
            reader, writer = await here.raw(here.head("filename=a.jpg", "Content-Length: 1000000000"))
            with contextlib.suppress(ConnectionError):
                for _ in range(100):
                    writer.write(bytes(10_000))
                    await writer.drain()
                await asyncio.wait_for(reader.read(), 5)
            assert writer.transport.is_closing() or reader.at_eof()
            writer.close()

    asyncio.run(run())


def test_expecting_clients_are_told_to_go_on(tmp_path: Path) -> None:
    """curl waits for that word before it sends a large file."""

    async def run() -> None:
        async with site(tmp_path) as here:
            head = here.head("filename=a.jpg", f"Content-Length: {len(JPEG)}", "Expect: 100-continue")
            reader, writer = await here.raw(head)
            assert await status_of(reader) == 100
            assert here.names() == []
            await reader.readline()
            writer.write(JPEG)
            assert await status_of(reader) == 201
            writer.close()

    asyncio.run(run())


@pytest.mark.parametrize("chunked", [True, False])
def test_a_cut_connection_leaves_nothing(tmp_path: Path, chunked: bool) -> None:
    """While it comes, the file is hidden; then it is gone."""

    async def run() -> None:
        async with site(tmp_path) as here:
            body = jpeg("", 600_000)[:400_000]
            if chunked:
                parts = [here.head("filename=a.jpg", "Transfer-Encoding: chunked"), b"%x\r\n%s\r\n" % (len(body), body)]
            else:
                parts = [here.head("filename=a.jpg", "Content-Length: 600000"), body]
            _, writer = await here.raw(*parts)
            await eventually(lambda: here.names() != [])
            assert here.names()[0].startswith(".upload-node-gateway-0-")
            writer.transport.abort()
            await eventually(lambda: here.names() == [] and len(here.bed.uploads) == 0)

    asyncio.run(run())


def test_a_slow_body_is_ended_and_a_patient_one_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What counts is the least rate, not how long it takes."""
    monkeypatch.setattr(rules, "PATIENCE_S", 0.4)
    monkeypatch.setattr(rules, "LEAST_BYTES_PER_S", 5000)

    async def run() -> None:
        async with site(tmp_path) as here:
            reader, writer = await here.raw(here.head("filename=slow.jpg", "Content-Length: 5000"), JPEG[:100])
            assert await status_of(reader) == 408
            writer.close()
            body = jpeg("", 20_000)
            reader, writer = await here.raw(here.head("filename=a.jpg", "Content-Length: 20000"))
            for start in range(0, 20_000, 1000):
                writer.write(body[start : start + 1000])
                await asyncio.sleep(0.06)
            assert await status_of(reader) == 201
            writer.close()
            await eventually(lambda: here.names() == ["a.jpg"])

    asyncio.run(run())


def test_only_so_many_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One more is asked to try again; a place is free as soon as one has ended."""
    monkeypatch.setattr(lanes, "MOST_AT_ONCE", 2)

    async def run() -> None:
        async with site(tmp_path) as here:
            open_ones = [
                await here.raw(here.head(f"filename={n}.jpg", "Content-Length: 5000"), JPEG[:100]) for n in "ab"
            ]
            await eventually(lambda: len(here.bed.uploads) == 2)
            answer = await here.send("filename=c.jpg")
            assert (answer.status, answer.headers["Retry-After"]) == (503, "1")
            open_ones[0][1].write(JPEG[100:])
            assert await status_of(open_ones[0][0]) == 201
            await eventually(lambda: len(here.bed.uploads) == 1)
            assert (await here.send("filename=c.jpg")).status == 201
            for _, writer in open_ones:
                writer.close()

    asyncio.run(run())


def test_a_full_disk_is_said_before_and_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """507, and nothing is left; once there is room again it is taken."""

    async def run() -> None:
        async with site(tmp_path) as here:
            monkeypatch.setattr(landing, "RESERVE_BYTES", 1 << 62)
            monkeypatch.setattr(landing, "RESERVE_SHARE", 1.0)
            assert (await here.send("filename=a.jpg")).status == 507
            monkeypatch.undo()
            body = jpeg("", 2_000_000)
            reader, writer = await here.raw(here.head("filename=a.jpg", "Content-Length: 2000000"), body[:500_000])
            await eventually(lambda: here.names() != [])
            monkeypatch.setattr(landing, "RESERVE_BYTES", 1 << 62)
            monkeypatch.setattr(landing, "RESERVE_SHARE", 1.0)
            writer.write(body[500_000:])
            assert await status_of(reader) == 507
            writer.close()
            await eventually(lambda: here.names() == [])
            monkeypatch.undo()
            assert (await here.send("filename=a.jpg")).status == 201

    asyncio.run(run())


def test_storage_that_is_away_is_said_as_such(tmp_path: Path) -> None:
    """And no folder is made in its place."""

    async def run() -> None:
        async with site(tmp_path) as here:
            here.original.rmdir()
            answer = await here.send("filename=a.jpg")
            assert (answer.status, "mounted" in answer.json["detail"]) == (503, True)
            assert not here.original.exists()

    asyncio.run(run())


def test_tokens_that_cannot_be_read_let_nobody_in(tmp_path: Path) -> None:
    """Said once in the log; other questions are answered."""

    async def run() -> None:
        async with site(tmp_path) as here:
            here.tokens.close()
            path = here.bed.settings.operations_path
            path.with_name(path.name + "-wal").unlink(missing_ok=True)
            path.unlink()
            path.write_bytes(b"no database" * 1000)
            for _ in range(2):
                assert (await here.send("filename=a.jpg")).status == 503
            assert here.bed.out.getvalue().count("tokens of uploads") == 1
            assert (await here.bed.ask("/api/images/current")).status == 200

    asyncio.run(run())


def test_refusals_are_said_once_a_minute(tmp_path: Path) -> None:
    """By whose token it was: a camera that is set up wrongly does not fill the log."""

    async def run() -> None:
        async with site(tmp_path) as here:
            for _ in range(5):
                await here.send("filename=a.png")
            assert here.bed.out.getvalue().count("upload refused (camera, 127.0.0.1): 415") == 1

    asyncio.run(run())


def test_refusals_are_said_in_the_nodes_language(tmp_path: Path) -> None:
    """Korean in the log, for ops; English for the camera."""

    async def run() -> None:
        async with site(tmp_path, COILCAST_NODE_LANGUAGE="ko") as here:
            answer = await here.send("filename=a.png")
            assert "the content is image/jpeg" in answer.json["detail"]
            assert "업로드 거부 (camera, 127.0.0.1): 415 내용은 image/jpeg" in here.bed.out.getvalue()

    asyncio.run(run())


def test_a_disk_that_hangs_holds_up_nobody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The client is told; the loop goes on."""
    monkeypatch.setattr(lanes, "DISK_WITHIN_S", 0.2)
    reader, writer = os.pipe()
    real_room: Callable[..., Any] = landing.make_room

    def hang(*arguments: Any) -> None:
        os.read(reader, 1)
        real_room(*arguments)

    async def run() -> None:
        async with site(tmp_path) as here:
            monkeypatch.setattr(lanes, "make_room", hang)
            answer = await here.send("filename=a.jpg")
            assert (answer.status, "disk did not answer" in answer.json["detail"]) == (503, True)
            assert len(here.bed.uploads) == 1
            assert (await here.bed.ask("/api/images/current")).status == 200
            os.write(writer, b"x")
            await eventually(lambda: len(here.bed.uploads) == 0)

    asyncio.run(run())
    os.close(reader)
    os.close(writer)


def test_two_requests_on_one_connection(tmp_path: Path) -> None:
    """A camera keeps its connection."""

    async def run() -> None:
        async with site(tmp_path) as here:
            head = [here.head(f"filename={n}.jpg", f"Content-Length: {len(JPEG)}") for n in "ab"]
            reader, writer = await here.raw(head[0], JPEG)
            assert await status_of(reader) == 201
            while (line := await reader.readline()) != b"\r\n":
                if line.lower().startswith(b"content-length"):
                    length = int(line.split(b":")[1])
            await reader.readexactly(length)
            writer.write(head[1] + JPEG)
            assert await status_of(reader) == 201
            assert writer.get_extra_info("socket").family == socket.AF_INET
            writer.close()

    asyncio.run(run())
