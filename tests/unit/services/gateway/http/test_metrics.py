"""The monitor's figures on the gateway's port."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from services.gateway.http import metrics as module
from services.gateway.http.metrics import reachable
from tests.support.net import free_port
from tests.support.serving import Bed, served

Act = Callable[[Bed], Awaitable[None]]


def run(folder: Path, port: int, act: Act, *, on_gateway: bool = True) -> None:
    async def serving() -> None:
        settings = {"COILCAST_METRICS_PORT": str(port), "COILCAST_METRICS_ON_GATEWAY": str(on_gateway).lower()}
        async with served(folder, **settings) as bed:
            await act(bed)

    asyncio.run(serving())


class Monitor:
    """A port that answers like the monitor's, or not at all."""

    def __init__(self, port: int, *, is_silent: bool = False, status: str = "200 OK") -> None:
        self._port = port
        self._is_silent = is_silent
        self._status = status
        self.asked = ""

    async def __aenter__(self) -> Monitor:
        self._server = await asyncio.start_server(self._answer, "127.0.0.1", self._port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked = (await reader.readuntil(b"\r\n\r\n")).decode()
        if self._is_silent:
            await reader.read()
        else:
            head = f"HTTP/1.1 {self._status}\r\nContent-Type: text/mine\r\nContent-Length: 5\r\n\r\n"
            writer.write(head.encode() + b"up 1\n")
            await writer.drain()
        writer.close()


def test_the_same_as_the_monitor_serves(tmp_path: Path) -> None:
    """Body and media type, and what the client accepts is what the monitor is asked for."""
    port = free_port()

    async def act(bed: Bed) -> None:
        async with Monitor(port) as monitor:
            answer = await bed.ask("/metrics", Accept="application/openmetrics-text")
            assert (answer.status, answer.body, answer.headers["Content-Type"]) == (200, b"up 1\n", "text/mine")
            assert "Accept: application/openmetrics-text\r\n" in monitor.asked
            assert (await bed.ask("/metrics", "HEAD")).status == 200

    run(tmp_path, port, act)


def test_not_unless_the_settings_want_it(tmp_path: Path) -> None:
    """Nobody asks the monitor then."""
    port = free_port()

    async def act(bed: Bed) -> None:
        async with Monitor(port) as monitor:
            answer = await bed.ask("/metrics")
            assert (answer.status, answer.headers["Content-Type"]) == (404, "application/problem+json")
            assert not monitor.asked

    run(tmp_path, port, act, on_gateway=False)


def test_a_monitor_that_is_not_there(tmp_path: Path) -> None:
    """Is a problem that says so."""

    async def act(bed: Bed) -> None:
        answer = await bed.ask("/metrics")
        assert (answer.status, answer.json["detail"]) == (503, "the monitor does not answer at the moment; ask again")

    run(tmp_path, free_port(), act)


@pytest.mark.parametrize(("is_silent", "status"), [(True, ""), (False, "500 No"), (False, "302 Elsewhere")])
def test_a_monitor_that_hangs_or_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_silent: bool, status: str
) -> None:
    """Holds up whoever asks for so long, and nobody else."""
    monkeypatch.setattr(module, "PATIENCE_S", 0.3)
    port = free_port()

    async def act(bed: Bed) -> None:
        async with Monitor(port, is_silent=is_silent, status=status):
            asking = asyncio.ensure_future(bed.ask("/metrics"))
            assert (await bed.ask("/api/config")).status == 200
            assert (await asking).status == 503

    run(tmp_path, port, act)


@pytest.mark.parametrize(
    ("bind", "asked"),
    [("0.0.0.0", "127.0.0.1"), ("::", "[::1]"), ("fe80::1", "[fe80::1]"), ("10.0.0.7", "10.0.0.7"), ("node", "node")],
)
def test_where_the_monitor_is(bind: str, asked: str) -> None:
    """Who listens on every address is asked on the machine's own."""
    assert reachable(bind) == asked
