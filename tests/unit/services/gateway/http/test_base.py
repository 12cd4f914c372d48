"""What every answer has."""

from __future__ import annotations

import asyncio
import http.client
from pathlib import Path

import pytest

from services.gateway.http.routes import ROUTES
from services.shared.errors import CatalogError
from tests.support.net import Answer
from tests.support.serving import Bed, served

PAGES = ["/", "/health", "/api/images/current", "/api/images", "/api/coils", "/api/alerts", "/api/status",
         "/api/config", "/api/openapi.json", "/api/asyncapi.json", "/docs", "/docs/style.css",
         "/demo-image.jpg"]  # fmt: skip


def asked(
    tmp_path: Path, path: str, method: str = "GET", *, header: dict[str, str] | None = None, **values: str
) -> Answer:
    async def run() -> Answer:
        async with served(tmp_path, **values) as bed:
            return await bed.ask(path, method, **header or {})

    return asyncio.run(run())


def test_every_page_answers_head_as_get_without_the_body(tmp_path: Path) -> None:
    """Programs that only look whether something is there ask so."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            for path in PAGES:
                got, head = await bed.ask(path), await bed.ask(path, "HEAD")
                assert (head.status, head.body) == (got.status, b""), path
                assert head.headers["Content-Type"] == got.headers["Content-Type"], path
                assert head.headers["Content-Length"] == str(len(got.body)), path

    asyncio.run(run())


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE", "BREW"])
def test_another_method_is_refused_with_those_there_are(tmp_path: Path, method: str) -> None:
    """405 with Allow (RFC 9110, 15.5.6), as a problem."""
    answer = asked(tmp_path, "/api/images", method)
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json["status"] == 405


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nowhere", 404),
        ("/%", 404),
        ("//health", 404),
        ("/image/original/%", 404),
        ("/image/original/%zz.jpg", 404),
        ("/image/original/%ff.jpg", 400),
        ("/image/original/50%25%ff.jpg", 400),
        ("/image/original/%ed%a0%80.jpg", 400),
        ("/image/original/%00.jpg", 404),
        ("/image/original/" + "n" * 60_000, 404),
        ("/api/images?camera=%ff", 400),
        ("/api/images?limit=1&limit=x", 400),
        ("/preview/0", 404),
        ("/preview/999999999999999999", 404),
        ("/preview/9999999999999999999", 404),
        ("/ws", 426),
    ],
)
def test_every_error_is_a_problem_document(tmp_path: Path, path: str, status: int) -> None:
    """With the headers that everything has, kept by nobody."""
    answer = asked(tmp_path, path)
    assert answer.status == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    problem = answer.json
    assert list(problem) == ["type", "title", "status", "detail"]
    assert (problem["status"], problem["title"]) == (status, http.client.responses[status])
    assert problem["detail"]
    assert "%%" not in problem["detail"]


def test_a_handshake_that_cannot_be_is_a_problem_document(tmp_path: Path) -> None:
    """A foreign origin, another version, no key, a connection that is not to be upgraded, a HEAD."""
    handshake = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec_WebSocket_Version": "13"}
    key = {"Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ=="}

    async def run() -> None:
        async with served(tmp_path) as bed:
            for status, header in [
                (403, {**handshake, **key, "Origin": "https://evil.example"}),
                (426, {**handshake, **key, "Sec_WebSocket_Version": "8"}),
                (400, handshake),
                (400, {**handshake, **key, "Connection": "close"}),
                (426, {**handshake, **key, "Upgrade": "h2c"}),
            ]:
                answer = await bed.ask("/ws", **header)
                assert (answer.status, answer.headers["Content-Type"]) == (status, "application/problem+json")
                assert answer.json["status"] == status
            assert (await bed.ask("/ws", "HEAD", **handshake, **key)).status == 426

    asyncio.run(run())


@pytest.mark.parametrize(
    ("origin", "header", "let_in"),
    [
        ("http://{host}", {}, True),
        ("https://{host}", {}, True),
        ("https://panel.example", {}, True),
        ("http://panel.example", {}, False),
        ("https://panel.example:444", {}, False),
        ("https://panel.example.evil.example", {}, False),
        ("http://127.0.0.1:1", {}, False),
        ("http://localhost:1", {}, False),
        ("http://{host}@evil.example", {}, False),
        ("null", {}, False),
        ("", {}, False),
        ("http://{host}", {"Sec_Fetch_Site": "cross-site"}, False),
        ("https://evil.example", {"Sec_Fetch_Site": "cross-site"}, False),
        ("https://panel.example", {"Sec_Fetch_Site": "cross-site"}, True),
        (None, {}, True),
    ],
)
def test_a_socket_is_for_pages_from_here_and_those_listed(
    tmp_path: Path, origin: str | None, header: dict[str, str], let_in: bool
) -> None:
    """Another port is another origin; the scheme is not compared, for TLS may end before us."""
    handshake = {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec_WebSocket_Version": "13",
        "Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ==",
        **header,
    }

    async def run() -> int:
        async with served(tmp_path, COILCAST_GATEWAY_ALLOWED_ORIGINS="https://panel.example") as bed:
            host = f"127.0.0.1:{bed.settings.gateway.port}"
            if origin is not None:
                handshake["Origin"] = origin.format(host=host)
            return (await bed.ask("/ws", **handshake)).status

    assert asyncio.run(run()) == (101 if let_in else 403)


def test_only_a_listed_origin_may_read_an_answer(tmp_path: Path) -> None:
    """By its exact name; the answer says that it depends on it; a preflight tells what may be asked."""

    async def run() -> None:
        async with served(tmp_path, COILCAST_GATEWAY_ALLOWED_ORIGINS="https://panel.example") as bed:
            for origin, allowed in [
                ("https://panel.example", "https://panel.example"),
                ("http://panel.example", None),
                ("https://panel.example.evil.example", None),
                ("null", None),
            ]:
                for path in ("/api/config", "/nowhere"):
                    answer = await bed.ask(path, Origin=origin)
                    assert answer.headers["Access-Control-Allow-Origin"] == allowed
                    assert answer.headers["Vary"] == "Origin"
            preflight = await bed.ask("/api/config", "OPTIONS", Origin="https://panel.example")
            assert (preflight.status, preflight.body) == (204, b"")
            assert preflight.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"

    asyncio.run(run())


def test_a_header_cannot_be_put_into_an_answer(tmp_path: Path) -> None:
    """Line ends in a name or an origin go nowhere."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            answer = await bed.ask("/image/original/x%0d%0aX-Evil:%201.jpg?v=%0d%0aX-Evil:%201")
            assert (answer.status, answer.headers["X-Evil"]) == (404, None)
            name = "x\r\nX-Evil: 1.jpg"
            bed.add(name)
            bed.add(name, content=2)
            overwritten = await bed.ask("/image/original/x%0d%0aX-Evil:%201.jpg")
            assert (overwritten.status, overwritten.headers["X-Evil"]) == (404, None)
            assert "/image/original/x%0D%0AX-Evil%3A%201.jpg?v=2" in overwritten.json["detail"]

    asyncio.run(run())


