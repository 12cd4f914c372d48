"""What happens to a file becomes an event: the right one, once, whichever way it happens."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
from pathlib import Path

import pytest

from services.shared.events import EventSubscriber
from services.shared.messages import Published
from tests.support.pictures import jpeg, name_of, real
from tests.support.wait import until
from tests.system.conftest import MakeWatcher
from tests.system.support.watcher import Watcher, event_queue_of

A, B, C = name_of(1), name_of(2), name_of(3)


def test_a_written_image_is_told_with_all_that_is_known(watcher: Watcher) -> None:
    """The first image has seq 1, its size in pixels and bytes, and the stamps of its way in order."""
    (watcher.original / A).write_bytes(real("JPEG", 640, 480))
    watcher.tells(("new", A))
    image = watcher.events[0].image
    status = (watcher.original / A).stat()
    assert (image.seq, image.camera, image.kind, image.coil) == (1, "main", "original", "2891")
    assert (image.width, image.height, image.size_bytes) == (640, 480, status.st_size)
    assert image.written_at_ms == status.st_ctime_ns // 1_000_000
    assert image.written_at_ms <= image.seen_at_ms + 10
    assert watcher.reader.newest() == [image]
    watcher.says(f"[Image Receiver] new image file (original): {A}")


def test_kinds_are_told_apart_by_their_folder(watcher: Watcher) -> None:
    """The same name in both folders is two images."""
    (watcher.original / A).write_bytes(jpeg())
    (watcher.labeled / A).write_bytes(jpeg())
    watcher.tells(("new", A), ("new", A))
    assert [event.image.kind for event in watcher.events] == ["original", "labeled"]


def test_an_overwritten_file_is_changed(watcher: Watcher) -> None:
    """In place or by a rename; written again with the same bytes it is no news."""
    (watcher.original / A).write_bytes(jpeg("one"))
    watcher.tells(("new", A))
    (watcher.original / A).write_bytes(jpeg("two"))
    watcher.tells(("new", A), ("changed", A))
    (watcher.original / ".next").write_bytes(jpeg("three"))
    (watcher.original / ".next").rename(watcher.original / A)
    watcher.tells(("new", A), ("changed", A), ("changed", A))
    (watcher.original / A).write_bytes(jpeg("three"))
    (watcher.original / B).write_bytes(jpeg())
    watcher.tells(("new", A), ("changed", A), ("changed", A), ("new", B))
    image = watcher.reader.find("main", "original", A)
    assert image is not None
    assert (image.seq, image.revised) == (3, True)


def test_a_removed_file_is_removed(watcher: Watcher) -> None:
    """Deleted and moved out are the same."""
    for name in (A, B):
        (watcher.original / name).write_bytes(jpeg(name))
    watcher.tells(("new", A), ("new", B))
    (watcher.original / A).unlink()
    (watcher.original / B).rename(watcher.base / B)
    watcher.tells(("new", A), ("new", B), ("removed", A), ("removed", B))
    assert watcher.reader.newest() == []


def test_a_file_moved_in_is_new(watcher: Watcher) -> None:
    """From outside the folder; from another kind's folder it is removed there."""
    (watcher.base / A).write_bytes(jpeg())
    (watcher.base / A).rename(watcher.original / A)
    watcher.tells(("new", A))
    (watcher.original / A).rename(watcher.labeled / A)
    watcher.tells(("new", A), ("removed", A), ("new", A))
    assert [event.image.kind for event in watcher.events] == ["original", "original", "labeled"]


def test_a_rename_inside_is_removed_and_new(watcher: Watcher) -> None:
    """An image is known by its name: the old one goes, the new one comes."""
    (watcher.original / A).write_bytes(jpeg())
    watcher.tells(("new", A))
    (watcher.original / A).rename(watcher.original / B)
    watcher.tells(("new", A), ("removed", A), ("new", B))


def test_a_hard_link_is_new(watcher: Watcher) -> None:
    """Nobody opens or closes it, and yet it is told at once."""
    (watcher.base / A).write_bytes(jpeg())
    (watcher.original / A).hardlink_to(watcher.base / A)
    watcher.tells(("new", A), timeout_s=2.0)


def test_a_file_that_gets_its_name_at_the_end_is_new(watcher: Watcher) -> None:
    """O_TMPFILE and linkat: a writer's cleanest way makes no sound but the name's coming."""
    fd = os.open(watcher.original, os.O_TMPFILE | os.O_WRONLY, 0o644)
    os.write(fd, jpeg())
    # Only with a folder's descriptor given does Python call linkat, which can follow /proc's link to the nameless file.
    folder = os.open(watcher.original, os.O_PATH)
    os.link(f"/proc/self/fd/{fd}", A, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=True)
    os.close(folder)
    os.close(fd)
    watcher.tells(("new", A), timeout_s=2.0)


def test_a_link_to_a_neighbour_is_new(watcher: Watcher) -> None:
    """`latest.jpg` that points to an image in the same folder is an image too."""
    (watcher.original / A).write_bytes(jpeg())
    (watcher.original / "latest.jpg").symlink_to(A)
    watcher.tells(("new", A), ("new", "latest.jpg"))


def test_a_file_moved_out_holds_nothing_up(watcher: Watcher) -> None:
    """The image after it is seen at once, not after the 500 ms that watchdog waits for the other half of a move."""
    waits_ms = []
    for number in range(5):
        name = name_of(10 + number)
        (watcher.original / A).write_bytes(jpeg(str(number)))
        watcher.event(A)
        (watcher.original / A).rename(watcher.base / f"{number}.jpg")
        (watcher.original / name).write_bytes(jpeg(name))
        image = watcher.event(name).image
        waits_ms.append(image.seen_at_ms - image.written_at_ms)
    assert min(waits_ms) < 250


