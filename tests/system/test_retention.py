"""Retention in a whole node: what ops set, pin, ask and confirm, and a line that goes on meanwhile."""

from __future__ import annotations

import json
import shutil
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import connect

from services.shared.catalog import CatalogReader
from tests.support.pictures import jpeg, name_of
from tests.support.wait import until
from tests.system.orchestrator.node import Node
from tests.system.support.gateway import Client
from tests.system.support.janitor import free_share
from tests.system.support.mounts import mounted


@pytest.fixture
def folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="cc-"))
    yield path
    shutil.rmtree(path)


def test_a_watermark_holds_while_the_line_runs(folder: Path) -> None:
    """A filesystem that would be full in seconds keeps a tenth free, and no image is missed or told late."""
    node = Node(
        folder,
        PYTHONPATH="",
        COILCAST_RETENTION_ENABLED="true",
        COILCAST_RETENTION_INTERVAL_S="1",
        COILCAST_PREVIEWS_AHEAD="0",
    )
    with mounted(node.images):
        for kind in ("original", "labeled"):
            (node.images / kind).mkdir()
        for number in range(170):
            (node.images / "original" / name_of(number)).write_bytes(jpeg(str(number), 300_000))
        assert free_share(node.images) < 0.25
        try:
            node.up()
            with connect(f"ws://127.0.0.1:{node.port}/ws", compression=None) as connection:
                client = Client(connection)
                client.subscribe(mode="every")
                written, told = _run_line(node, client, range(1000, 1150))
            assert told == written
            until(lambda: free_share(node.images) >= 0.1, 30, "a tenth that is free")
            left = {path.name for path in (node.images / "original").iterdir() if not path.name.startswith(".")}
            assert name_of(1149) in left
            assert name_of(0) not in left
            until(lambda: node.service("janitor-0")["detail"].get("deleted", 0) > 0, 10, "what the janitor says")
            assert "deleted" in node.log("janitor-0")
            assert node.status()["status"] == "ok"
            node.down()
        finally:
            node.end()


def _run_line(node: Node, client: Client, numbers: range) -> tuple[list[str], list[str]]:
    """Write an image ten times a second; the names written, and those told in order. Fails when the disk is full."""
    written: list[str] = []

    def write() -> None:
        for number in numbers:
            hidden = node.images / "original" / ".new"
            hidden.write_bytes(jpeg(str(number), 300_000))
            hidden.rename(hidden.with_name(name_of(number)))
            written.append(name_of(number))
            time.sleep(0.1)

    thread = threading.Thread(target=write)
    thread.start()
    told: list[str] = []
    while len(told) < len(numbers):
        update = client.next("image_update", timeout_s=20)["data"]
        told.append(update["filename"])
    thread.join()
    return written, told