class _Unreadable:
    """Stands for a catalog that cannot be read at the moment."""

    def find(self, *_: str) -> None:
        raise CatalogError("disk I/O error")


def test_a_catalog_that_cannot_be_read_is_503_and_one_line_in_the_log(tmp_path: Path) -> None:
    """What went wrong is for the log alone."""

    async def run(bed: Bed) -> None:
        bed.lookup._catalog = _Unreadable()  # type: ignore[assignment]
        answer = await bed.ask("/image/original/a.jpg")
        assert (answer.status, answer.json["detail"]) == (503, "the catalog cannot be read at the moment; ask again")
        (line,) = bed.out.getvalue().splitlines()
        assert "request failed: GET /image/original/a.jpg: disk I/O error" in line

    async def main() -> None:
        async with served(tmp_path) as bed:
            await run(bed)

    asyncio.run(main())


def test_a_mistake_inside_is_500_without_its_words(tmp_path: Path) -> None:
    """The trace is in the log."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            bed.lookup._catalog = None  # type: ignore[assignment]
            answer = await bed.ask("/image/original/a.jpg")
            assert (answer.status, answer.headers["Content-Type"]) == (500, "application/problem+json")
            assert b"find" not in answer.body
            assert "Traceback" in bed.out.getvalue()

    asyncio.run(run())


def test_routes_take_names_as_one_segment_of_the_path() -> None:
    """Whatever is in it: what is tried first is what is meant."""
    patterns = [pattern for pattern, _ in ROUTES]
    assert len(set(patterns)) == len(patterns)
    assert patterns[-1].startswith("/([A-Za-z0-9_.-]+"), "the panel's files are what nothing else is"
