"""Who comes back from another gateway, or wants every event: nothing is told twice, nothing is left out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from services.gateway.feed import Feed
from services.gateway.live import RECENT_EVENTS
from services.gateway.wire import Mode
from services.shared.bus import HintPort
from services.shared.events import EventPublisher
from services.shared.follow import Follower
from tests.support.serving import Bed, ListLink, bed_in, eventually

ByMode = pytest.mark.parametrize("mode", ["every", "latest"])


def run(tmp_path: Path, act: Callable[[Bed], Coroutine[Any, Any, None]]) -> None:
    async def in_bed() -> None:
        async with bed_in(tmp_path) as bed:
            await act(bed)

    asyncio.run(in_bed())


def names(link: ListLink, kind: str = "image_update") -> list[str]:
    return [message["data"]["filename"] for message in link.taken(kind)]


@ByMode
def test_who_knows_more_than_this_gateway_resumes_all_the_same(tmp_path: Path, mode: Mode) -> None:
    """What another gateway told it is in the catalog, and is not told again when it is heard of here."""

    async def act(bed: Bed) -> None:
        bed.add("a.jpg")
        late = [bed.record(name) for name in ("b.jpg", "c.jpg", "d.jpg")]
        session, link = bed.join()
        link.frames.clear()
        await bed.subscribe(session, mode=mode, epoch=bed.live.epoch, seq=3)
        answer, *rest = link.taken()
        assert (answer["type"], answer["seq"]) == ("subscribed", 4)
        assert [message["type"] for message in rest] == ["health"]
        for published in late:
            bed.hear(published)
        assert names(link) == ["d.jpg"]

    run(tmp_path, act)


@ByMode
def test_what_happens_while_the_log_is_about_to_be_read_is_told_once(tmp_path: Path, mode: Mode) -> None:
    """Either with what was missed or after it."""

    async def act(bed: Bed) -> None:
        bed.add("a.jpg")
        session, link = bed.join()
        link.frames.clear()
        subscribing = asyncio.ensure_future(bed.subscribe(session, mode=mode, epoch=bed.live.epoch, seq=1))
        await asyncio.sleep(0)
        bed.add("b.jpg")
        await subscribing
        assert names(link) == ["b.jpg"]

    run(tmp_path, act)


@ByMode
def test_a_seq_that_nobody_has_is_a_reset(tmp_path: Path, mode: Mode) -> None:
    """The catalog does not have it either."""

    async def act(bed: Bed) -> None:
        bed.add("a.jpg")
        session, link = bed.join()
        link.frames.clear()
        await bed.subscribe(session, mode=mode, epoch=bed.live.epoch, seq=2)
        assert [message["reason"] for message in link.taken("reset")] == ["ahead"]
        bed.add("b.jpg")
        assert names(link) == ["b.jpg"]

    run(tmp_path, act)


@pytest.mark.parametrize("resumes", [False, True])
def test_in_mode_every_a_new_version_of_an_old_image_is_told_but_not_as_news(tmp_path: Path, resumes: bool) -> None:
    """Whoever keeps a copy of the folder needs it, whoever shows what is new must not show it."""

    async def act(bed: Bed) -> None:
        bed.add("a.jpg", "b.jpg")
        session, link = bed.join()
        if not resumes:
            await bed.subscribe(session, mode="every")
        link.frames.clear()
        bed.add("a.jpg", content=2)
        if resumes:
            await bed.subscribe(session, mode="every", epoch=bed.live.epoch, seq=2)
        (revised,) = link.taken("image_revised")
        assert (revised["data"]["filename"], revised["data"]["seq"]) == ("a.jpg", 3)
        assert revised["data"]["url"] == "/image/original/a.jpg?v=3"
        assert revised["epoch"] == bed.live.epoch
        bed.add("b.jpg", content=2)
        assert names(link) == ["b.jpg"]

    run(tmp_path, act)


def test_in_mode_latest_a_new_version_of_an_old_image_is_not_told(tmp_path: Path) -> None:
    """It would take the place of a newer one."""

    async def act(bed: Bed) -> None:
        bed.add("a.jpg", "b.jpg")
        session, link = bed.join()
        await bed.subscribe(session)
        link.frames.clear()
        bed.add("a.jpg", content=2)
        assert link.taken() == []

    run(tmp_path, act)


def test_a_link_that_has_become_busy_while_the_log_was_read_is_left_alone(tmp_path: Path) -> None:
    """The log is sent when it is free again: a frame given to a busy link would stand between another's bytes."""

    async def act(bed: Bed) -> None:
        written = [f"{number}.jpg" for number in range(RECENT_EVENTS + 2)]
        bed.record(*written)
        bed.start()
        session, link = bed.join()
        subscribing = asyncio.ensure_future(bed.subscribe(session, mode="every", epoch=bed.live.epoch, seq=1))
        while not bed.reads.waiting:
            await asyncio.sleep(0)
        link.busy = True
        await subscribing
        link.frames.clear()
        bed.free(session)
        await eventually(lambda: session.following)
        assert names(link) == written[1:]

    run(tmp_path, act)


def test_a_gateway_that_could_not_tell_an_event_ends(tmp_path: Path) -> None:
    """Going on would leave a hole: the next one tells it out of the log."""

    class Broken(ListLink):
        def push(self, frame: bytes) -> None:
            raise RuntimeError("broken")

    async def act(bed: Bed) -> None:
        run_dir = bed.settings.run_dir
        run_dir.mkdir()
        publisher, hints = EventPublisher(run_dir), HintPort(run_dir)
        follower = Follower(bed.reader, run_dir, 0)
        feed = Feed(
            follower, hints, bed.lookup, bed.clients, bed.arrivals, bed.files, bed.previews, bed.deliveries, bed.log
        )
        session, _ = bed.join()
        session.link = Broken()
        feed.start()
        try:
            published = bed.record("a.jpg")

            def is_over() -> bool:
                publisher.publish(published)
                return feed.ended.done()

            await eventually(is_over)
            with pytest.raises(RuntimeError, match="broken"):
                feed.ended.result()
        finally:
            feed.stop()
            for end in (follower, hints, publisher):
                end.close()

    run(tmp_path, act)
