"""From a name to a line in the catalog and a message."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from services.shared.errors import CatalogDamaged, CatalogError
from services.watcher import settle
from services.watcher.intake import Candidate
from tests.support.pictures import jpeg, name_of, real
from tests.support.wait import until
from tests.support.watching import Bed

OLD_NS = 1_700_000_000_000_000_000


def test_a_new_image_is_recorded_and_told(bed: Bed) -> None:
    """The event carries what name, header and file say of the image."""
    path = bed.write("20260102123456_2891_original.jpg", jpeg(width=640, height=480))
    assert bed.look(path.name) == 1
    (event,) = bed.ears.events
    image = event.image
    assert (event.type, event.seq, image.filename, image.coil) == ("new", 1, path.name, "2891")
    assert (image.width, image.height, image.size_bytes) == (640, 480, 1000)
    assert image.captured_at_ms == 1767324896000
    assert image.written_at_ms == path.stat().st_ctime_ns // 1_000_000
    assert bed.reader.newest()[0] == image
    assert bed.lines(f"new image file (original): {path.name}")


def test_a_name_without_a_time_is_dated_by_its_file(bed: Bed) -> None:
    """It is still an image, without a coil."""
    path = bed.write("photo.jpg", jpeg())
    os.utime(path, ns=(OLD_NS, OLD_NS))
    bed.look("photo.jpg")
    image = bed.ears.events[0].image
    assert (image.coil, image.captured_at_ms) == (None, OLD_NS // 1_000_000)


def test_the_log_speaks_as_the_replaced_service_did(tmp_path: Path) -> None:
    """Whoever greps the log for an image finds it under the words known for years."""
    bed = Bed(tmp_path, COILCAST_NODE_LANGUAGE="ko")
    bed.write("a.jpg", jpeg())
    bed.look("a.jpg")
    assert bed.lines("[Image Receiver] 새 이미지 파일 감지 (original): a.jpg")
    bed.close()


def test_a_removed_image_is_no_line_at_the_default_level(bed: Bed) -> None:
    """Whoever deletes a hundred thousand images writes no hundred thousand lines."""
    path = bed.write("a.jpg", jpeg())
    bed.look("a.jpg")
    path.unlink()
    bed.look("a.jpg")
    assert bed.ears.told == [("new", "a.jpg"), ("removed", "a.jpg")]
    assert len(bed.lines("a.jpg")) == 1


def test_the_same_content_is_told_once(bed: Bed) -> None:
    """Closed twice, touched, or written again with the same bytes: still the same image."""
    for _ in range(2):
        bed.write("a.jpg", jpeg())
        bed.look("a.jpg", "a.jpg")
    assert bed.ears.told == [("new", "a.jpg")]


def test_another_content_is_a_new_version(bed: Bed) -> None:
    """The same name with other bytes is changed, not new."""
    for salt in ("one", "two"):
        bed.write("a.jpg", jpeg(salt))
        bed.look("a.jpg")
    assert bed.ears.told == [("new", "a.jpg"), ("changed", "a.jpg")]


def test_what_is_gone_is_removed(bed: Bed) -> None:
    """Once; a name that was never an image goes unnoticed."""
    bed.write("a.jpg", jpeg()).unlink()
    bed.look("a.jpg")
    bed.write("a.jpg", jpeg())
    bed.look("a.jpg")
    (bed.path / "a.jpg").unlink()
    bed.look("a.jpg", "b.jpg")
    bed.look("a.jpg")
    assert bed.ears.told == [("new", "a.jpg"), ("removed", "a.jpg")]


def test_nothing_is_removed_when_the_folder_is_another(bed: Bed) -> None:
    """After an unmount every file seems gone: that is a matter of the folder, not of its images."""
    bed.write("a.jpg", jpeg())
    bed.look("a.jpg")
    bed.path.rename(bed.path.with_name("elsewhere"))
    bed.look("a.jpg")
    bed.path.mkdir()
    bed.look("a.jpg")
    assert bed.ears.told == [("new", "a.jpg")]


def test_a_batch_is_one_transaction_in_order(bed: Bed) -> None:
    """A burst is told in one message, in the order in which it was heard of."""
    names = [name_of(number) for number in (5, 3, 9, 1)]
    for name in names:
        bed.write(name, jpeg(name))
    assert bed.look(*names) == 4
    (message,) = bed.ears.messages
    assert (message.first, message.last) == (1, 4)
    assert [event.image.filename for event in message.events] == names


def test_what_is_older_than_the_catalog_is_imported(tmp_path: Path) -> None:
    """It gets its seq and its place, but nobody is told, until the next message covers the range."""
    bed = Bed(tmp_path, import_before_ns=time.time_ns() + 3600 * 10**9)
    for number in (2, 1, 3):
        bed.write(name_of(number), jpeg(str(number)))
    assert bed.look(*map(name_of, (2, 1, 3))) == 3
    assert bed.ears.messages == []
    assert bed.names == [name_of(3), name_of(2), name_of(1)]
    bed.intake.tick()
    assert [(tick.first, tick.last, tick.events) for tick in bed.ears.messages] == [(1, 3, ())]
    bed.intake.tick()
    assert (bed.ears.messages[1].first, bed.ears.messages[1].last) == (4, 3)
    bed.close()


def test_what_changed_under_our_eyes_is_no_import(tmp_path: Path) -> None:
    """However old its stamps are: clocks are set back, and file servers have their own."""
    bed = Bed(tmp_path, import_before_ns=time.time_ns() + 3600 * 10**9)
    bed.write("a.jpg", jpeg())
    bed.intake.look([Candidate(bed.folder, "a.jpg", 1, live=True), Candidate(bed.folder, "a.jpg", 1, closed=True)])
    assert bed.ears.told == [("new", "a.jpg")]
    assert not bed.ears.events[0].image.imported
    bed.close()


def test_a_live_image_covers_the_imports_before_it(tmp_path: Path) -> None:
    """No follower sees a hole where nothing was announced."""
    bed = Bed(tmp_path, import_before_ns=time.time_ns() + 10**8)
    bed.write("old.jpg", jpeg())
    bed.look("old.jpg")
    until(lambda: time.time_ns() > (bed.folder.row.import_before_ns if bed.folder.row else 0) + 10**7)
    bed.write("new.jpg", jpeg())
    bed.look("new.jpg")
    assert [(message.first, message.last) for message in bed.ears.messages] == [(1, 2)]
    assert bed.ears.told == [("new", "new.jpg")]
    bed.close()


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.txt", b"words about a coil of steel", "not_an_image"),
        ("a.jpg", b"\x89PNG\r\n\x1a\n" + bytes(50), "wrong_ending"),
        ("a.jpg", jpeg(width=60_000, height=60_000), "too_many_pixels"),
        ("a.jpg", jpeg(size_bytes=5001), "too_large"),
        ("not-utf8-\udcff.jpg", jpeg(), "bad_name"),
    ],
)
def test_a_reject_is_recorded_with_its_reason(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    """It can be listed and counted, and is in nobody's way."""
    bed = Bed(tmp_path, MAX_FILE_SIZE="5000")
    bed.write(name, data)
    bed.write("good.jpg", jpeg())
    assert bed.look(name, "good.jpg") == 1
    assert list(bed.rejects.values()) == [reason]
    assert bed.ears.told == [("new", "good.jpg")]
    bed.close()


