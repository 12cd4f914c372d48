"""Uploads to a real gateway beside a real watcher: from a camera without a share to a client's screen."""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import subprocess
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from services.shared.operations import Tokens
from tests.support.net import Answer
from tests.support.pictures import jpeg, name_of, real
from tests.support.wait import until
from tests.system.conftest import MakeGateway
from tests.system.support.gateway import Gateway
from tests.system.support.mounts import mounted
from tests.system.support.watcher import CHECKOUT, Watcher

A, B, C = name_of(1), name_of(2), name_of(3)
LARGEST = jpeg("", 52_428_800)


@pytest.fixture
def token(watcher: Watcher) -> str:
    tokens = Tokens(watcher.state / "operations.db")
    secret = tokens.add("camera", 1)
    tokens.close()
    return secret


def send(gateway: Gateway, token: str, query: str, body: bytes | Iterable[bytes], kind: str = "original") -> Answer:
    """As a camera would; a body in parts goes chunked."""
    connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=60)
    try:
        headers = {"Authorization": f"Bearer {token}"}
        chunked = not isinstance(body, bytes)
        connection.request("POST", f"/api/images/{kind}?{query}", body, headers, encode_chunked=chunked)
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())
    finally:
        connection.close()


def begun(gateway: Gateway, token: str, folder: Path, data: bytes) -> socket.socket:
    """An upload of which `data` is on the disk, and no more is sent."""
    before = hidden(folder)
    connection = socket.create_connection(("127.0.0.1", gateway.port), 20)
    head = f"POST /api/images/original?filename={A} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
    connection.sendall(f"{head}Content-Length: {2 * len(data)}\r\n\r\n".encode() + data)
    until(lambda: len(hidden(folder)) > len(before), what="a hidden file")
    return connection


def hidden(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(".upload-")]


def parts_of(data: bytes, size_bytes: int) -> Iterator[bytes]:
    for start in range(0, len(data), size_bytes):
        yield data[start : start + size_bytes]


def test_an_upload_is_on_the_screens_a_moment_later(watcher: Watcher, gateway: Gateway, token: str) -> None:
    """Whole or in chunks, and the bytes are what is served."""
    data = real("JPEG", 640, 480)
    with gateway.client() as client:
        client.next("current_images")
        answer = send(gateway, token, f"filename={A}", data)
        assert answer.status == 201
        update = client.next("image_update")["data"]
        assert (update["filename"], update["url"], update["size"]) == (A, answer.json["url"], len(data))
        assert send(gateway, token, f"filename={B}", parts_of(data, 1000), "labeled").status == 201
        assert client.names(1) == [B]
        assert send(gateway, token, f"filename={A}", data).status == 200
        assert send(gateway, token, f"filename={C}", jpeg("c")).status == 201
        # An upload that was sent twice is one image.
        assert client.names(1) == [C]
    assert gateway.get(answer.json["url"]).body == data
    watcher.tells(("new", A), ("new", B), ("new", C))
    assert watcher.rejects() == {}


