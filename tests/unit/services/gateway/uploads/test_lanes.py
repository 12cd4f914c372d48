"""Places for uploads: bounded, each with a thread that does things in order."""

from __future__ import annotations

import asyncio
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from services.gateway.uploads import lanes
from services.gateway.uploads.lane import Lane
from services.gateway.uploads.lanes import BLOCK_BYTES, Uploads
from services.gateway.uploads.rules import Refused
from services.gateway.uploads.sweep import hidden_name, sweep
from tests.support.pictures import jpeg
from tests.support.serving import eventually
from tests.support.watching import settings_for


def folder_in(tmp_path: Path) -> Path:
    folder = tmp_path / "images" / "original"
    folder.mkdir(parents=True)
    return folder


def test_at_its_start_it_removes_what_it_had_left(tmp_path: Path) -> None:
    """Beside whatever else it does."""

    async def run() -> None:
        folder = folder_in(tmp_path)
        (folder / hidden_name("x", "1", ".jpg")).touch()
        uploads = Uploads(settings_for(tmp_path), "x")
        await eventually(lambda: not list(folder.iterdir()))
        uploads.close()

    asyncio.run(run())


def test_what_it_begins_meanwhile_is_not_what_it_had_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of a million files takes seconds, and an upload is under way by then."""
    may_look = threading.Event()

    def late(*where: Any) -> None:
        may_look.wait(10.0)
        sweep(*where)

    monkeypatch.setattr(lanes, "sweep", late)

    async def run() -> None:
        folder, data = folder_in(tmp_path), jpeg("a", size_bytes=BLOCK_BYTES + 1000)
        (folder / hidden_name("x", "1", ".jpg")).touch()
        uploads = Uploads(settings_for(tmp_path), "x")
        upload = uploads.begin(folder)
        upload.open(".jpg")
        await upload.write(data)
        await eventually(lambda: len(list(folder.iterdir())) == 2)
        may_look.set()
        await eventually(lambda: not (folder / hidden_name("x", "1", ".jpg")).exists())
        assert await upload.land("a.jpg") == "new"
        upload.end()
        uploads.close()

    asyncio.run(run())


def test_a_place_is_taken_until_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One end is enough, however often it is said."""
    monkeypatch.setattr(lanes, "MOST_AT_ONCE", 1)

    async def run() -> None:
        uploads = Uploads(settings_for(tmp_path), "x")
        upload = uploads.begin(folder_in(tmp_path))
        with pytest.raises(Refused) as refused:
            uploads.begin(tmp_path)
        assert refused.value.status == 503
        upload.end()
        upload.end()
        await eventually(lambda: len(uploads) == 0)
        uploads.begin(tmp_path).end()
        uploads.close()

    asyncio.run(run())


def test_blocks_land_in_order_and_wait_for_the_disk(tmp_path: Path) -> None:
    """Many small parts are one image; the memory that they take is two blocks at most."""

    async def run() -> None:
        folder = folder_in(tmp_path)
        uploads = Uploads(settings_for(tmp_path), "x")
        upload = uploads.begin(folder)
        await upload.make_room(1)
        upload.open(".jpg")
        data = jpeg("", 5 * BLOCK_BYTES + 17)
        for start in range(0, len(data), 10_000):
            await upload.write(data[start : start + 10_000])
        assert await upload.land("a.jpg") == "new"
        upload.end()
        uploads.close()
        assert [path.name for path in folder.iterdir()] == ["a.jpg"]
        assert (folder / "a.jpg").read_bytes() == data

    asyncio.run(run())


def test_an_upload_that_ends_early_leaves_nothing(tmp_path: Path) -> None:
    """Even when the gateway ends right behind it."""

    async def run() -> None:
        folder = folder_in(tmp_path)
        uploads = Uploads(settings_for(tmp_path), "x")
        upload = uploads.begin(folder)
        upload.open(".jpg")
        await upload.write(jpeg("", 2 * BLOCK_BYTES))
        upload.end()
        uploads.close()
        assert list(folder.iterdir()) == []

    asyncio.run(run())


def test_a_disk_that_hangs_does_not_hold_up_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is waited for, for a moment; and its place is not given to another."""
    monkeypatch.setattr(lanes, "END_WITHIN_S", 0.1)
    monkeypatch.setattr(lanes, "DISK_WITHIN_S", 0.1)
    hangs = threading.Event()
    monkeypatch.setattr(lanes, "make_room", lambda *_: hangs.wait(20))

    async def run() -> None:
        uploads = Uploads(settings_for(tmp_path), "x")
        upload = uploads.begin(tmp_path)
        with pytest.raises(Refused, match="did not answer"):
            await upload.make_room(1)
        upload.end()
        began_s = time.monotonic()
        uploads.close()
        assert time.monotonic() - began_s < 5
        assert len(uploads) == 1
        hangs.set()
        await eventually(lambda: len(uploads) == 0)

    asyncio.run(run())


def test_a_lane_does_things_in_order_and_tells_of_errors() -> None:
    """One after the other, whatever one of them raises."""
    lane, did = Lane("test"), list[int]()
    done = [lane.submit(did.append, number) for number in range(3)]
    failed = lane.submit(int, "x")
    done.append(lane.submit(did.append, 3))
    lane.close()
    assert lane.has_ended(10)
    assert did == [0, 1, 2, 3]
    assert all(one.result(0) is None for one in done)
    with pytest.raises(ValueError, match="invalid"):
        failed.result(0)
    idle = Lane("idle")
    idle.close()
    assert idle.has_ended(0)
