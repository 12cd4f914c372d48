"""Canaries on their way through the gateway: to whom, and to whom not."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from services.gateway.wire_canary import CanaryData, parse
from tests.support.serving import bed_in

CANARY = CanaryData("main/original", 1_764_000_000_000)


def test_only_who_asked_is_told_and_counts_as_no_client(tmp_path: Path) -> None:
    """Until it asks for something else, or leaves."""

    async def run() -> None:
        async with bed_in(tmp_path) as bed:
            (_, bare), (usual, screen), (asking, link) = bed.join(), bed.join(), bed.join()
            await bed.subscribe(usual)
            await bed.subscribe(asking, camera=".canary", canary=True)
            for one in (bare, screen, link):
                one.frames.clear()
            assert len(bed.clients) == 2
            bed.clients.canary(CANARY)
            assert (bare.messages, screen.messages) == ([], [])
            (told,) = link.taken()
            assert (told["type"], told["data"]) == (
                "canary",
                {"folder": CANARY.folder, "written_at": CANARY.written_at},
            )
            bed.add("a.jpg")
            assert link.taken("image_update") == []
            await bed.subscribe(asking)
            assert len(bed.clients) == 3
            bed.clients.canary(CANARY)
            assert link.taken("canary") == []
            await bed.subscribe(asking, canary=True)
            bed.clients.leave(asking)
            assert len(bed.clients) == 2

    asyncio.run(run())


def test_to_a_busy_link_only_the_last_of_each_folder_goes(tmp_path: Path) -> None:
    """Nothing piles up."""

    async def run() -> None:
        async with bed_in(tmp_path) as bed:
            session, link = bed.join()
            await bed.subscribe(session, camera=".canary", canary=True)
            link.frames.clear()
            link.busy = True
            for number in range(3):
                bed.clients.canary(CanaryData("main/original", number))
                bed.clients.canary(CanaryData("main/labeled", number))
            bed.free(session)
            told = [(one["data"]["folder"], one["data"]["written_at"]) for one in link.taken("canary")]
            assert told == [("main/original", 2), ("main/labeled", 2)]

    asyncio.run(run())


@pytest.mark.parametrize(
    ("text", "canary"),
    [("main/original 1764000000000", CANARY), ("main/original", None), ("a b", None), ("", None), (" 1", None)],
)
def test_what_the_watcher_passes_on(text: str, canary: CanaryData | None) -> None:
    """Anything else is from a watcher of another version."""
    assert parse(text) == canary
