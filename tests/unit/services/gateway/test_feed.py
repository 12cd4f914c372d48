"""What comes over a real bus, and what the catalog has that did not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from services.gateway import feed as feed_module
from services.gateway.feed import SLICE_EVENTS, Feed
from services.gateway.live import EVERYTHING
from services.gateway.wire import HealthData
from services.shared.bus import HintPort, Hub
from services.shared.catalog import CatalogReader, Gone
from services.shared.errors import CatalogError, EpochChanged
from services.shared.events import EventPublisher
from services.shared.follow import Follower
from services.shared.messages import Health, Image, PreviewReady, Published
from services.shared.previews import preview_path, previews_folder
from tests.support.pictures import real
from tests.support.serving import Bed, ListLink, bed_in, eventually
from tests.system.support.watcher import short_folder

A = "a.jpg"


class Node:
    """A feed between a bus and a bed; the watcher's and the monitor's ends of the bus are the test's."""

    def __init__(self, bed: Bed) -> None:
        self.bed = bed
        run_dir = bed.settings.run_dir
        run_dir.mkdir()
        self.hub = Hub(run_dir)
        self.publisher = EventPublisher(run_dir)
        self.hints = HintPort(run_dir, (Health, PreviewReady))
        self.follower = Follower(bed.reader, run_dir, bed.live.head)
        self.feed = Feed(
            self.follower,
            self.hints,
            bed.lookup,
            bed.clients,
            bed.arrivals,
            bed.files,
            bed.previews,
            bed.deliveries,
            bed.log,
        )

    async def __aenter__(self) -> Node:
        self.feed.start()
        await self.connected()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.feed.stop()
        for end in (self.follower, self.hints, self.publisher, self.hub):
            end.close()

    async def connected(self) -> None:
        """Both ends of both ways."""

        def is_heard() -> bool:
            self.publisher.publish(self.bed.writer.tick())
            self.hub.say(Health(status="ok", reason=None, services={}, at_ms=0))
            return self.feed.heard_s is not None and self.feed.health_s is not None

        await eventually(is_heard)

    async def heard(self, published: Published) -> None:
        """Published, and taken."""
        self.publisher.publish(published)
        await eventually(lambda: self.bed.live.head >= published.last)

    def recorded(self, *filenames: str, **fields: Any) -> Published:
        return self.bed.record(*filenames, **fields)


def run(act: Callable[[Node], Coroutine[Any, Any, None]]) -> None:
    async def in_node() -> None:
        with short_folder() as folder:
            async with bed_in(folder) as bed, Node(bed) as node:
                await act(node)

    asyncio.run(in_node())


def names(link: ListLink) -> list[str]:
    return [message["data"]["filename"] for message in link.taken() if message["type"].startswith("image_")]


def test_what_is_published_is_told_at_once() -> None:
    """To the clients and to whoever waits; the log says so; bytes that were kept are forgotten with their version."""

    async def act(node: Node) -> None:
        _, link = node.bed.join()
        link.frames.clear()
        waiting = asyncio.ensure_future(node.bed.arrivals.next(node.bed.join()[0].filter, 5))
        await asyncio.sleep(0)
        await node.heard(node.recorded(A))
        assert names(link) == [A]
        image = await waiting
        assert image is not None
        assert "image broadcast: a.jpg (2 clients)" in node.bed.out.getvalue()
        for seq in (1, 2):
            node.bed.files._kept[seq] = b"bytes"
        await node.heard(node.recorded(A, content=2))
        assert list(node.bed.files._kept) == [2]
        folder = node.bed.writer.folder("main", "original", 0)
        await node.heard(node.bed.writer.record([Gone(folder_id=folder.id, filename=A, at_ms=1)]))
        assert not node.bed.files._kept
        assert node.bed.out.getvalue().count("image broadcast") == 2

    run(act)


def test_an_answer_to_who_waits_is_a_push() -> None:
    """An image that nobody else was there for."""

    async def act(node: Node) -> None:
        await node.heard(node.recorded("a.jpg"))
        waiting = asyncio.ensure_future(node.bed.arrivals.next(EVERYTHING, 5))
        await asyncio.sleep(0)
        await node.heard(node.recorded("b.jpg"))
        assert await waiting is not None
        assert [node.bed.deliveries.find(seq) is not None for seq in (1, 2)] == [False, True]

    run(act)


