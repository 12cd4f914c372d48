"""No more connections than there are descriptors for."""

from __future__ import annotations

import os
import resource
import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import tornado.netutil

from services.gateway import listening as listening_module
from services.gateway.listening import Listening


@pytest.fixture
def turned_away() -> list[bool]:
    """Grows by one for each who is turned away."""
    return []


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch, turned_away: list[bool]) -> Iterator[Listening]:
    """A listening socket in a process that may have some 20 descriptors more."""
    probe = os.dup(0)
    os.close(probe)
    monkeypatch.setattr(listening_module, "RESERVED", 10)
    monkeypatch.setattr(resource, "getrlimit", lambda _: (probe + 30, probe + 30))
    (bound,) = tornado.netutil.bind_sockets(0, "127.0.0.1")
    with Listening(bound, lambda: turned_away.append(True)) as listening:
        yield listening


def accepted(listening: Listening) -> list[socket.socket]:
    """All that can be had at once."""
    found = []
    while True:
        try:
            found.append(listening.accept()[0])
        except BlockingIOError:
            return found


def test_connections_are_taken_as_from_any_socket(port: Listening, turned_away: list[bool]) -> None:
    """None waiting is no wait."""
    assert accepted(port) == []
    with socket.create_connection(port.getsockname()) as client:
        (connection,) = accepted(port)
        with connection:
            connection.sendall(b"hello")
            assert client.recv(10) == b"hello"
    assert turned_away == []


def test_beyond_the_descriptors_there_are_whoever_connects_is_closed_at_once(
    port: Listening, turned_away: list[bool]
) -> None:
    """Nobody waits for an answer; once some have gone, the next are taken."""
    with ExitStack() as stack:
        clients = [stack.enter_context(socket.create_connection(port.getsockname())) for _ in range(30)]
        taken = accepted(port)
        assert len(taken) + len(turned_away) == 30
        assert turned_away
        for client in clients[len(taken) :]:
            assert client.recv(10) == b""
        for connection in taken:
            connection.close()
    with socket.create_connection(port.getsockname()) as client:
        (connection,) = accepted(port)
        connection.close()
        assert client.recv(10) == b""


def test_a_small_limit_leaves_half_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some clients are better than none."""
    monkeypatch.setattr(resource, "getrlimit", lambda _: (64, 64))
    (bound,) = tornado.netutil.bind_sockets(0, "127.0.0.1")
    with Listening(bound, lambda: None) as listening:
        assert listening._most == 32