def test_a_reject_is_logged_once(bed: Bed) -> None:
    """However often it is looked at; a new version of it is worth another line."""
    for size in (100, 100, 200):
        path = bed.write("a.jpg", b"words" * size)
        os.utime(path, ns=(OLD_NS, OLD_NS))
        bed.look("a.jpg")
    assert len(bed.lines("not taken as an image (original): a.jpg - not a JPEG")) == 2


def test_a_reject_that_is_mended_is_an_image(bed: Bed) -> None:
    """And no longer counted."""
    bed.write("a.jpg", b"words about a coil of steel")
    bed.look("a.jpg")
    bed.write("a.jpg", jpeg())
    bed.look("a.jpg")
    assert bed.rejects == {}
    assert bed.ears.told == [("new", "a.jpg")]


def test_an_image_overwritten_by_garbage_is_removed(bed: Bed) -> None:
    """What cannot be shown is not there."""
    bed.write("a.jpg", jpeg())
    bed.look("a.jpg")
    bed.write("a.jpg", b"words about a coil of steel")
    bed.look("a.jpg")
    assert bed.ears.told == [("new", "a.jpg"), ("removed", "a.jpg")]
    assert bed.rejects == {"a.jpg": "not_an_image"}


@pytest.mark.parametrize(("data", "reason"), [(jpeg()[:-1], "truncated"), (b"", "empty")])
def test_a_file_that_never_becomes_whole_is_given_up(tmp_path: Path, data: bytes, reason: str) -> None:
    """After settle_s, with the reason; before that nothing is said."""
    bed = Bed(tmp_path, COILCAST_WATCH_SETTLE_S="0.2")
    bed.write("a.jpg", data)
    bed.look("a.jpg")
    assert bed.rejects == {}
    assert len(bed.intake.settling) == 1

    def look_again() -> bool:
        if bed.intake.settling.due(time.monotonic()):
            bed.look("a.jpg", closed=False)
        return bool(bed.rejects)

    until(look_again, what="a reject")
    assert bed.rejects == {"a.jpg": reason}
    assert len(bed.intake.settling) == 0
    bed.close()


