"""What the monitor finds out of storage and line, with real filesystems."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import pytest

from services.shared.operations import Line
from tests.support.net import free_port
from tests.support.pictures import name_of, real
from tests.support.wait import until
from tests.system.conftest import MakeWatcher
from tests.system.support.collecting import Collecting
from tests.system.support.mounts import hanging, mount, mounted, unmount
from tests.system.support.watcher import Watcher


class Collect(Protocol):
    def __call__(self, watcher: Watcher, **settings: str) -> Collecting: ...


@pytest.fixture
def collect() -> Iterator[Collect]:
    """Makes collectors without a gateway, which are closed after the test."""
    with ExitStack() as stack:

        def make(watcher: Watcher, **settings: str) -> Collecting:
            made = Collecting(watcher, free_port(), COILCAST_CANARY_INTERVAL_S="0", **settings)
            stack.callback(made.close)
            return made

        yield make


def test_storage_that_hangs_is_told_and_holds_up_nobody(make_watcher: MakeWatcher, collect: Collect) -> None:
    """Within 5 s, while the loop turns on and the other folder is looked at as ever; and that it is back, too."""
    watcher = make_watcher()
    watcher.make_folders()
    collecting = collect(watcher)
    collecting.finds(lambda one: one.place is not None, "a first look")
    with hanging(watcher.labeled):
        began_s = time.monotonic()
        collecting.finds(lambda one: not one.answered, "storage that hangs", "main/labeled")
        assert time.monotonic() - began_s < 5.0
        original = collecting.folder()
        assert (original.answered, original.exists, original.error) == (True, True, "")
        free_bytes = original.free_bytes
        (watcher.original / "large").write_bytes(os.urandom(8 << 20))
        collecting.finds(
            lambda one: one.answered and one.free_bytes != free_bytes, "a further look at the other folder"
        )
        assert not collecting.folder("main/labeled").answered
    collecting.finds(lambda one: one.answered and not one.error, "storage that is back", "main/labeled", 25)
    assert collecting.longest_turn_s < 1.0


def test_a_storage_that_is_gone_is_known_by_where_images_flowed(make_watcher: MakeWatcher, collect: Collect) -> None:
    """Also to a monitor that was started after; once it is mounted again, all is as before."""
    watcher = make_watcher()
    watcher.make_folders()
    with mounted(watcher.original):
        watcher.start()
        collecting = collect(watcher)
        collecting.finds(lambda one: one.place and one.place.fstype == "tmpfs", "the mount")
        numbers = iter(range(100))

        def flows() -> bool:
            (watcher.original / name_of(next(numbers))).write_bytes(real("JPEG", 64, 48))
            time.sleep(0.2)
            return collecting.folder().known_place is not None

        until(flows, 15, "images that flow")
        before = collecting.folder()
        assert before.known_place == before.place
        assert before.arrived > 0
        watcher.stop()
        unmount(watcher.original)
        gone = collecting.finds(lambda one: one.place != before.place, "a mount that is gone")
        assert gone.known_place == before.place
        assert (gone.exists, gone.error) == (True, "")
        collecting.close()
        again = collect(watcher)
        gone = again.finds(lambda one: one.place and one.known_place, "what an earlier monitor kept")
        assert gone.place is not None
        assert before.place is not None
        assert (gone.known_place, gone.place.mount_point == before.place.mount_point) == (before.place, False)
        mount(watcher.original)
        again.finds(lambda one: one.place and one.place.mount_point == str(watcher.original), "another mount")


def test_the_watcher_tells_what_came_and_what_did_not(watcher: Watcher, collect: Collect) -> None:
    """The newest image, the last reject, and a file that grows under a hidden name."""
    collecting = collect(watcher)
    (watcher.original / name_of(1)).write_bytes(real("JPEG", 64, 48))
    (watcher.original / name_of(2)).write_bytes(b"no image" * 100)
    found = collecting.finds(lambda one: one.arrived and one.rejected, "an image and a reject")
    assert (found.last_seq, found.arrived, found.rejected and found.rejected[0]) == (1, 1, "not_an_image")
    # A busy machine may have seen one of them between its creation and its end.
    before_ms = found.unfinished_at_ms or 0
    hidden = watcher.original / f".{name_of(3)}.tmp"
    with hidden.open("wb", buffering=0) as file:
        file.write(b"\xff\xd8")
        until(lambda: _later(collecting, before_ms), 15, "a file that is coming")
        before_ms = collecting.folder().unfinished_at_ms or 0
        until(lambda: file.write(b"x") and _later(collecting, before_ms), 15, "a file that grows")
    slow = watcher.original / name_of(4)
    before_ms = collecting.folder().unfinished_at_ms or 0
    with slow.open("wb", buffering=0) as file:
        until(lambda: file.write(b"\xff\xd8") and _later(collecting, before_ms), 15, "a file nobody closed")
    watcher.stop()
    watcher.start()
    collecting.finds(lambda one: not one.arrived and one.last_seq == 1, "the newest image, from the start")


def _later(collecting: Collecting, at_ms: int) -> bool:
    time.sleep(0.1)
    return (collecting.folder().unfinished_at_ms or 0) > at_ms + 500


def test_the_line_by_a_file(make_watcher: MakeWatcher, collect: Collect, tmp_path: Path) -> None:
    """A word in it counts, and so does a touch; the later word of file and people, and everybody can read it."""
    watcher = make_watcher()
    signal = tmp_path / "line"
    collecting = collect(watcher, COILCAST_LINE_SIGNAL_FILE=str(signal), COILCAST_LINE_RUNNING_WITHIN_S="2")
    assert collecting.folder().line == "unknown"
    signal.write_text("stop\n")
    collecting.finds(lambda one: one.line == "stopped", "a line that was stopped")
    line = Line(collecting.settings.operations_path)
    until(lambda: [(one.state, one.by) for one in line.lines()] == [("stopped", "signal file")], what="the word kept")
    line.say("main", "running", "Kim", time.time_ns() // 1_000_000)
    collecting.finds(lambda one: one.line == "running", "a person's word")
    signal.write_text("")
    collecting.finds(lambda one: one.line == "stopped", "a line that nobody touches")
    os.utime(signal)
    collecting.finds(lambda one: one.line == "running", "a line that was touched")
    line.close()