def test_what_the_bus_lost_is_told_from_the_catalog() -> None:
    """Before what comes after it, or with the watcher's next word on where the log ends."""

    async def act(node: Node) -> None:
        _, link = node.bed.join()
        link.frames.clear()
        node.recorded("lost.jpg")
        await node.heard(node.recorded("next.jpg"))
        node.recorded("also.jpg")
        await node.heard(node.bed.writer.tick())
        assert names(link) == ["lost.jpg", "next.jpg", "also.jpg"]
        assert node.follower.gaps == 2

    run(act)


def test_a_long_burst_lets_others_have_their_turn() -> None:
    """And is told whole, in order."""

    async def act(node: Node) -> None:
        _, link = node.bed.join()
        link.frames.clear()
        burst = [f"{number}.jpg" for number in range(3 * SLICE_EVENTS + 1)]
        turns = 0
        node.publisher.publish(node.recorded(*burst))
        while node.bed.live.head < len(burst):
            await asyncio.sleep(0)
            turns += 0 < node.bed.live.head < len(burst)
        assert turns >= 3
        assert names(link) == burst

    run(act)


@pytest.mark.parametrize("with_event", [False, True])
def test_an_import_that_is_the_newest_of_its_folder_is_found(with_event: bool) -> None:
    """Nobody is told of it; whether it comes alone or in front of an image of another folder."""

    async def act(node: Node) -> None:
        _, link = node.bed.join()
        link.frames.clear()
        old = node.bed.sighting("old.jpg", kind="labeled", imported=True)
        changes = [old, node.bed.sighting(A)] if with_event else [old]
        await node.heard(node.bed.writer.record(changes))
        node.feed.look_again()
        newest = node.bed.live.newest_of(("main", "labeled"))
        assert newest is not None
        assert newest.filename == "old.jpg"
        assert names(link) == ([A] if with_event else [])

    run(act)