def test_a_new_image_that_nobody_closed_is_taken_by_its_end(bed: Bed) -> None:
    """Where its end is, all of it is; a writer that never closes its files is no obstacle."""
    bed.write("a.jpg", jpeg())
    assert bed.look("a.jpg", closed=False) == 1


@pytest.mark.parametrize("name", ["a.jpg", "a.bmp"])
def test_a_young_version_that_nobody_closed_waits(bed: Bed, name: str) -> None:
    """It may be half of the next version, written over the last one; a moment of quiet shows that it is not."""
    first, second = (jpeg("one"), jpeg("two")) if name == "a.jpg" else (real("BMP", 40, 40), real("BMP", 30, 30))
    bed.write(name, first)
    bed.look(name)
    bed.write(name, second)
    assert bed.look(name, closed=False) == 0
    assert len(bed.intake.settling) == 1
    until(lambda: bed.look(name, closed=False) == 1, what="the quiet file to be taken")
    assert len(bed.intake.settling) == 0
    assert bed.ears.told == [("new", name), ("changed", name)]


def test_a_new_image_that_only_its_size_makes_whole_waits(bed: Bed) -> None:
    """Its writer may have reserved the space in advance."""
    bed.write("a.bmp", real("BMP", 40, 40))
    assert bed.look("a.bmp", closed=False) == 0
    until(lambda: bed.look("a.bmp", closed=False) == 1, what="the quiet file to be taken")


def test_a_close_among_other_notices_counts(bed: Bed) -> None:
    """That a file was created, closed and touched in one batch means that it is closed."""
    bed.write("a.jpg", jpeg())
    notices = [Candidate(bed.folder, "a.jpg", at, closed) for at, closed in enumerate((False, True, False))]
    assert bed.intake.look(notices) == 1


def test_when_too_many_files_wait_the_folder_is_rescanned(bed: Bed, monkeypatch: pytest.MonkeyPatch) -> None:
    """What does not fit is not forgotten."""
    monkeypatch.setattr(settle, "CAPACITY", 1)
    for name in ("a.jpg", "b.jpg"):
        bed.write(name, b"")
    bed.look("a.jpg", "b.jpg")
    assert bed.folder.rescan_wanted


def fail_with(bed: Bed, monkeypatch: pytest.MonkeyPatch, error: CatalogError) -> None:
    def record(_: object) -> None:
        raise error

    monkeypatch.setattr(bed.catalog, "record", record)


def test_a_full_disk_is_told_once_and_survived(bed: Bed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is announced that is not recorded; the folder is compared again when the catalog works again."""
    bed.write("a.jpg", jpeg())
    with monkeypatch.context() as patch:
        fail_with(bed, patch, CatalogError("disk is full"))
        bed.look("a.jpg")
        bed.look("a.jpg")
        bed.intake.tick()
        assert bed.intake.failing == "disk is full"
        assert bed.folder.is_due(time.monotonic()) is False
        assert bed.folder.rescan_wanted
    assert bed.ears.events == []
    assert len(bed.lines("cannot be written: disk is full")) == 1
    bed.intake.tick()
    assert bed.intake.failing == ""
    assert bed.lines("can be written again")
    bed.look("a.jpg")
    assert bed.ears.told == [("new", "a.jpg")]


def test_a_damaged_catalog_ends_the_watcher(bed: Bed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is ever written to it again."""
    bed.write("a.jpg", jpeg())
    fail_with(bed, monkeypatch, CatalogDamaged("malformed"))
    with pytest.raises(CatalogDamaged):
        bed.look("a.jpg")


def test_what_is_counted(bed: Bed) -> None:
    """Each image that was published once, with its commit; each file that is not taken once, by reason."""
    bed.write("a.jpg", jpeg("a", size_bytes=1200))
    bed.write("b.jpg", b"<html>" * 1000)
    bed.look("a.jpg", "b.jpg")
    bed.look("a.jpg", "b.jpg")
    numbers = bed.figures.numbers
    assert numbers["coilcast_images_total", "main", "original"] == 1
    assert numbers["coilcast_image_bytes_total", "main", "original"] == 1200
    assert numbers["coilcast_rejected_total", "main", "original", "not_an_image"] == 1
    assert sum(number for key, number in numbers.items() if key[0] == "coilcast_catalog_commit_seconds_bucket") == 1
    assert bed.figures.counted_upto(bed.catalog.epoch) == 1


def test_when_it_was_committed_is_published(bed: Bed) -> None:
    """So that whoever hears of it knows how long that took."""
    began_s = time.time()
    bed.write("a.jpg", jpeg())
    bed.look("a.jpg")
    assert began_s <= bed.ears.messages[-1].committed_at_s <= time.time()