def test_what_is_pinned_stays_and_what_would_go_is_told_before(folder: Path) -> None:
    """By the command and over HTTP, until it is ended; `retention --dry-run` says what would go and deletes nothing."""
    node = Node(folder, PYTHONPATH="")
    for kind in ("original", "labeled"):
        (node.images / kind).mkdir(exist_ok=True)
        for number in range(20):
            coil = "77" if number == 5 else "2891"
            (node.images / kind / name_of(number, kind, coil)).write_bytes(jpeg(f"{number}{kind}", 100_000))
    limits = {
        "COILCAST_RETENTION_ENABLED": "true",
        "COILCAST_RETENTION_KEEP_FREE_PERCENT": "0",
        "COILCAST_RETENTION_MAX_COUNT": "6",
        "COILCAST_RETENTION_INTERVAL_S": "1",
    }
    try:
        node.up()
        until(lambda: "40" in node.run("retention").stdout or len(_names(node)) == 20, 10, "the import")
        assert node.run("retention").stdout.startswith("retention is off")
        said = node.run("pin", name_of(3, "labeled"), "--by", "Kim", "--note", "claim 4711")
        assert (said.returncode, said.stdout.strip()) == (
            0,
            f"pin 1: main/labeled/{name_of(3, 'labeled')} stays (end it: `service-orchestrator unpin 1`)",
        )
        assert _ask(node, "/api/pins", {"by": "박", "coil": "77"})["id"] == 2
        assert node.run("pin", "nothing.jpg").returncode == 1
        assert node.run("pin").returncode == 2
        listed = node.run("pins").stdout
        assert "claim 4711" in listed
        assert "coil 77" in listed

        until(lambda: "would go now: 28 images, 2.8 MB" in _dry_run(node, limits), 10, _dry_run(node, limits))
        lines = [line.split() for line in _dry_run(node, limits).splitlines() if " count " in line]
        assert [(line[0], line[1], line[3], line[4:6]) for line in lines] == [
            ("main", "original", "14", ["1.4", "MB"]),
            ("main", "labeled", "14", ["1.4", "MB"]),
        ]
        assert len(_names(node)) == 20
        node.down()

        node.env |= limits
        node.up()
        expected = [3, 5, 16, 17, 18, 19]
        until(lambda: _numbers(node) == _numbers(node, "labeled") == expected, 20, "the rest that stays")
        assert "nothing would go now" in _dry_run(node, {})
        until(lambda: "has deleted 28 images" in node.run("retention").stdout, 10, "what the janitor did")
        assert node.run("unpin", "1").stdout.startswith("pin 1 is over")
        assert node.run("unpin", "1").returncode == 1
        _ask(node, "/api/pins/2/end", {"by": "박"})
        assert node.run("pins").stdout.strip() == "nothing is pinned"
        for number in (30, 31):
            (node.images / "original" / name_of(number)).write_bytes(jpeg(str(number), 100_000))
        until(lambda: _numbers(node) == [16, 17, 18, 19, 30, 31], 30, "the pinned ones gone")
        until(lambda: _numbers(node, "labeled") == [16, 17, 18, 19], 10, "and their other halves")
        node.down()
        assert node.leftovers() == []
    finally:
        node.end()


def _dry_run(node: Node, settings: dict[str, str]) -> str:
    return node.run("retention", "--dry-run", **settings).stdout


def _names(node: Node, kind: str = "original") -> list[str]:
    return sorted(path.name for path in (node.images / kind).iterdir() if not path.name.startswith("."))


def _numbers(node: Node, kind: str = "original") -> list[int]:
    names = _names(node, kind)
    return [number for number in range(40) if any(name_of(number, kind, coil) in names for coil in ("2891", "77"))]


def _ask(node: Node, path: str, body: dict[str, Any]) -> Any:
    request = urllib.request.Request(
        f"http://127.0.0.1:{node.port}{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=15) as answer:
        return json.load(answer)


def test_more_than_half_that_is_gone_waits_for_somebodys_word(folder: Path) -> None:
    """The catalog keeps what has no file, an alert says so, and it is over when ops have confirmed."""
    node = Node(folder, PYTHONPATH="", COILCAST_RETENTION_ENABLED="true", COILCAST_RETENTION_KEEP_FREE_PERCENT="0")
    original = node.images / "original"
    for number in range(1700):
        (original / name_of(number)).write_bytes(jpeg(str(number)))

    def catalogued() -> int:
        with closing(CatalogReader(node.state / "catalog.db")) as catalog:
            return catalog.counts().get(("main", "original"), 0)

    try:
        node.up()
        until(lambda: catalogued() == 1700, 30, "the import")
        assert node.run("retention", "--confirm").stdout.strip() == "there is nothing to confirm"
        node.down()
        for number in range(1200):
            (original / name_of(number)).unlink()
        node.up()
        alert = until(lambda: _alerts(node, "firing"), 30, "an alert")[0]
        assert (alert["name"], alert["reason"], alert["service"]) == ("retention_stuck", "too_many", "janitor-0")
        assert catalogued() == 1700
        assert "1200 of 1700 images of the catalog have no file (main/original)" in node.log("watcher-0")
        said = node.run("retention", "--confirm").stdout
        assert said.startswith("confirmed: main/original: 1200 / 1700")
        until(lambda: catalogued() == 500, 30, "a catalog without them")
        until(lambda: not _alerts(node, "firing"), 30, "the end of the alert")
        assert [one["name"] for one in _alerts(node, "all")] == ["retention_stuck"]
        node.down()
    finally:
        node.end()


def _alerts(node: Node, state: str) -> list[dict[str, Any]]:
    with urllib.request.urlopen(f"http://127.0.0.1:{node.port}/api/alerts?state={state}", timeout=15) as answer:
        found: list[dict[str, Any]] = json.load(answer)["alerts"]
        return found