def test_a_burst_is_told_in_order(watcher: Watcher) -> None:
    """Whatever shares a transaction, every image has its event, in the order in which they were closed."""
    names = [name_of(number) for number in range(1000)]
    for name in names:
        (watcher.original / f".{name}").write_bytes(jpeg(name, size_bytes=200))
        (watcher.original / f".{name}").rename(watcher.original / name)
    watcher.tells(*(("new", name) for name in names))
    assert [event.seq for event in watcher.events] == list(range(1, 1001))


def test_what_the_kernel_dropped_is_found_by_a_rescan(make_watcher: MakeWatcher) -> None:
    """More happens while the watcher stands still than the kernel's queue holds: none is missed, order is kept."""
    watcher = make_watcher()
    watcher.make_folders()
    with event_queue_of(50):
        watcher.start()
    (watcher.original / A).write_bytes(jpeg(A))
    (watcher.original / B).write_bytes(jpeg(B))
    watcher.tells(("new", A), ("new", B))
    watcher.send(signal.SIGSTOP)
    names = [name_of(number) for number in range(10, 310)]
    for name in names:
        (watcher.original / name).write_bytes(jpeg(name, size_bytes=200))
    (watcher.original / A).unlink()
    (watcher.original / B).write_bytes(jpeg("changed"))
    watcher.send(signal.SIGCONT)
    until(lambda: len(watcher.told()) >= 304, what="304 events")
    told = watcher.told()[2:]
    assert [name for kind, name in told if kind == "new"] == names
    assert sorted(pair for pair in told if pair[0] != "new") == [("changed", B), ("removed", A)]
    assert watcher.reader.newest()[0].filename in (names[-1], B)
    watcher.says("file events were lost (main/original)")


def test_a_writer_that_never_closes_its_file_is_found_out(make_watcher: MakeWatcher) -> None:
    """No event tells that such an image is whole: a rescan does, by the image's own end."""
    watcher = make_watcher(COILCAST_WATCH_RESCAN_INTERVAL_S="0.5")
    watcher.make_folders()
    watcher.start()
    with (watcher.original / A).open("wb") as file:
        file.write(jpeg())
        file.flush()
        watcher.tells(("new", A))


def test_a_clock_that_was_set_back_keeps_no_image_from_being_told(watcher: Watcher) -> None:
    """The catalog was made while the clock was an hour ahead: what comes now is new all the same, fast or slow."""
    (watcher.original / A).write_bytes(jpeg("a"))
    watcher.tells(("new", A))
    watcher.stop()
    with contextlib.closing(sqlite3.connect(watcher.state / "catalog.db")) as database, database:
        database.execute("UPDATE folders SET import_before_ns = import_before_ns + 3600000000000")
    watcher.start()
    # What it finds in its comparison at the start counts as having been there: by that clock it has.
    watcher.detail()
    (watcher.original / B).write_bytes(jpeg("b"))
    watcher.tells(("new", A), ("new", B))
    with (watcher.original / C).open("wb") as slow:
        slow.write(jpeg("c")[:500])
        slow.flush()
        watcher.detail()
        slow.write(jpeg("c")[500:])
    watcher.tells(("new", A), ("new", B), ("new", C))


def test_a_watcher_with_nothing_to_do_beats_as_often_as_it_is_told_to(make_watcher: MakeWatcher) -> None:
    """Whoever listens for it less than a second need not take it for dead."""
    watcher = make_watcher(COILCAST_SUPERVISION_HEARTBEAT_INTERVAL_S="0.1")
    watcher.make_folders()
    watcher.start()
    watcher.detail()
    before = len(watcher.beats)
    until(lambda: watcher.detail() and len(watcher.beats) >= before + 20, 8, "20 beats, 0.1 s apart")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_when_it_is_told(watcher: Watcher, number: signal.Signals) -> None:
    """At once and with exit code 0, also while nothing happens."""
    watcher.send(number)
    watcher.stop()
    assert "stopped" in watcher.text()


def test_nothing_is_below_an_image_folder(watcher: Watcher) -> None:
    """Folders in it, hidden files and temporary names are none of ours, by event and by rescan."""
    (watcher.original / "sub").mkdir()
    for path in ("sub/a.jpg", ".hidden.jpg", "a.jpg.tmp", "a.part", "a.filepart"):
        Path(watcher.original / path).write_bytes(jpeg())
    watcher.stop()
    watcher.start()
    (watcher.original / A).write_bytes(jpeg())
    watcher.tells(("new", A))
    assert watcher.rejects() == {}


def test_followers_are_roused_before_a_lone_image_comes(watcher: Watcher) -> None:
    """A word that says nothing new goes ahead of each, while the image is still being looked at."""
    subscriber = EventSubscriber(watcher.run)
    roused = 0
    try:
        for number in range(10):
            (watcher.original / name_of(number)).write_bytes(jpeg(str(number)))
            heard: list[Published] = []

            def is_told(heard: list[Published] = heard) -> bool:
                heard.extend(subscriber.drain())
                return any(message.events for message in heard)

            until(is_told, what="the image")
            roused += len(heard) > 1 and not heard[0].events
    finally:
        subscriber.close()
    assert roused >= 9
