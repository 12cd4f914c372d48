"""The panel's files over HTTP, and the socket at the root."""

from __future__ import annotations

import asyncio
from pathlib import Path

from websockets.asyncio.client import connect

from services.gateway.panel import INDEX, Panel
from tests.support.serving import Bed, bed_in, served


def build(tmp_path: Path) -> Panel:
    """A panel of a page and a script."""
    folder = tmp_path / "panel"
    (folder / "assets").mkdir(parents=True)
    (folder / INDEX).write_text("<!doctype html>")
    (folder / "assets" / "index-a1.js").write_text("let a")
    (folder / "favicon.svg").write_text("<svg/>")
    return Panel(folder)


def test_the_panels_files_are_served(tmp_path: Path) -> None:
    """The page is asked for each time, what its name changes with is kept; who has it is told so."""

    async def run(bed: Bed) -> None:
        for path, body, cache in [
            ("/", b"<!doctype html>", "no-cache"),
            ("/index.html", b"<!doctype html>", "no-cache"),
            ("/assets/index-a1.js", b"let a", "private, max-age=31536000, immutable"),
            ("/favicon.svg", b"<svg/>", "no-cache"),
        ]:
            answer = await bed.ask(path)
            assert (answer.status, answer.body, answer.headers["Cache-Control"]) == (200, body, cache)
            assert (await bed.ask(path, If_None_Match=answer.headers["ETag"])).status == 304
        for path in ("/assets/", "/assets/..", "/assets/%2e%2e", "/assets/none.js", "/index.html/", "/a/b/c"):
            assert (await bed.ask(path)).status == 404

    async def main() -> None:
        panel = build(tmp_path)
        async with bed_in(tmp_path) as bed:
            bed.panel = panel
            async with bed.serving():
                await run(bed)

    asyncio.run(main())


def test_a_panel_that_was_not_built_is_said_so(tmp_path: Path) -> None:
    """And how to build it; the rest works."""

    async def run() -> None:
        async with bed_in(tmp_path) as bed:
            bed.panel = Panel(tmp_path / "none")
            async with bed.serving():
                answer = await bed.ask("/")
                assert (answer.status, answer.headers["Content-Type"]) == (503, "application/problem+json")
                assert "ops/prepare" in answer.json["detail"]
                assert (await bed.ask("/health")).status == 200

    asyncio.run(run())


def test_a_socket_is_at_the_root_as_the_replaced_service_had_it(tmp_path: Path) -> None:
    """With or without a panel."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            async with connect(f"ws://127.0.0.1:{bed.settings.gateway.port}/") as client:
                assert '"current_images"' in str(await client.recv())
            handshake = {
                "Upgrade": "websocket",
                "Connection": "Upgrade",
                "Sec_WebSocket_Version": "13",
                "Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ==",
            }
            assert (await bed.ask("/", "HEAD", **handshake)).status != 101

    asyncio.run(run())


def test_another_upgrade_than_to_a_socket_gets_the_panel(tmp_path: Path) -> None:
    """As if it had not been asked for (RFC 9110, 7.8)."""

    async def run() -> None:
        panel = build(tmp_path)
        async with bed_in(tmp_path) as bed:
            bed.panel = panel
            async with bed.serving():
                answer = await bed.ask("/", Upgrade="h2c", Connection="Upgrade, HTTP2-Settings")
                assert (answer.status, answer.body) == (200, b"<!doctype html>")

    asyncio.run(run())
