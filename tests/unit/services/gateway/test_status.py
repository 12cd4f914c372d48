"""The node over the last hour, from what the monitor, the catalog, other gateways and the kernel say."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from services.gateway import status as module
from services.gateway.machine import Space
from services.gateway.wire import now_ms
from services.shared.catalog import CatalogReader
from services.shared.deliveries import Delivery, DeliveryWriter
from services.shared.errors import CatalogError
from services.shared.messages import Flow, ServiceHealth
from services.shared.operations import Line
from tests.support.serving import Bed, served

STAGE_NAMES = ["captured_written", "written_seen", "seen_pushed", "pushed_painted", "written_painted"]


def run(tmp_path: Path, act: Callable[[Bed], Coroutine[Any, Any, None]]) -> None:
    async def in_bed() -> None:
        async with served(tmp_path) as bed:
            await act(bed)

    asyncio.run(in_bed())


def add(bed: Bed, name: str, ago_ms: int = 1000, **fields: Any) -> int:
    """An image that was seen so long ago, 2 ms after it was written; returns when that was."""
    at_ms = now_ms() - ago_ms
    bed.add(name, captured_at_ms=at_ms - 42, written_at_ms=at_ms - 2, seen_at_ms=at_ms, **fields)
    return at_ms


async def asked(bed: Bed) -> Any:
    answer = await bed.ask("/api/status")
    assert answer.status == 200
    return answer.json


def test_images_are_counted_by_folder_and_minute(tmp_path: Path) -> None:
    """Those of the last hour that came live, with the newest of each; a folder without is there, too."""

    async def act(bed: Bed) -> None:
        bed.add("old.jpg", kind="labeled", imported=True)
        bed.lookup.refresh()
        add(bed, "before.jpg", 3_700_000)
        for number in range(3):
            at_ms = add(bed, f"{number}.jpg")
        add(bed, "c2.jpg", camera="c2")
        told = {(one["camera"], one["type"]): one for one in (await asked(bed))["images"]}
        assert list(told) == [("main", "labeled"), ("main", "original"), ("c2", "original")]
        original = told[("main", "original")]
        assert original["last"]["filename"] == "2.jpg"
        assert sum(count for _, count in original["minutes"]) == 3
        assert original["minutes"][-1][0] == at_ms - at_ms % 60_000
        assert told[("main", "labeled")]["minutes"] == []
        assert told[("main", "labeled")]["last"]["filename"] == "old.jpg"

    run(tmp_path, act)


def test_latency_is_told_from_stage_to_stage(tmp_path: Path) -> None:
    """As far as the images have come: what no screen has shown is not counted as shown."""

    async def act(bed: Bed) -> None:
        first_ms, second_ms = add(bed, "a.jpg"), add(bed, "b.jpg")
        add(bed, "c.jpg")
        writer = DeliveryWriter(bed.settings.deliveries_path, bed.reader.epoch)
        writer.write(
            [
                Delivery(seq=1, pushed_at_ms=first_ms + 3, painted_at_ms=first_ms + 33),
                Delivery(seq=2, pushed_at_ms=second_ms + 5),
            ]
        )
        writer.close()
        latency = (await asked(bed))["latency"]
        assert latency["to"] - latency["from"] == 3_600_000
        assert latency["images"] == 3
        stages = latency["stages"]
        assert list(stages) == STAGE_NAMES
        told = [(stage["count"], stage["p50_ms"], stage["p95_ms"]) for stage in stages.values()]
        assert told == [(3, 40, 40), (3, 2, 2), (2, 3, 5), (1, 30, 30), (1, 35, 35)]
        assert all(stage["minutes"] for stage in stages.values())

    run(tmp_path, act)


def test_of_a_busy_hour_a_sample_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of it is counted nevertheless."""
    monkeypatch.setattr(module, "SAMPLE", 50)

    async def act(bed: Bed) -> None:
        for number in range(500):
            add(bed, f"{number}.jpg")
        told = await asked(bed)
        assert sum(count for _, count in told["images"][0]["minutes"]) == 500
        assert 25 <= told["latency"]["images"] <= 100

    run(tmp_path, act)


def test_services_are_as_the_monitor_says_with_what_they_take(tmp_path: Path) -> None:
    """One that does not run takes nothing that could be told."""

    async def act(bed: Bed) -> None:
        bed.services = {
            "watcher-0": ServiceHealth(state="ready", pid=os.getpid(), since_ms=5, restarts=2, seq=9, queue=4),
            "thumbnailer-0": ServiceHealth(state="slowed", since_ms=6, restarts=7),
        }
        watcher, thumbnailer = (await asked(bed))["services"]
        assert watcher.pop("memory_bytes") > 10 << 20
        assert watcher.pop("cpu_s") > 0
        assert watcher == {
            "name": "watcher-0", "state": "ready", "pid": os.getpid(), "since": 5, "restarts": 2, "queue": 4, "seq": 9,
        }  # fmt: skip
        assert (thumbnailer["state"], thumbnailer["pid"], thumbnailer["restarts"]) == ("slowed", 0, 7)
        assert (thumbnailer["memory_bytes"], thumbnailer["cpu_s"]) == (None, None)

    run(tmp_path, act)


