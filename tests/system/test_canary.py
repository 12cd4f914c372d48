"""A canary on its whole way: from a hidden file in an image folder to a client, and where it gets lost."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from services.shared import canary
from services.shared.canary import CANARY_NAME
from tests.support.pictures import name_of, real
from tests.support.wait import until
from tests.system.conftest import MakeGateway, MakeWatcher
from tests.system.support.collecting import Collecting
from tests.system.support.gateway import Gateway
from tests.system.support.watcher import Watcher

QUICK = {"COILCAST_CANARY_INTERVAL_S": "0.5", "COILCAST_CANARY_TIMEOUT_S": "2"}

Collect = Callable[..., Collecting]


@pytest.fixture
def collect() -> Iterator[Collect]:
    """Makes collectors, which are closed after the test."""
    with ExitStack() as stack:

        def make(watcher: Watcher, gateway: Gateway, **settings: str) -> Collecting:
            made = Collecting(watcher, gateway.port, **{**QUICK, **settings})
            stack.callback(made.close)
            return made

        yield make


@pytest.mark.parametrize("mode", ["inotify", "polling"])
def test_it_comes_all_the_way_and_nobody_else_sees_it(make_watcher: MakeWatcher, collect: Collect, mode: str) -> None:
    """Each stage sees each; no client, list or comparison does, and the folder's mtime stays where it was."""
    watcher = make_watcher(COILCAST_WATCH_MODE=mode, COILCAST_WATCH_POLL_INTERVAL_S="0.2")
    watcher.make_folders()
    watcher.start()
    gateway = Gateway(watcher)
    gateway.start()
    try:
        collecting = collect(watcher, gateway)
        collecting.more_canaries()
        before_ns = watcher.original.stat().st_mtime_ns
        with gateway.client() as bare, gateway.client() as asking, gateway.client() as usual:
            usual.subscribe(previews=True, mode="every")
            asking.subscribe(canary=True)
            began_ms = time.time_ns() // 1_000_000
            told = asking.next("canary")
            collecting.more_canaries()
            for folder in ("main/original", "main/labeled"):
                assert (collecting.folder(folder).canary, collecting.folder(folder).canary_stage) == ("ok", None)
            assert told["data"]["folder"] in ("main/original", "main/labeled")
            assert told["data"]["written_at"] <= told["timestamp"]
            stages = ("written", "watcher", "catalog", "gateway", "client")
            until(lambda: all(collecting.seen_ms(stage) >= began_ms for stage in stages), what="each stage's word")
            assert [one["type"] for one in bare.settled()] == ["current_images"]
            others = {one["type"] for one in usual.settled()}
            assert others <= {"current_images", "subscribed", "health", "alert"}
        assert watcher.original.stat().st_mtime_ns == before_ns
        assert watcher.told() == []
        assert watcher.rejects() == {}
        assert watcher.reader.newest() == []
        assert json.loads(gateway.get("/api/images").body)["images"] == []
        assert gateway.get(f"/image/original/{CANARY_NAME}").status == 404
        collecting.close()
        assert list(watcher.original.iterdir()) == []
        watcher.stop()
        watcher.start()
        assert watcher.rejects() == {}
    finally:
        gateway.close()


def test_its_client_is_no_screen(watcher: Watcher, gateway: Gateway, collect: Collect) -> None:
    """Nobody counts it among those who look."""
    collecting = collect(watcher, gateway)
    collecting.more_canaries(1)
    assert json.loads(gateway.get("/api/status").body)["clients"]["websocket"] == 0
    with gateway.client():
        (watcher.original / name_of(1)).write_bytes(real("JPEG", 64, 48))
        gateway.says("1 client")


def test_a_file_left_by_a_node_that_died_is_no_image(make_watcher: MakeWatcher) -> None:
    """Neither at the start nor in a comparison."""
    watcher = make_watcher()
    watcher.make_folders()
    canary.place(watcher.original, 1_764_000_000_000)
    watcher.start()
    (watcher.original / name_of(1)).write_bytes(real("JPEG", 64, 48))
    watcher.tells(("new", name_of(1)))
    assert watcher.rejects() == {}
    assert [image.filename for image in watcher.reader.newest()] == [name_of(1)]


def test_the_stage_that_does_not_see_it_is_named(watcher: Watcher, gateway: Gateway, collect: Collect) -> None:
    """First the gateway stands still, then the watcher; each is well again when it goes on."""
    collecting = collect(watcher, gateway)
    collecting.more_canaries(1)
    gateway.process.send_signal(signal.SIGSTOP)
    collecting.finds(lambda one: one.canary_stage == "gateway", "a canary that is lost at the gateway")
    gateway.process.send_signal(signal.SIGCONT)
    collecting.finds(lambda one: one.canary == "ok", "a canary that came through again")
    watcher.send(signal.SIGSTOP)
    collecting.finds(lambda one: one.canary_stage == "watcher", "a canary that is lost at the watcher")
    watcher.send(signal.SIGCONT)
    collecting.finds(lambda one: one.canary == "ok", "a canary that came through again")


def test_it_goes_on_after_kills_of_anybody(watcher: Watcher, make_gateway: MakeGateway, collect: Collect) -> None:
    """Watcher, gateway and monitor: what comes back is seen again, without anybody being told what to do."""
    gateway = make_gateway()
    collecting = collect(watcher, gateway)
    collecting.more_canaries(1)
    watcher.kill()
    watcher.start()
    collecting.more_canaries()
    gateway.kill()
    gateway.start()
    collecting.more_canaries()
    collecting.close()
    again = collect(watcher, gateway)
    again.more_canaries()
    again.finds(lambda one: one.canary == "ok", "a canary that came through")


def test_where_none_can_be_written_there_is_no_alarm(watcher: Watcher, gateway: Gateway, collect: Collect) -> None:
    """A read-only folder is unplaced; the other one goes on."""
    with _read_only(watcher.labeled):
        collecting = collect(watcher, gateway)
        collecting.finds(lambda one: one.canary == "unplaced", "an unplaced canary", "main/labeled")
        collecting.more_canaries()
        assert collecting.folder().canary == "ok"
        assert collecting.folder("main/labeled").error == ""


@contextlib.contextmanager
def _read_only(path: object) -> Iterator[None]:
    subprocess.run(["mount", "--bind", str(path), str(path)], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", str(path)], check=True)
        yield
    finally:
        until(lambda: subprocess.run(["umount", str(path)], capture_output=True, check=False).returncode == 0)
