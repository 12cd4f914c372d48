"""Following the log: each event once, in order, whatever the bus lost."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from services.shared.catalog import CatalogReader, CatalogWriter, Sighting
from services.shared.errors import EpochChanged
from services.shared.events import EventPublisher
from services.shared.follow import Follower, step
from services.shared.messages import Event, Image, Published
from tests.support.wait import until


def image(seq: int) -> Image:
    return Image(
        seq=seq,
        camera="main",
        kind="original",
        filename=f"{seq}.jpg",
        coil=None,
        captured_at_ms=seq,
        written_at_ms=seq,
        seen_at_ms=seq,
        size_bytes=1,
        width=1,
        height=1,
        media_type="image/jpeg",
    )


def published(first: int, last: int) -> Published:
    events = tuple(Event(seq=seq, type="new", image=image(seq), at_ms=seq) for seq in range(first, last + 1))
    return Published(epoch="e", first=first, last=last, events=events)


@pytest.mark.parametrize(
    ("cursor", "message", "gap", "delivered", "after"),
    [
        (0, published(1, 2), (0, 0), [1, 2], 2),
        (5, published(8, 9), (5, 7), [8, 9], 9),
        (5, published(4, 6), (5, 5), [6], 6),
        (9, published(4, 6), (9, 9), [], 9),
        (5, Published(epoch="e", first=9, last=8), (5, 8), [], 8),
        (8, Published(epoch="e", first=9, last=8), (8, 8), [], 8),
        (5, Published(epoch="e", first=6, last=20), (5, 5), [], 20),
    ],
    ids=["next", "hole", "overlap", "old", "tick ahead", "tick level", "imports"],
)
def test_a_message_asks_for_its_hole(
    cursor: int, message: Published, gap: tuple[int, int], delivered: list[int], after: int
) -> None:
    """Each kind of message moves the cursor, asks for what was missed, and repeats nothing."""
    move = step(cursor, message)
    assert (move.after, move.upto) == gap
    assert [event.seq for event in move.events] == delivered
    assert move.cursor == after


class Node:
    """A writer and a publisher, as the watcher has them."""

    def __init__(self, folder: Path) -> None:
        self.run_dir = folder
        self.writer = CatalogWriter(folder / "catalog.db", "n")
        self.folder_id = self.writer.folder("main", "original", 0).id
        self.publisher = EventPublisher(folder)

    def record(self, count: int, imported: bool = False) -> Published:
        start = self.writer.head
        return self.writer.record(
            [
                Sighting(
                    folder_id=self.folder_id,
                    filename=f"{start + number}.jpg",
                    coil=None,
                    captured_at_ms=0,
                    written_at_ms=0,
                    seen_at_ms=0,
                    size_bytes=1,
                    width=1,
                    height=1,
                    media_type="image/jpeg",
                    mtime_ns=0,
                    inode=0,
                    fingerprint=0,
                    imported=imported,
                )
                for number in range(count)
            ]
        )


@pytest.fixture
def node(tmp_path: Path) -> Iterator[Node]:
    node = Node(tmp_path)
    yield node
    node.publisher.close()
    node.writer.close()


@pytest.fixture
def reader(node: Node) -> Iterator[CatalogReader]:
    reader = CatalogReader(node.run_dir / "catalog.db")
    yield reader
    reader.close()


def test_nothing_is_lost_when_the_bus_loses_half(node: Node, reader: CatalogReader) -> None:
    """With half of the messages never sent, a follower still hears every event once and in order."""
    gaps: list[int] = []
    follower = Follower(reader, node.run_dir, after=0, on_gap=lambda: gaps.append(1))
    chance = random.Random(7)
    heard: list[int] = []

    def listen() -> bool:
        node.publisher.publish(node.writer.tick())
        heard.extend(event.seq for event in follower.events())
        return follower.cursor == node.writer.head

    until(listen, what="the subscription")
    announced: list[int] = []
    for _ in range(50):
        message = node.record(chance.randint(1, 5), imported=chance.random() < 0.2)
        announced += [event.seq for event in message.events]
        if chance.random() < 0.5:
            node.publisher.publish(message)
        heard.extend(event.seq for event in follower.events())
    until(listen, what="the end of the log")
    assert heard == announced
    assert follower.gaps == len(gaps) > 0
    follower.close()


def test_catching_up_needs_no_bus(node: Node, reader: CatalogReader) -> None:
    """At start the catalog alone brings a follower up to date."""
    node.record(2500)
    follower = Follower(reader, node.run_dir, after=10)
    assert [event.seq for event in follower.catch_up()] == list(range(11, 2501))
    assert list(follower.catch_up()) == []
    follower.close()


def test_another_epoch_ends_the_following(node: Node, reader: CatalogReader) -> None:
    """A follower whose catalog was replaced starts again rather than mix two logs."""
    follower = Follower(reader, node.run_dir, after=0)

    def heard_the_other() -> bool:
        node.publisher.publish(Published(epoch="other", first=1, last=0))
        try:
            list(follower.events())
        except EpochChanged:
            return True
        return False

    until(heard_the_other, what="EpochChanged")
    follower.close()


def test_when_it_was_committed_is_known_of_what_came_over_the_bus(node: Node, reader: CatalogReader) -> None:
    """And of nothing that was read from the catalog."""
    follower = Follower(reader, node.run_dir, after=0)

    def listen() -> bool:
        node.publisher.publish(node.writer.tick())
        return list(follower.events()) == [] and follower.heard_s is not None

    until(listen, what="the subscription")
    node.record(1)
    node.publisher.publish(msgspec.structs.replace(node.record(1), committed_at_s=17.5))
    stamps = [(event.seq, follower.committed_at_s) for event in follower.events()]
    assert stamps == [(1, 0.0), (2, 17.5)]
    follower.close()


def test_a_canary_is_heard_behind_what_came_before_it(node: Node, reader: CatalogReader) -> None:
    """A hole that its tick shows is read first; it is no event, and nothing of the cursor is its own."""
    heard: list[object] = []
    follower = Follower(reader, node.run_dir, 0)
    follower.on_canary = heard.append
    node.record(2)
    tick = node.writer.tick()
    node.publisher.publish(msgspec.structs.replace(tick, canary="main/original 1764000000000"))

    def listen() -> bool:
        heard.extend(event.seq for event in follower.events())
        return len(heard) == 3

    until(listen, what="the canary")
    assert heard == [1, 2, "main/original 1764000000000"]
    assert (follower.cursor, follower.gaps) == (2, 1)
    follower.on_canary = None
    node.publisher.publish(msgspec.structs.replace(tick, canary="main/original 1764000000001"))
    assert follower.wait(5.0)
    assert list(follower.events()) == []
    follower.close()