def test_flows_are_as_the_monitor_says(tmp_path: Path) -> None:
    """By camera and kind, with the reason as a code and as a sentence."""

    async def act(bed: Bed) -> None:
        bed.flows = {
            "main/original": Flow(state="live", since_ms=5, last_image_ms=9),
            "top/labeled": Flow(
                state="stalled", since_ms=6, reason="disk_full", text="the disk is full", severity="critical"
            ),
        }
        live, stalled = (await asked(bed))["flows"]
        assert live == {
            "camera": "main", "type": "original", "state": "live", "since": 5, "severity": None, "reason": None,
            "text": None, "last_image_at": 9,
        }  # fmt: skip
        assert (stalled["camera"], stalled["type"], stalled["state"]) == ("top", "labeled", "stalled")
        assert (stalled["severity"], stalled["reason"], stalled["text"]) == (
            "critical",
            "disk_full",
            "the disk is full",
        )

    run(tmp_path, act)


def test_of_the_line_is_told_what_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was said of a camera counts until the whole line is spoken of."""
    monkeypatch.setattr(module, "KEPT_S", 0.0)

    async def act(bed: Bed) -> None:
        assert (await asked(bed))["lines"] == []
        line = Line(bed.settings.operations_path)
        line.say("top", "stopped", "Kim", 1000)
        line.say(None, "running", "PLC 3", 2000)
        whole = {"camera": None, "state": "running", "since": 2000, "by": "PLC 3"}
        assert (await asked(bed))["lines"] == [whole]
        line.say("top", "stopped", "Kim", 3000)
        line.close()
        assert (await asked(bed))["lines"] == [whole, {"camera": "top", "state": "stopped", "since": 1000, "by": "Kim"}]

    run(tmp_path, act)


def test_clients_are_those_of_all_gateways(tmp_path: Path) -> None:
    """Of the others as they said last, as long as they live; of this one as it is now."""

    async def act(bed: Bed) -> None:
        bed.join()
        detail = {"clients": 10, "long_polls": 3}
        bed.services = {
            "gateway-0": ServiceHealth(state="ready", detail={"clients": 500, "long_polls": 500}),
            "gateway-1": ServiceHealth(state="ready", detail=detail),
            "gateway-2": ServiceHealth(state="dead", detail=detail),
            "gateway-3": ServiceHealth(state="ready"),
            "watcher-0": ServiceHealth(state="ready", detail=detail),
        }
        assert (await asked(bed))["clients"] == {"websocket": 11, "long_poll": 3}

    run(tmp_path, act)


def test_disks_are_told_by_what_they_are_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that hangs is told as unknown, in time, and again at once."""
    monkeypatch.setattr(module, "PATIENCE_S", 0.1)
    monkeypatch.setattr(module, "KEPT_S", 0.0)
    gate = threading.Event()

    def look(path: Path) -> Space:
        assert path.name != "images" or gate.wait(20)
        return Space(100, 40, None, None)

    monkeypatch.setattr(module, "space", look)

    async def act(bed: Bed) -> None:
        for _ in range(2):
            images, state = (await asked(bed))["disks"]
            assert (images["role"], images["path"]) == ("images", str(bed.settings.images.base))
            assert (images["total_bytes"], images["free_bytes"]) == (None, None)
            assert (state["role"], state["total_bytes"], state["free_bytes"]) == ("state", 100, 40)
        gate.set()
        while (await asked(bed))["disks"][0]["total_bytes"] is None:
            await asyncio.sleep(0.01)

    run(tmp_path, act)


def test_however_many_ask_it_is_looked_up_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And then again after two seconds."""
    looks: list[int] = []
    look_back = module._look_back

    def counted(at_ms: int, path: Path, catalog: CatalogReader) -> module.Hour:
        looks.append(at_ms)
        return look_back(at_ms, path, catalog)

    monkeypatch.setattr(module, "_look_back", counted)

    async def act(bed: Bed) -> None:
        answers = await asyncio.gather(*(asked(bed) for _ in range(5)))
        answers.append(await asked(bed))
        assert {answer["at"] for answer in answers} == {looks[0]}
        assert len(looks) == 1
        monkeypatch.setattr(module, "KEPT_S", 0.0)
        await asked(bed)
        assert len(looks) == 2

    run(tmp_path, act)


def test_without_the_catalog_the_rest_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Just then somebody looks; the log says it once."""
    monkeypatch.setattr(module, "KEPT_S", 0.0)

    def fail(*_: Any) -> None:
        raise CatalogError("disk I/O error")

    async def act(bed: Bed) -> None:
        add(bed, "a.jpg")
        bed.services = {"watcher-0": ServiceHealth(state="ready")}
        with monkeypatch.context() as broken:
            broken.setattr(CatalogReader, "minutes", fail)
            for _ in range(2):
                told = await asked(bed)
                assert (told["images"], told["latency"]["images"]) == ([], 0)
                assert told["services"][0]["name"] == "watcher-0"
                assert told["disks"][1]["total_bytes"] > 0
        assert bed.out.getvalue().count("disk I/O error") == 1
        assert (await asked(bed))["latency"]["images"] == 1

    run(tmp_path, act)


def test_without_deliveries_there_are_fewer_figures(tmp_path: Path) -> None:
    """A damaged file costs no more than that."""

    async def act(bed: Bed) -> None:
        add(bed, "a.jpg")
        bed.settings.deliveries_path.write_bytes(b"this is no database" * 100)
        stages = (await asked(bed))["latency"]["stages"]
        assert [stage["count"] for stage in stages.values()] == [1, 1, 0, 0, 0]

    run(tmp_path, act)
