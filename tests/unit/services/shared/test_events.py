"""The watcher's word to its followers: whoever came first, whoever went, whatever does not fit."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.shared.errors import StateError
from services.shared.events import BUFFER_BYTES, EventPublisher, EventSubscriber
from services.shared.messages import Event, Image, Published
from tests.support.wait import until

CHECKOUT = Path(__file__).parents[4]


@pytest.fixture
def publisher(tmp_path: Path) -> Iterator[EventPublisher]:
    publisher = EventPublisher(tmp_path)
    yield publisher
    publisher.close()


@pytest.fixture
def subscriber(tmp_path: Path) -> Iterator[EventSubscriber]:
    subscriber = EventSubscriber(tmp_path)
    yield subscriber
    subscriber.close()


def tick(number: int) -> Published:
    return Published(epoch="e", first=number + 1, last=number)


def long_message(number: int, size_bytes: int) -> Published:
    image = Image(
        seq=number,
        camera="main",
        kind="original",
        filename="x" * size_bytes,
        coil=None,
        captured_at_ms=1,
        written_at_ms=1,
        seen_at_ms=1,
        size_bytes=1,
        width=1,
        height=1,
        media_type="image/jpeg",
    )
    return Published(
        epoch="e", first=number, last=number, events=(Event(seq=number, type="new", image=image, at_ms=1),)
    )


def test_followers_hear_whoever_came_first(tmp_path: Path, publisher: EventPublisher) -> None:
    """One that is there already, one that comes later in the same moment: each hears everything from then on."""
    first = EventSubscriber(tmp_path)
    publisher.publish(tick(1))
    second = EventSubscriber(tmp_path)
    publisher.publish(tick(2))
    assert list(first.drain()) == [tick(1), tick(2)]
    assert list(second.drain()) == [tick(2)]
    first.close()
    second.close()


def test_a_publisher_that_was_started_again_is_heard_at_once(tmp_path: Path, subscriber: EventSubscriber) -> None:
    """Its first word arrives, and what the one before it said last is not lost."""
    before = EventPublisher(tmp_path)
    before.publish(tick(1))
    before.close()
    after = EventPublisher(tmp_path)
    after.publish(tick(2))
    assert subscriber.wait(1.0)
    assert list(subscriber.drain()) == [tick(1), tick(2)]
    after.close()


def test_waiting_ends_with_a_word_and_not_before(publisher: EventPublisher, subscriber: EventSubscriber) -> None:
    """Nothing to hear is nothing to wake up for, also once all was drained."""
    assert not subscriber.wait(0.0)
    publisher.publish(tick(1))
    assert subscriber.wait(1.0)
    assert list(subscriber.drain()) == [tick(1)]
    assert not subscriber.wait(0.0)


def test_drain_takes_no_more_than_asked(publisher: EventPublisher, subscriber: EventSubscriber) -> None:
    """The rest stays, and is still worth waking up for."""
    for number in range(5):
        publisher.publish(tick(number))
    assert list(subscriber.drain(limit=2)) == [tick(0), tick(1)]
    assert subscriber.wait(0.0)
    assert list(subscriber.drain()) == [tick(2), tick(3), tick(4)]


def test_a_follower_that_does_not_read_costs_nobody_anything(tmp_path: Path, publisher: EventPublisher) -> None:
    """What it has no room for is dropped; the others hear all of it, and it hears what comes when it reads again."""
    stuck, reader = EventSubscriber(tmp_path), EventSubscriber(tmp_path)
    for number in range(3000):
        publisher.publish(long_message(number, 1000))
        assert list(reader.drain()) == [long_message(number, 1000)]
    heard = list(stuck.drain(limit=10_000))
    assert 0 < len(heard) < 3000
    assert heard == [long_message(number, 1000) for number in range(len(heard))]
    publisher.publish(tick(9))
    assert list(stuck.drain()) == [tick(9)]
    stuck.close()
    reader.close()


def test_a_message_that_is_too_long_is_left_out(publisher: EventPublisher, subscriber: EventSubscriber) -> None:
    """The next one arrives: the hole is read from the catalog."""
    publisher.publish(tick(1))
    publisher.publish(long_message(2, 8 * BUFFER_BYTES))
    heard: list[Published] = []

    def told() -> bool:
        publisher.publish(tick(3))
        heard.extend(subscriber.drain())
        return tick(3) in heard

    until(told, 2.0, "the next message")
    assert heard[0] == tick(1)


def test_what_a_killed_follower_left_is_cleared_away(tmp_path: Path, publisher: EventPublisher) -> None:
    """Whether the publisher knew it or not."""
    code = (
        "import sys, time; from pathlib import Path; from services.shared.events import EventSubscriber; "
        "EventSubscriber(Path(sys.argv[1])); print(flush=True); time.sleep(60)"
    )
    for is_known in (True, False):
        with subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path)], cwd=CHECKOUT, stdout=subprocess.PIPE
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            if is_known:
                publisher.publish(tick(1))
            os.kill(process.pid, signal.SIGKILL)

        def is_clear() -> bool:
            publisher.publish(tick(2))
            return not list(tmp_path.glob("ear-*"))

        until(is_clear, 5.0, "a clear folder")


def test_garbage_is_left_out(tmp_path: Path, subscriber: EventSubscriber, publisher: EventPublisher) -> None:
    """A stranger that connects is not taken for the watcher for longer than it takes to speak."""
    path = next(tmp_path.glob("ear-*.sock"))
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as stranger:
        stranger.connect(str(path))
        stranger.send(b"\xc1garbage")
        assert list(subscriber.drain()) == []
    publisher.publish(tick(1))
    assert list(subscriber.drain()) == [tick(1)]


def test_closing_leaves_nothing_in_the_folder(tmp_path: Path) -> None:
    """No socket remains."""
    EventSubscriber(tmp_path).close()
    assert list(tmp_path.iterdir()) == []


def test_a_run_folder_that_was_taken_away_is_no_end(tmp_path: Path) -> None:
    """Those who are known are told all the same."""
    run_dir = tmp_path / "run"
    run_dir.mkdir()
    publisher, subscriber = EventPublisher(run_dir), EventSubscriber(run_dir)
    publisher.publish(tick(1))
    for path in run_dir.iterdir():
        path.unlink()
    run_dir.rmdir()
    publisher.publish(tick(2))
    assert list(subscriber.drain()) == [tick(1), tick(2)]
    subscriber.close()
    publisher.close()


def test_a_folder_whose_path_is_too_long_is_refused(tmp_path: Path) -> None:
    """With what to set."""
    folder = tmp_path / ("x" * 100)
    folder.mkdir()
    with pytest.raises(StateError, match="COILCAST_STATE_PATH"):
        EventSubscriber(folder)
