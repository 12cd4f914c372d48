"""A round of retention, with real folders and a real catalog."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.janitor import cleaning, relief
from services.janitor.pace import BURST, LEAD
from services.shared.operations import Pins
from tests.unit.services.janitor.bed import Bed


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Any]:
    beds: list[Bed] = []

    def bed(**values: str) -> Bed:
        named = {f"COILCAST_RETENTION_{name}".upper(): value for name, value in values.items()}
        beds.append(Bed(tmp_path, **named))
        return beds[-1]

    yield bed
    for one in beds:
        one.close()


def test_the_oldest_frames_go_whole(make: Any) -> None:
    """Until the limit holds; the log has a line, the figures each image."""
    bed = make(max_count="10")
    for number in range(100):
        bed.add(number, "original", "labeled")
    bed.cleaner.clean()
    assert bed.there("original") == bed.there("labeled") == list(range(90, 100))
    assert bed.report.detail()["deleted"] == 180
    assert "deleted 180 old images" in bed.out.getvalue()
    counted = {key: value for key, value in bed.figures.numbers.items() if "deleted_total" in key[0]}
    assert {key[1:]: value for key, value in counted.items()} == {
        ("main", "original", "count"): 90,
        ("main", "labeled", "count"): 90,
    }
    bed.cleaner.clean()
    assert bed.report.detail()["deleted"] == 180


def test_a_pin_holds_both_halves(make: Any) -> None:
    """By file or by coil, until it is ended."""
    bed = make(max_age_days="1")
    for number in range(5):
        bed.add(number, "original", "labeled", coil="77" if number == 3 else "2891")
    pin = bed.pins.pin_file("main", "labeled", bed.held(1, "labeled").filename, "Kim", "", 1)
    bed.pins.pin_coil("77", "Kim", "", 1)
    bed.cleaner.clean()
    assert bed.there("original") == bed.there("labeled") == [1, 3, 4]
    bed.pins.end(pin.id)
    bed.log_removals()
    other = Pins(bed.settings.operations_path)
    other.pin_file("main", "original", bed.held(4).filename, "Lee", "", 1)
    other.close()
    bed.cleaner.clean()
    assert bed.there() == [3, 4]


def test_a_pin_that_comes_in_the_last_moment_counts(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the plan was made, before the burst goes."""
    bed = make(max_age_days="1")
    for number in range(5):
        bed.add(number, "original", "labeled")
    write, name = bed.note.write, bed.held(2).filename

    def pin_then_write(frames: Any) -> None:
        if frames:
            other = Pins(bed.settings.operations_path)
            other.pin_file("main", "original", name, "Kim", "", 1)
            other.close()
        write(frames)

    monkeypatch.setattr(bed.note, "write", pin_then_write)
    bed.cleaner.clean()
    assert bed.there("original") == bed.there("labeled") == [2, 4]


def test_another_version_is_another_image(make: Any) -> None:
    """What was overwritten since the catalog saw it stays, and so does its other half."""
    bed = make(max_age_days="1")
    for number in range(4):
        bed.add(number, "original", "labeled")
    (bed.base / "original" / bed.held(1).filename).write_bytes(b"another")
    bed.cleaner.clean()
    assert bed.there("original") == bed.there("labeled") == [1, 3]