def test_when_an_import_is_over_the_older_coils_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest of a folder does not tell of them."""
    monkeypatch.setattr(feed_module, "IMPORT_OVER_S", 0.2)

    async def act(node: Node) -> None:
        await node.heard(node.recorded(A, coil="live"))
        await node.heard(node.recorded("1.jpg", coil="1", imported=True))
        node.feed.look_again()
        assert not node.bed.live.knows_coil("1"), "not while more may come"
        await node.heard(node.recorded("2.jpg", coil="2", imported=True))

        def is_known() -> bool:
            node.feed.look_again()
            return node.bed.live.knows_coil("1") and node.bed.live.knows_coil("2")

        await eventually(is_known)
        version = node.bed.live.version
        await asyncio.sleep(0.3)
        node.feed.look_again()
        assert node.bed.live.version == version, "once is enough"

    run(act)


class _Failing:
    """A catalog that cannot be read until it is mended."""

    def __init__(self, catalog: CatalogReader) -> None:
        self._catalog = catalog
        self.is_broken = True

    def __getattr__(self, name: str) -> Any:
        if self.is_broken and name != "epoch":
            raise CatalogError("disk I/O error")
        return getattr(self._catalog, name)


def test_a_catalog_that_cannot_be_read_is_said_once_and_read_again() -> None:
    """What is published is told all the same; what was missed meanwhile is told when it can be read again."""

    async def act(node: Node) -> None:
        _, link = node.bed.join()
        link.frames.clear()
        await node.heard(node.recorded(A, "b.jpg"))
        failing = _Failing(node.bed.reader)
        node.bed.lookup._catalog = node.follower._catalog = failing  # type: ignore[assignment]
        folder = node.bed.writer.folder("main", "original", 0)
        await node.heard(node.bed.writer.record([Gone(folder_id=folder.id, filename="b.jpg", at_ms=1)]))
        assert "disk I/O error" in node.feed.error
        node.recorded("missed.jpg")
        node.publisher.publish(node.recorded("next.jpg"))
        await asyncio.sleep(0.05)
        node.feed.look_again()
        assert names(link) == [A, "b.jpg"]
        assert node.bed.out.getvalue().count("the catalog cannot be read: disk I/O error; trying again") == 1
        failing.is_broken = False
        node.feed.look_again()
        assert node.feed.error == ""
        newest = node.bed.live.newest_of(("main", "original"))
        assert newest is not None
        assert newest.filename == "next.jpg"
        await node.heard(node.bed.writer.tick())
        assert names(link) == ["missed.jpg", "next.jpg"]

    run(act)


def test_once_the_catalog_can_be_read_again_nothing_is_shown_that_went_meanwhile() -> None:
    """Of an older coil neither."""

    async def act(node: Node) -> None:
        await node.heard(node.recorded(A, coil="1"))
        await node.heard(node.recorded("b.jpg", coil="2"))
        failing = _Failing(node.bed.reader)
        node.bed.lookup._catalog = failing  # type: ignore[assignment]
        folder = node.bed.writer.folder("main", "original", 0)
        await node.heard(node.bed.writer.record([Gone(folder_id=folder.id, filename=A, at_ms=1)]))
        assert node.bed.live.knows_coil("1")
        failing.is_broken = False
        node.feed.look_again()
        assert not node.bed.live.knows_coil("1")

    run(act)


def test_a_catalog_that_was_made_anew_ends_the_process() -> None:
    """Nothing that is remembered holds any more."""

    async def act(node: Node) -> None:
        node.publisher.publish(Published(epoch="another", first=1, last=0))
        with pytest.raises(EpochChanged):
            await asyncio.wait_for(node.feed.ended, 5)

    run(act)


def test_after_its_end_nothing_is_taken() -> None:
    """Also what was to be taken in the next turn."""

    async def act(node: Node) -> None:
        _, link = node.bed.join()
        link.frames.clear()
        node.publisher.publish(node.recorded(*(f"{number}.jpg" for number in range(SLICE_EVENTS + 5))))
        while not node.bed.live.head:
            await asyncio.sleep(0)
        node.feed.stop()
        node.follower.close()
        await asyncio.sleep(0.01)
        node.feed.listen()
        assert node.bed.live.head == SLICE_EVENTS
        assert not node.feed.ended.done()

    run(act)


def test_the_monitors_word_is_kept_with_its_time() -> None:
    """The last one."""

    async def act(node: Node) -> None:
        node.hub.say(Health(status="down", reason="told", services={}, at_ms=1))
        await eventually(lambda: node.feed.health is not None and node.feed.health.reason == "told")

    run(act)


def _write_preview(node: Node, seq: int, data: bytes) -> None:
    path = preview_path(previews_folder(node.bed.settings.previews_dir, node.bed.reader.epoch), seq, "screen")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def test_a_preview_that_is_ready_is_sent_to_who_shows_its_image() -> None:
    """Of this catalog, and of the newest image alone; whoever waits for it is told."""

    async def act(node: Node) -> None:
        session, link = node.bed.join()
        await node.bed.subscribe(session, previews=True)
        await node.heard(node.recorded(A))
        await node.heard(node.recorded("b.jpg"))
        link.frames.clear()
        for seq in (1, 2):
            _write_preview(node, seq, real("JPEG", 32, 24))
        strip = asyncio.Event()
        node.bed.previews._waiting[1] = strip
        for epoch, seq in (("another", 2), (node.bed.reader.epoch, 1), (node.bed.reader.epoch, 2)):
            node.hub.say(PreviewReady(epoch=epoch, seq=seq, size="strip"))
            node.hub.say(PreviewReady(epoch=epoch, seq=seq, size="screen"))
        await eventually(lambda: link.frames)
        assert strip.is_set()
        (frame,) = link.frames
        assert frame.count(b'"seq":2') == 1
        assert frame.endswith(real("JPEG", 32, 24))

    run(act)


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xd8", b"\xff\xd8\xff\xe0", real("JPEG")[:100], b"\xff\xd8" + b"\x00" * 50]
)
def test_a_preview_that_was_cut_short_is_not_sent(data: bytes) -> None:
    """A power cut leaves such: nobody is harmed, and what comes after it is heard."""

    async def act(node: Node) -> None:
        session, link = node.bed.join()
        await node.bed.subscribe(session, previews=True)
        await node.heard(node.recorded(A))
        link.frames.clear()
        _write_preview(node, 1, data)
        node.hub.say(PreviewReady(epoch=node.bed.reader.epoch, seq=1, size="screen"))
        node.hub.say(Health(status="down", reason="after", services={}, at_ms=1))
        await eventually(lambda: node.feed.health is not None and node.feed.health.reason == "after")
        assert link.frames == []

    run(act)


def test_no_preview_is_read_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most nodes have no screen that asks for them at night."""

    async def act(node: Node) -> None:
        node.bed.join()
        await node.heard(node.recorded(A))
        asked: list[Image] = []
        monkeypatch.setattr(node.bed.previews, "frame", lambda image, _: asked.append(image))
        node.hub.say(PreviewReady(epoch=node.bed.reader.epoch, seq=1, size="screen"))
        node.bed.clients.health(HealthData("ok", "x", {}))
        node.hub.say(Health(status="down", reason="after", services={}, at_ms=1))
        await eventually(lambda: node.feed.health is not None and node.feed.health.reason == "after")
        assert asked == []

    run(act)
