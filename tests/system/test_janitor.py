"""Retention with real processes: folder, catalog and previews lose the same images, whatever happens meanwhile."""

from __future__ import annotations

import random
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.sync.client import connect

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
        until(lambda: len(household.seqs()) == 1000, 30, "all images")
        household.make()
        household.pin(7, "labeled")
        household.grow_old()
        for _ in range(KILLS):
            household.tidy()
            before = len(household.there())
            until(lambda: len(household.there()) < before or before <= 41, 30, "that something goes")  # noqa: B023
            time.sleep(chance.uniform(0.0, 0.08))
            assert household.end_janitor(signal.SIGKILL) == -signal.SIGKILL
        assert len(household.there()) > 41, "it was done before it was killed so often"
        household.tidy()
        until(lambda: len(household.there()) == len(household.there("labeled")) == 40, 60, household.log_text())
        assert household.end_janitor() == 0
        expected = [7, *range(461, 500)]
        assert household.there("original") == household.there("labeled") == expected
        until(household.agrees, 60, "folders, catalog and previews that agree")
        assert "ERROR" not in household.log_text()
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
