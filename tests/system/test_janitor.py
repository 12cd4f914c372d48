"""Retention with real processes: folder, catalog and previews lose the same images, whatever happens meanwhile."""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageFilter
from websockets.sync.client import connect

from services.shared.catalog import CatalogReader
from services.shared.retention.plan import YOUNG_MS
from tests.support.pictures import jpeg, name_of
from tests.support.wait import until
from tests.system.orchestrator.node import Node
from tests.system.support.gateway import Client
from tests.system.support.janitor import Household, free_share
from tests.system.support.mounts import mounted

KILLS = 20


@pytest.fixture
def folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="cc-"))
    yield path
    shutil.rmtree(path)


@pytest.mark.timeout(240)
def test_killed_again_and_again_it_leaves_nothing_half_deleted(folder: Path) -> None:
    """Twenty times in the midst of it: then frames are whole, and folder, catalog and previews have the same images."""
    household = Household(folder, COILCAST_RETENTION_MAX_COUNT="40", COILCAST_RETENTION_MAX_DELETES_PER_S="100")
    chance = random.Random(4)
    try:
        household.make_folders()
        household.start()
        household.frames(0, 500)
        household.until(lambda: len(household.seqs()) == 1000, 30, "all images")
        household.make()
        household.pin(7, "labeled")
        household.grow_old()
        for _ in range(KILLS):
            household.tidy()
            before = len(household.there())
            household.until(lambda: len(household.there()) < before or before <= 41, 30, "that something goes")  # noqa: B023
            time.sleep(chance.uniform(0.0, 0.08))
            assert household.end_janitor(signal.SIGKILL) == -signal.SIGKILL
        assert len(household.there()) > 41, "it was done before it was killed so often"
        household.tidy()
        household.until(
            lambda: len(household.there()) == len(household.there("labeled")) == 40, 60, household.log_text()
        )
        assert household.end_janitor() == 0
        expected = [7, *range(461, 500)]
        assert household.there("original") == household.there("labeled") == expected
        household.until(household.agrees, 60, "folders, catalog and previews that agree")
        assert "ERROR" not in household.log_text()
    finally:
        household.close()


def test_killed_between_the_halves_it_leaves_word_of_the_other(folder: Path) -> None:
    """The next one finishes what was begun, and nothing else, though no limit asks for it any more."""
    household = Household(folder, COILCAST_RETENTION_MAX_COUNT="5")
    try:
        household.make_folders()
        household.start()
        household.frames(0, 10)
        household.until(lambda: len(household.seqs()) == 20, 10, "all images")
        household.make()
        household.grow_old()
        killed = household.tidy(sys.executable, "-m", "tests.system.support.killed_at", "between_the_halves")
        household.until(lambda: killed.poll() is not None, 20, "its end")
        assert killed.returncode == -signal.SIGKILL
        assert (household.there(), household.there("labeled")) == ([*range(10)], [*range(1, 10)])
        household.environment["COILCAST_RETENTION_MAX_COUNT"] = "0"
        household.tidy()
        household.until(lambda: household.there() == [*range(1, 10)], 20, household.log_text())
        household.until(household.agrees, 20, "folders, catalog and previews that agree")
        assert household.end_janitor() == 0
        assert household.there("labeled") == [*range(1, 10)]
    finally:
        household.close()


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


def test_old_originals_become_smaller_and_nobody_takes_them_for_new(folder: Path) -> None:
    """Another version under the name, with the times of the old one; previews are made again; the rest is as it was."""
    household = Household(folder, COILCAST_RETENTION_REENCODE_AFTER_H="0.001")
    picture = io.BytesIO()
    Image.effect_noise((400, 300), 20).filter(ImageFilter.GaussianBlur(1)).save(picture, "JPEG", quality=98)
    data = picture.getvalue()
    try:
        household.make_folders()
        household.start()
        household.make()
        paths = [household.put(number, kind, data) for number in range(4) for kind in ("original", "labeled")]
        household.until(lambda: len(household.told()) == 8, 10, "all images")
        household.makes(*household.seqs())
        originals = [path for path in paths if path.parent.name == "original"]
        before = {path: path.stat() for path in paths}
        newest = household.reader.newest(kind="original")[0]
        household.tidy()
        household.until(
            lambda: all(path.stat().st_size < len(data) for path in originals[:3]), 30, household.log_text()
        )
        household.until(lambda: len(household.told()) == 11, 10, "three new versions")
        changes = [event for event in household.events if event.type == "changed"]
        assert [event.image.filename for event in changes] == [path.name for path in originals[:3]]
        assert [(event.shown, event.image.revised) for event in changes] == [(False, True)] * 3
        for path in paths:
            assert path.stat().st_mtime_ns == before[path].st_mtime_ns
        assert originals[3].read_bytes() == data
        assert household.reader.newest(kind="original")[0] == newest
        for path, event in zip(originals, changes, strict=False):
            with Image.open(path) as image:
                image.load()
                assert image.size == (400, 300)
            assert event.image.size_bytes == path.stat().st_size
        household.until(household.agrees, 20, "previews of the new versions alone")
        assert [path.name for path in household.original.iterdir() if path.name.startswith(".")] == []
        assert household.end_janitor() == 0
    finally:
        household.close()


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


def test_a_disk_without_a_free_byte_keeps_nobody_from_making_room(folder: Path) -> None:
    """Also where the state lies on it: the janitor starts, writes down what it deletes, and the watcher logs it."""
    with mounted(folder):
        household = Household(folder, COILCAST_RETENTION_KEEP_FREE_PERCENT="10", COILCAST_RETENTION_INTERVAL_S="60")
        try:
            household.make_folders()
            household.start()
            _fill(household)
            assert free_share(folder) == 0
            time.sleep(YOUNG_MS / 1000)
            household.janitor_log = folder.with_suffix(".log")
            household.tidy()
            household.until(lambda: free_share(folder) >= 0.1, 30, household.log_text())
            household.until(lambda: household.catalogued() == household.there(), 20, "a catalog that knows")
            assert household.end_janitor() == 0
            assert "cannot be written down" not in household.log_text()
            assert household.there()[0] > 0
        finally:
            household.close()
            household.janitor_log.unlink(missing_ok=True)


def _fill(household: Household) -> None:
    """Images until no more fits, and the last block with the beginning of one."""
    with contextlib.suppress(OSError):
        for number in range(400):
            household.put(number, "original", jpeg(str(number), 300_000))
    (unfinished,) = household.original.glob(".*")
    fd = os.open(unfinished, os.O_WRONLY | os.O_APPEND)
    with contextlib.suppress(OSError):
        while True:
            os.write(fd, bytes(4096))
    os.close(fd)