def test_a_clock_that_leaps_ahead_makes_nothing_old(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set more than a year ahead by mistake, while the janitor runs."""
    bed = make(max_age_days="365")
    for number in range(5):
        bed.add(number)
    real = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: real() + 400 * 86_400_000_000_000)
    bed.cleaner.clean()
    assert bed.there() == [0, 1, 2, 3, 4]


def test_a_version_that_comes_in_the_last_moment_stays(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the frame was looked at, just before it goes."""
    bed = make(max_age_days="1")
    for number in range(4):
        bed.add(number, "original", "labeled")
    path, access = bed.base / "labeled" / bed.held(1, "labeled").filename, os.access

    def overwrite(*arguments: Any, **options: Any) -> bool:
        if 0 not in bed.there() and 1 in bed.there():
            path.with_name(".new").write_bytes(b"another")
            path.with_name(".new").replace(path)
        return access(*arguments, **options)

    monkeypatch.setattr("services.janitor.deleting.os.access", overwrite)
    bed.cleaner.clean()
    assert (bed.there("original"), bed.there("labeled")) == ([3], [1, 3])
    assert path.read_bytes() == b"another"


def test_it_waits_for_the_watcher(make: Any) -> None:
    """Never further ahead than its lead and a burst; nothing is deleted twice or too often meanwhile."""
    bed = make(max_count="10")
    for number in range(500):
        bed.add(number)
    bed.is_deaf, bed.most_pauses = True, 200
    bed.cleaner.clean()
    assert LEAD < 500 - len(bed.there()) <= LEAD + BURST
    bed.is_deaf, bed.most_pauses = False, 100_000
    bed.cleaner.clean()
    assert bed.there() == list(range(490, 500))


def test_a_polled_folder_goes_as_far_as_its_watcher_lets_it(make: Any) -> None:
    """Its removals are found by comparison only: more may be under way, and none is counted twice."""
    bed = make(max_count="100")
    for number in range(500):
        bed.add(number)
    bed.is_deaf, bed.watched = True, {"main/original": "polling"}
    bed.cleaner.clean()
    assert bed.there() == list(range(400, 500))
    bed.cleaner.clean()
    assert bed.there() == list(range(400, 500))


def test_only_what_is_watched_is_touched(make: Any) -> None:
    """Nothing before the watcher has spoken; no frame of which one folder is away; a kind that was given up is none."""
    bed = make(max_count="2")
    for number in range(6):
        bed.add(number, "original", *(("labeled",) if number < 2 else ()), "given_up")
    bed.watched = None
    bed.cleaner.clean()
    assert bed.there() == list(range(6))
    bed.watched = {"main/original": "inotify"}
    bed.cleaner.clean()
    assert (bed.there(), bed.there("labeled")) == ([0, 1, 5], [0, 1])
    bed.watched = {"main/original": "inotify", "main/labeled": "inotify"}
    bed.cleaner.clean()
    assert (bed.there(), bed.there("labeled")) == ([1, 5], [1])
    assert bed.there("given_up") == list(range(6))


def test_a_frame_that_was_half_gone_is_finished(make: Any) -> None:
    """As the note of whoever was killed says; unless the other half was pinned, overwritten, or none had gone."""
    bed = make()
    for number in range(6):
        bed.add(number, "original", "labeled")
    frames = [(bed.held(number), bed.held(number, "labeled")) for number in range(5)]
    bed.note.write(frames)
    for number in (1, 2, 3):
        (bed.base / "labeled" / frames[number][1].filename).unlink()
    (bed.base / "original" / frames[4][0].filename).write_bytes(b"another")
    bed.pins.pin_file("main", "original", frames[2][0].filename, "Kim", "", 1)
    (bed.base / "original" / frames[3][0].filename).write_bytes(b"another")
    bed.cleaner.clean()
    assert bed.there("original") == [0, 2, 3, 4, 5]
    assert bed.there("labeled") == [0, 4, 5]
    assert bed.note.read() == []


def test_what_cannot_be_deleted_is_told_and_stops_nothing_else(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others go; when none can, a round ends soon. Once it can, it is well again."""
    bed = make(max_age_days="1")
    for number in range(60):
        bed.add(number, "original", "labeled")
    unlink = os.unlink
    refused = {bed.held(7).filename}

    def refuse(path: Any, *, dir_fd: int) -> None:
        if path in refused:
            raise PermissionError(errno.EPERM, "Operation not permitted", path)
        unlink(path, dir_fd=dir_fd)

    monkeypatch.setattr("services.janitor.folders.os.unlink", refuse)
    bed.cleaner.clean()
    assert bed.there("original") == [7, 59]
    assert bed.there("labeled") == [59]
    refused.clear()
    bed.cleaner.clean()
    assert bed.there("original") == [59]
    assert bed.report.detail()["stuck"] == ""


def test_a_folder_that_may_not_be_written_costs_no_other_half(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither half goes, the round ends after some tries, and `stuck` says why."""
    bed = make(max_age_days="1")
    for number in range(200):
        bed.add(number, "original", "labeled")
    monkeypatch.setattr("services.janitor.deleting.os.access", lambda *_, **__: False)
    bed.cleaner.clean()
    assert bed.there("original") == bed.there("labeled") == list(range(200))
    assert bed.report.detail()["stuck"] == "cannot_delete"
    assert bed.out.getvalue().count("images cannot be deleted: the folder may not be written") == 1
    monkeypatch.undo()
    bed.cleaner.clean()
    assert bed.there("original") == [199]
    assert bed.report.detail()["stuck"] == ""


def test_a_watermark_takes_what_it_needs(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """And no file that has another name elsewhere: that frees nothing."""
    bed = make(keep_free_percent="10")
    for number in range(20):
        bed.add(number)
    os.link(bed.base / "original" / bed.held(0).filename, bed.settings.state / "elsewhere")
    was = os.statvfs(bed.base)

    class Full:
        f_frsize, f_blocks, f_files, f_favail = 4096, 100, 0, 0

        @property
        def f_bavail(self) -> int:
            return 5 + 20 - len(bed.there())

    assert was
    monkeypatch.setattr("services.shared.retention.space.os.statvfs", lambda _: Full())
    bed.cleaner.clean()
    assert bed.there() == [0, *range(6, 20)]
    assert bed.report.detail()["free_percent"] == {str(bed.base / "original"): 10.0}


def test_a_watermark_that_makes_no_room_stops(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A snapshot may hold what is deleted; other limits count on, and the watermark once there is room."""
    monkeypatch.setattr(relief, "DOUBT_AFTER", 40)
    monkeypatch.setattr(cleaning, "SETTLES_S", 0.0)
    bed = make(keep_free_percent="10", max_count="200")
    for number in range(200):
        bed.add(number)

    class Held:
        f_frsize, f_blocks, f_files, f_favail, f_bavail = 4096, 10_000, 0, 0, 999

    monkeypatch.setattr("services.shared.retention.space.os.statvfs", lambda _: Held())
    bed.cleaner.clean()
    assert bed.there() == list(range(41, 200))
    assert bed.report.detail()["stuck"] == "cannot_delete"
    assert "deleting makes no room" in bed.report.detail()["error"]
    for number in range(200, 250):
        bed.add(number)
    bed.cleaner.clean()
    assert bed.there() == list(range(50, 250))
    Held.f_bavail = 1001
    bed.cleaner.clean()
    assert (bed.there(), bed.report.detail()["stuck"]) == (list(range(50, 250)), "")


def test_a_full_disk_without_images_that_may_go_is_told(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once it has lasted."""
    bed = make(keep_free_percent="10")
    for number in range(3):
        bed.add(number)

    class Full:
        f_frsize, f_blocks, f_files, f_favail, f_bavail = 4096, 100, 0, 0, 1

    monkeypatch.setattr("services.shared.retention.space.os.statvfs", lambda _: Full())
    bed.cleaner.clean()
    assert (bed.there(), bed.report.detail()["stuck"]) == ([2], "")
    monkeypatch.setattr("services.janitor.report.SHORT_FOR_S", 0.0)
    bed.cleaner.clean()
    assert bed.report.detail()["stuck"] == "nothing_left"
    assert cleaning.LOT > BURST
