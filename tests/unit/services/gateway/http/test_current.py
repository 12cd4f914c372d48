"""The newest image, and the wait for the next."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from services.gateway import arrivals
from tests.support.net import Answer
from tests.support.serving import Bed, eventually, served


async def _filename(bed: Bed, query: str) -> Any:
    answer = await bed.ask(f"/api/images/current?{query}")
    assert answer.status == 200
    return answer.json["image"] and answer.json["image"]["filename"]


async def _asking(bed: Bed, query: str) -> asyncio.Task[Answer]:
    task = asyncio.ensure_future(bed.ask(f"/api/images/current?{query}"))
    await eventually(lambda: len(bed.arrivals) == 1)
    return task


def test_the_newest_is_by_arrival_and_as_the_filter_says(tmp_path: Path) -> None:
    """Not by capture time, nor by seq: an old image that was overwritten stays old."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            bed.add("a.jpg", captured_at_ms=9_000_000, coil="1")
            bed.add("b.jpg", captured_at_ms=1, coil="2")
            bed.add("c.jpg", kind="labeled", coil="1")
            bed.add("a.jpg", content=2, captured_at_ms=9_000_000, coil="1")
            assert await _filename(bed, "") == "c.jpg"
            assert await _filename(bed, "type=original") == "b.jpg"
            assert await _filename(bed, "type=original&coil=1") == "a.jpg"
            assert await _filename(bed, "camera=none") is None

    asyncio.run(run())


def test_with_after_only_something_newer_is_an_answer(tmp_path: Path) -> None:
    """At once when there is, else when it comes; 204 when none does."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            bed.add("a.jpg", "b.jpg")
            assert await _filename(bed, "after=1&wait=0") == "b.jpg"
            assert (await bed.ask("/api/images/current?after=2&wait=0")).status == 204
            task = await _asking(bed, "after=2&coil=7")
            bed.add("c.jpg")
            bed.add("d.jpg", coil="7")
            answer = await task
            assert (answer.json["image"]["filename"], answer.json["seq"]) == ("d.jpg", 4)

    asyncio.run(run())


def test_who_has_an_image_that_went_waits_for_the_next(tmp_path: Path) -> None:
    """The one before it is no news; asked without `after` it is what there is."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            bed.add("a.jpg", "b.jpg")
            bed.remove("b.jpg")
            assert (await bed.ask("/api/images/current?after=2&wait=0")).status == 204
            assert await _filename(bed, "") == "a.jpg"
            task = await _asking(bed, "after=2")
            bed.add("c.jpg")
            assert (await task).json["image"]["filename"] == "c.jpg"

    asyncio.run(run())


def test_what_was_there_first_is_newest_until_something_comes(tmp_path: Path) -> None:
    """By capture time whatever its seq, marked as imported; nobody who waits is told of it."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            bed.record("new.jpg", imported=True, captured_at_ms=2000)
            bed.record("old.jpg", imported=True, captured_at_ms=1000)
            bed.start()
        async with served(tmp_path) as bed:
            answer = (await bed.ask("/api/images/current")).json
            assert (answer["image"]["filename"], answer["image"]["imported"], answer["seq"]) == ("new.jpg", True, 2)
            task = await _asking(bed, "after=1")
            bed.add("live.jpg", captured_at_ms=1)
            assert (await task).json["image"]["filename"] == "live.jpg"

    asyncio.run(run())


def test_a_long_poll_that_is_given_up_waits_no_more(tmp_path: Path) -> None:
    """Its place is free at once, not only when its time is over."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            _, writer = await asyncio.open_connection("127.0.0.1", bed.settings.gateway.port)
            writer.write(b"GET /api/images/current?after=0&wait=60 HTTP/1.1\r\nHost: x\r\n\r\n")
            await eventually(lambda: len(bed.arrivals) == 1)
            writer.close()
            await eventually(lambda: len(bed.arrivals) == 0)
            assert bed.out.getvalue() == ""

    asyncio.run(run())


def test_too_many_long_polls_are_told_to_come_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """503 with Retry-After: an answer like `none came` would make them ask again at once."""
    monkeypatch.setattr(arrivals, "MAX_WAITING", 1)

    async def run() -> None:
        async with served(tmp_path) as bed:
            task = await _asking(bed, "after=0")
            answer = await bed.ask("/api/images/current?after=0")
            assert (answer.status, answer.headers["Retry-After"]) == (503, "1")
            assert answer.headers["Content-Type"] == "application/problem+json"
            bed.add("a.jpg")
            assert (await task).status == 200

    asyncio.run(run())


def test_the_demo_image_is_for_before_the_first_image_ever(tmp_path: Path) -> None:
    """Marked, with seq 0 to wait from; neither for a filter that nothing matches, nor when all are removed."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            demo = (await bed.ask("/api/images/current?type=labeled")).json
            assert (demo["isDemo"], demo["image"]["seq"], demo["image"]["type"]) == (True, 0, "labeled")
            picture = await bed.ask(demo["image"]["url"])
            assert (picture.headers["Content-Type"], len(picture.body)) == ("image/jpeg", demo["image"]["size"])
            task = await _asking(bed, "after=0")
            bed.add("a.jpg")
            assert (await task).json["image"]["filename"] == "a.jpg"
            other = (await bed.ask("/api/images/current?type=labeled")).json
            assert (other["isDemo"], other["image"]) == (False, None)
            bed.remove("a.jpg")
            gone = (await bed.ask("/api/images/current")).json
            assert (gone["isDemo"], gone["image"]) == (False, None)

    asyncio.run(run())


def test_a_setting_turns_the_demo_image_off(tmp_path: Path) -> None:
    """Then there is no image."""

    async def run() -> None:
        async with served(tmp_path, COILCAST_GATEWAY_DEMO_IMAGE="false") as bed:
            answer = (await bed.ask("/api/images/current")).json
            assert (answer["isDemo"], answer["image"]) == (False, None)

    asyncio.run(run())
