"""The port for Prometheus: few at a time, none for long, and a port that is taken ends nothing."""

from __future__ import annotations

import io
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from orchestrator.monitor.exporter import server as module
from orchestrator.monitor.exporter.server import AT_ONCE, MetricsServer, Page
from orchestrator.wording import MONITOR
from services.shared.logs import make_logger
from tests.support.net import free_port
from tests.support.wait import until
from tests.support.watching import settings_for

Make = Callable[[Page], "Bench"]


class Bench:
    def __init__(self, folder: Path, page: Page) -> None:
        self.port = free_port()
        self.out = io.StringIO()
        log = make_logger(settings_for(folder), "Monitor", MONITOR, self.out)
        self.server = MetricsServer("127.0.0.1", self.port, page, log)

    def start(self) -> Bench:
        self.server.start()
        until(lambda: "metrics are served" in self.out.getvalue(), what="the port")
        return self

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), 10)

    def ask(self, request: str) -> str:
        with self.connect() as connection:
            connection.sendall(request.encode())
            return rest(connection)


def rest(connection: socket.socket) -> str:
    data = b""
    while received := connection.recv(65536):
        data += received
    return data.decode()


def page(accept: str) -> tuple[bytes, str]:
    return b"up 1\n", accept or "text/plain"


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    with ExitStack() as stack:

        def made(of: Page) -> Bench:
            bench = Bench(tmp_path, of)
            stack.callback(bench.server.close)
            return bench

        yield made


def test_an_answer(make: Make) -> None:
    """The page as whoever asks accepts it; HEAD without it; whatever else is asked is told so."""
    bench = make(page).start()
    answer = bench.ask("GET /metrics?x=1 HTTP/1.1\r\nHost: here\r\nAccept: text/mine\r\n\r\n")
    assert answer.startswith("HTTP/1.1 200 OK\r\nContent-Type: text/mine\r\nContent-Length: 5\r\n")
    assert answer.endswith("\r\n\r\nup 1\n")
    assert bench.ask("HEAD /metrics HTTP/1.0\r\n\r\n").endswith("Connection: close\r\n\r\n")
    assert bench.ask("GET / HTTP/1.1\r\n\r\n").startswith("HTTP/1.1 404")
    assert bench.ask("POST /metrics HTTP/1.1\r\n\r\n").startswith("HTTP/1.1 405")


@pytest.mark.parametrize("request_text", ["GET\r\n\r\n", "GET /metrics FTP/1\r\n\r\n", "\r\n\r\n", "x" * 20_000])
def test_nonsense(make: Make, request_text: str) -> None:
    """Is not answered, and costs nobody else anything."""
    bench = make(page).start()
    with bench.connect() as connection:
        connection.sendall(request_text.encode())
        with suppress(ConnectionResetError):
            assert connection.recv(100) == b""
    assert "200 OK" in bench.ask("GET /metrics HTTP/1.1\r\n\r\n")


def test_slow_clients(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """However slowly they ask, they hold their places for so long; who comes meanwhile is turned away."""
    monkeypatch.setattr(module, "ASKED_WITHIN_S", 0.5)
    bench = make(page).start()
    with ExitStack() as stack:
        for _ in range(AT_ONCE):
            stack.enter_context(bench.connect()).sendall(b"GET /met")
        until(lambda: bench.server._places._value == 0, what="all places taken")
        with suppress(ConnectionError):
            assert bench.ask("GET /metrics HTTP/1.1\r\n\r\n") == ""
        until(lambda: bench.server._places._value == AT_ONCE, what="free places")
        assert "200 OK" in bench.ask("GET /metrics HTTP/1.1\r\n\r\n")


def test_one_scrape_at_a_time(make: Make) -> None:
    """So that a crowd does not take the monitor's processor; each is answered."""
    inside, most = [], []

    def slow_page(_: str) -> tuple[bytes, str]:
        inside.append(1)
        most.append(len(inside))
        time.sleep(0.02)
        inside.pop()
        return b"x", "text/plain"

    bench = make(slow_page).start()
    answers: list[str] = []
    threads = [
        threading.Thread(target=lambda: answers.append(bench.ask("GET /metrics HTTP/1.1\r\n\r\n")))
        for _ in range(AT_ONCE)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert [answer[:15] for answer in answers] == ["HTTP/1.1 200 OK"] * AT_ONCE
    assert max(most) == 1


def test_a_page_that_fails(make: Make) -> None:
    """Is an error for once, with its trace in the log."""

    def wrong(_: str) -> tuple[bytes, str]:
        raise ZeroDivisionError("no")

    bench = make(wrong).start()
    assert bench.ask("GET /metrics HTTP/1.1\r\n\r\n").startswith("HTTP/1.1 500")
    assert "could not be made: ZeroDivisionError: no" in bench.out.getvalue()


def test_a_port_that_is_taken(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is said once, and taken as soon as it is free."""
    monkeypatch.setattr(module, "AGAIN_S", 0.02)
    bench = make(page)
    with socket.create_server(("127.0.0.1", bench.port)):
        bench.server.start()
        until(lambda: "cannot be served" in bench.out.getvalue(), what="a word on it")
        time.sleep(0.2)
    until(lambda: "metrics are served" in bench.out.getvalue(), what="the port")
    assert bench.out.getvalue().count("cannot be served") == 1
    assert "200 OK" in bench.ask("GET /metrics HTTP/1.1\r\n\r\n")


def test_the_end(make: Make) -> None:
    """Comes at once, and the port is free again."""
    bench = make(page).start()
    began_s = time.monotonic()
    bench.server.close()
    assert time.monotonic() - began_s < module.ENDS_WITHIN_S
    assert not bench.server._thread.is_alive()
    with socket.create_server(("127.0.0.1", bench.port)):
        pass


def test_a_machine_without_a_thread_to_spare_costs_those_scrapes(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """And no others: the port is not lost for it."""
    bench = make(page).start()
    refused: list[str] = []

    class Thread(threading.Thread):
        def start(self) -> None:
            if self.name == "scrape" and len(refused) < 2 * AT_ONCE:
                refused.append(self.name)
                raise RuntimeError("can't start new thread")
            super().start()

    monkeypatch.setattr("orchestrator.monitor.exporter.server.threading.Thread", Thread)
    for _ in range(2 * AT_ONCE):
        with suppress(ConnectionError):
            assert bench.ask("GET /metrics HTTP/1.1\r\n\r\n") == ""
    assert "up 1" in bench.ask("GET /metrics HTTP/1.1\r\n\r\n")
