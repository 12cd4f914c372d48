"""Uploads to a whole node as ops run it: tokens by command, gateways that are replaced or killed meanwhile."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.sync.client import connect

from tests.support.net import Answer
from tests.support.pictures import jpeg, name_of
from tests.support.wait import until
from tests.system.orchestrator.node import Node
from tests.system.support.gateway import Client


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    """One node with its real services, shared by the tests of this module."""
    folder = Path(tempfile.mkdtemp(prefix="cc-"))
    node = Node(folder, PYTHONPATH="")
    (node.images / "labeled").mkdir()
    try:
        node.up()
        yield node
    finally:
        node.end()
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def token(node: Node) -> str:
    return node.run("tokens", "add", "camera-2").stdout.strip()


def send(node: Node, token: str, name: str, data: bytes) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", node.port, timeout=30)
    try:
        connection.request("POST", f"/api/images/original?filename={name}", data, {"Authorization": f"Bearer {token}"})
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())
    finally:
        connection.close()


def begin(node: Node, token: str, name: str, data: bytes) -> socket.socket:
    """Half of an upload; it is on the disk."""
    connection = socket.create_connection(("127.0.0.1", node.port), 20)
    head = f"POST /api/images/original?filename={name} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
    connection.sendall(f"{head}Content-Length: {len(data)}\r\n\r\n".encode() + data[: len(data) // 2])
    until(lambda: hidden(node), what="a hidden file")
    return connection


def hidden(node: Node) -> list[Path]:
    return list((node.images / "original").glob(".upload-*"))


def test_a_camera_with_a_token_is_on_the_screens(node: Node, token: str) -> None:
    """Until it is revoked; `tokens list` tells that it was used."""
    with connect(f"ws://127.0.0.1:{node.port}/ws", compression=None) as connection:
        client = Client(connection)
        client.next("current_images")
        assert send(node, token, name_of(1), jpeg("1")).status == 201
        assert client.names(1) == [name_of(1)]
    second = node.run("tokens", "add", "spare").stdout.strip()
    node.run("tokens", "revoke", "spare")
    assert send(node, second, name_of(2), jpeg("2")).status == 401
    row = next(line for line in node.run("tokens", "list").stdout.splitlines() if line.startswith("camera-2"))
    assert row.count(" -") == 1, "made and used, not revoked"


def test_a_gateway_that_is_killed_in_mid_upload_leaves_nothing(node: Node, token: str) -> None:
    """The one that takes its place removes the half; the camera sends again, and it is there."""
    data, pid = jpeg("3", 2_000_000), node.pid("gateway-0")
    with begin(node, token, name_of(3), data):
        os.kill(pid, signal.SIGKILL)
    node.await_replaced("gateway-0", pid, 20)
    until(lambda: not hidden(node), what="no hidden file")
    assert send(node, token, name_of(3), data).status == 201


def test_a_reload_in_mid_upload_leaves_nothing(node: Node, token: str) -> None:
    """It waits for no camera; the camera sends again."""
    data = jpeg("4", 2_000_000)
    with begin(node, token, name_of(4), data):
        assert node.run("reload").returncode == 0
    until(lambda: not hidden(node), what="no hidden file")
    assert send(node, token, name_of(4), data).status == 201
    assert sorted(path.name for path in (node.images / "original").iterdir()) == [name_of(n) for n in (1, 3, 4)]