def test_the_guides_own_words_upload(watcher: Watcher, gateway: Gateway, token: str, tmp_path: Path) -> None:
    """The command for curl in docs/deployment.md, as it stands there."""
    guide = (CHECKOUT / "docs" / "deployment.md").read_text("utf-8")
    command = re.search(r"^    (curl .*\\\n.*)$", guide, re.MULTILINE)
    assert command is not None
    (watcher.base / "camera-2" / "original").mkdir(parents=True)
    (tmp_path / "image.jpg").write_bytes(jpeg("", 2_000_000))
    words = command[1].replace("https://coilcast.example", f"http://127.0.0.1:{gateway.port}")
    for _ in range(2):
        environment = os.environ | {"TOKEN": token}
        done = subprocess.run(
            ["bash", "-c", words], cwd=tmp_path, env=environment, capture_output=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["camera"] == "camera-2"
    watcher.tells(("new", "20260131120000_2891_original.jpg"))


def test_two_cameras_at_once(watcher: Watcher, gateway: Gateway, token: str) -> None:
    """Each into its own folder, under the same name."""
    side = watcher.base / "side" / "original"
    side.mkdir(parents=True)
    watcher.says("side/original")
    with ThreadPoolExecutor(2) as threads:
        bodies = {"main": jpeg("main", 300_000), "side": jpeg("side", 300_000)}
        sent = {
            camera: threads.submit(send, gateway, token, f"camera={camera}&filename={A}", body)
            for camera, body in bodies.items()
        }
        assert {camera: one.result().status for camera, one in sent.items()} == {"main": 201, "side": 201}
    until(lambda: len(watcher.told()) == 2, what="both images")
    assert {event.image.camera for event in watcher.events} == {"main", "side"}
    assert gateway.get(f"/image/{A}").status == 404
    assert gateway.get(f"/image/side/original/{A}").body == bodies["side"]
    assert gateway.get(f"/image/original/{A}").body == bodies["main"]


def test_the_largest_image_comes_through_and_a_larger_one_does_not(
    watcher: Watcher, gateway: Gateway, token: str
) -> None:
    """50 MB in chunks, while other clients are answered; one byte more is refused at once."""
    with ThreadPoolExecutor(1) as thread:
        sending = thread.submit(send, gateway, token, f"filename={A}", parts_of(LARGEST, 65_536))
        while not sending.done():
            assert gateway.get("/api/config", timeout_s=5).status == 200
        assert sending.result().status == 201
    assert watcher.event(A).image.size_bytes == len(LARGEST)
    assert send(gateway, token, f"filename={B}", LARGEST + b"x").status == 413
    assert [path.name for path in watcher.original.iterdir()] == [A]


def test_a_cut_connection_leaves_nothing(watcher: Watcher, gateway: Gateway, token: str) -> None:
    """And the watcher never hears of it; sent again, it is there."""
    connection = begun(gateway, token, watcher.original, jpeg("", 1_000_000))
    connection.close()
    until(lambda: hidden(watcher.original) == [], what="an empty folder")
    data = jpeg("", 2_000_000)
    assert send(gateway, token, f"filename={A}", data).status == 201
    watcher.tells(("new", A))
    assert watcher.rejects() == {}


def test_a_gateway_that_ends_leaves_nothing(watcher: Watcher, gateway: Gateway, token: str) -> None:
    """It ends in time although somebody uploads."""
    with begun(gateway, token, watcher.original, jpeg("", 1_000_000)):
        gateway.stop()
    assert hidden(watcher.original) == []


def test_what_a_killed_gateway_left_goes_when_it_comes_back(
    watcher: Watcher, make_gateway: MakeGateway, token: str
) -> None:
    """At once; what its sister is at stays and comes through."""
    killed, sister = make_gateway(), make_gateway(instance=1)
    with begun(killed, token, watcher.original, jpeg("", 1_000_000)):
        data = jpeg("sister", 2_000_000)
        connection = begun(sister, token, watcher.original, data[:1_000_000])
        assert len(hidden(watcher.original)) == 2
        killed.kill()
    assert len(hidden(watcher.original)) == 2
    killed.start()
    until(lambda: len(hidden(watcher.original)) == 1, what="one hidden file")
    with connection:
        connection.sendall(data[1_000_000:])
        assert connection.recv(100).startswith(b"HTTP/1.1 201 ")
    watcher.tells(("new", A))
    assert [path.name for path in watcher.original.iterdir()] == [A]


def test_a_full_disk_is_said_and_leaves_nothing(watcher: Watcher, gateway: Gateway, token: str) -> None:
    """By its length before it is read, else as soon as the disk is full; with room again, it is taken."""
    first, second = jpeg("first", 40_000_000), jpeg("second", 40_000_000)
    with mounted(watcher.original):
        assert send(gateway, token, f"filename={A}", first).status == 201
        for body in (second, parts_of(second, 65_536)):
            answer = send(gateway, token, f"filename={B}", body)
            assert (answer.status, "disk" in answer.json["detail"]) == (507, True)
        until(lambda: hidden(watcher.original) == [], what="no hidden file")
        (watcher.original / A).unlink()
        assert send(gateway, token, f"filename={B}", second).status == 201


def test_a_wrong_token_gets_nothing_to_the_disk(watcher: Watcher, gateway: Gateway, token: str) -> None:
    """Revoked by command in mid-day, it counts no more; the panel's clients need none."""
    assert send(gateway, token, f"filename={A}", jpeg()).status == 201
    tokens = Tokens(watcher.state / "operations.db")
    tokens.revoke("camera", 2)
    tokens.close()
    answer = send(gateway, token, f"filename={B}", LARGEST)
    assert (answer.status, answer.headers["WWW-Authenticate"]) == (
        401,
        'Bearer realm="coilcast", error="invalid_token"',
    )
    assert gateway.get("/api/images").status == 200
    watcher.tells(("new", A))
