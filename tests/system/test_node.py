"""The whole node with its real services, as ops start it: from a file in the folder to who looks at it."""

from __future__ import annotations

import io
import json
import shutil
import tempfile
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.support.pictures import name_of, real
from tests.support.wait import until
from tests.system.orchestrator.node import Node
from tests.system.support.gateway import Client

REAL = {"PYTHONPATH": ""}
"""No stand-ins."""


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    """One node, shared by the tests of this module."""
    folder = Path(tempfile.mkdtemp(prefix="cc-"))
    node = Node(folder, **REAL)
    (node.images / "labeled").mkdir()
    try:
        node.up()
        yield node
    finally:
        node.end()
        shutil.rmtree(folder)


def put(node: Node, name: str, kind: str = "original", size: tuple[int, int] = (1224, 1024)) -> Path:
    """A file as a camera writes it: under a hidden name, then renamed."""
    target = node.images / kind / name
    hidden = target.with_name(f".{name}")
    hidden.write_bytes(real("JPEG", *size))
    hidden.rename(target)
    return target


def get(node: Node, path: str) -> bytes:
    with urllib.request.urlopen(f"http://127.0.0.1:{node.port}{path}", timeout=15) as answer:
        body: bytes = answer.read()
        return body


def test_an_image_comes_to_a_client_with_its_preview_at_once(node: Node) -> None:
    """Told, pushed as a preview of the right size, served, in the catalog, in `history` and in `status`."""
    with connect(f"ws://127.0.0.1:{node.port}/ws", compression=None) as connection:
        client = Client(connection)
        client.subscribe(previews=True)
        path = put(node, name_of(1))
        update = client.next("image_update")
        header, preview = client.frame()
    image = update["data"]
    assert (image["filename"], header["seq"]) == (name_of(1), image["seq"])
    assert Image.open(io.BytesIO(preview)).size == (header["width"], header["height"])
    assert 700 <= header["width"] <= 1400
    assert get(node, image["url"]) == path.read_bytes()
    strip = Image.open(io.BytesIO(get(node, f"/preview/{image['seq']}?size=strip")))
    assert 100 <= strip.size[0] <= 240
    assert name_of(1) in node.run("history").stdout
    assert name_of(1) in node.run("status").stdout
    services = node.status()["services"]
    assert {name: service["state"] for name, service in services.items()} == {
        "watcher-0": "ready",
        "gateway-0": "ready",
        "thumbnailer-0": "ready",
    }


def test_the_status_tells_how_images_came_and_who_took_care_of_them(node: Node) -> None:
    """From the writer to the screen, by stage; each process with what it takes; over HTTP."""
    with connect(f"ws://127.0.0.1:{node.port}/ws", compression=None) as connection:
        client = Client(connection)
        client.subscribe()
        put(node, name_of(4))
        image = client.next("image_update")["data"]
        painted_at = image["written_at"] + 50
        client.send({"type": "painted", "images": [{"seq": image["seq"], "painted_at": painted_at}]})

        def told() -> Any:
            answer = json.loads(get(node, "/api/status"))
            return answer if answer["latency"]["stages"]["written_painted"]["count"] else None

        status = until(told, 15, "a painted image")
    assert status["status"] == "ok"
    services = {service["name"]: service for service in status["services"]}
    assert set(services) == {"watcher-0", "gateway-0", "thumbnailer-0"}
    for name, service in services.items():
        assert service["pid"] == node.pid(name)
        assert service["memory_bytes"] > 5 << 20
        assert service["cpu_s"] > 0
    assert status["clients"]["websocket"] >= 1
    (original,) = [kind for kind in status["images"] if (kind["camera"], kind["type"]) == ("main", "original")]
    assert original["last"]["seq"] == image["seq"]
    assert sum(count for _, count in original["minutes"]) == status["latency"]["images"]
    stages = status["latency"]["stages"]
    assert stages["written_painted"]["p50_ms"] == 50
    assert 0 <= stages["written_seen"]["p50_ms"] < 1000
    assert 0 <= stages["seen_pushed"]["p50_ms"] < 1000
    assert {disk["role"]: disk["total_bytes"] > 0 for disk in status["disks"]} == {"images": True, "state": True}


def test_a_reload_is_noticed_by_nobody_who_asks(node: Node) -> None:
    """Requests in a loop are all answered while the gateway is replaced; a WebSocket client is told to come back."""
    before, over, failures, answers = node.pid("gateway-0"), threading.Event(), [], [0]

    def ask() -> None:
        while not over.is_set():
            try:
                get(node, "/api/config")
                answers[0] += 1
            except (urllib.error.URLError, OSError) as error:
                failures.append(repr(error))

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        with connect(f"ws://127.0.0.1:{node.port}/ws", compression=None) as connection:
            client = Client(connection)
            epoch = client.subscribe(mode="every")["epoch"]
            seq = client.next("current_images")["data"].get("original", {"seq": 0})["seq"]
            assert node.run("reload").returncode == 0
            with pytest.raises(ConnectionClosed) as closed:
                client.next("image_update")
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1012
    finally:
        over.set()
        thread.join()
    assert failures == []
    assert answers[0] > 10
    assert node.pid("gateway-0") not in (0, before)
    put(node, name_of(2))
    with connect(f"ws://127.0.0.1:{node.port}/ws", compression=None) as connection:
        client = Client(connection)
        client.subscribe(mode="every", epoch=epoch, seq=seq)
        assert client.names(1) == [name_of(2)]


def test_files_that_are_no_images_are_listed_and_in_nobodys_way(node: Node) -> None:
    """Counted by reason in `status`, and the next image comes through."""
    (node.images / "original" / "notes.jpg").write_text("this is not an image")
    (node.images / "original" / "empty.jpg").touch()
    put(node, name_of(3))
    until(lambda: node.status()["reject_counts"] == {"empty": 1, "not_an_image": 1}, 15, "the rejects")
    assert node.status()["last_image"]["filename"] == name_of(3)
    said = node.run("status").stdout
    assert "notes.jpg" in said
    assert "empty.jpg" in said


def test_check_says_that_it_could_start(node: Node) -> None:
    """On a node that runs the port is no obstacle."""
    answer = node.run("check")
    assert answer.returncode == 0, answer.stdout
    assert "inotify" in answer.stdout


def test_nothing_is_left_when_it_ends(node: Node) -> None:
    """No process, socket, or lock; the last one here, as it ends the node."""
    node.down()
    assert node.leftovers() == []


def test_the_demo_plays_a_line() -> None:
    """With nothing set but where to keep it: images come and are shown, and it ends without a trace."""
    folder = Path(tempfile.mkdtemp(prefix="cc-"))
    node = Node(folder, **REAL, COILCAST_SIMULATOR_WIDTH="640", COILCAST_SIMULATOR_HEIGHT="480")
    try:
        node.up("demo")
        until(lambda: len(list((node.images / "labeled").glob("*.jpg"))) >= 2, 20, "labeled images")
        with connect(f"ws://127.0.0.1:{node.port}/ws", compression=None) as connection:
            client = Client(connection)
            kinds = {client.next("image_update")["data"]["type"] for _ in range(4)}
        assert kinds == {"original", "labeled"}
        assert node.status()["reject_counts"] == {}
        node.down()
        assert node.leftovers() == []
    finally:
        node.end()
        shutil.rmtree(folder)
