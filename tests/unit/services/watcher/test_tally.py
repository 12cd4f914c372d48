"""What the heartbeat tells of a folder, and what becomes of a canary."""

from __future__ import annotations

import os

import pytest

from services.shared import canary
from services.shared.errors import CatalogError
from tests.support.pictures import jpeg
from tests.support.watching import Bed

CANARY_MS = 1_764_000_000_123


def test_images_are_counted(bed: Bed) -> None:
    """The newest live one stands there, a second version counts, a removal does not."""
    bed.write("a.jpg", jpeg())
    bed.look("a.jpg")
    bed.write("a.jpg", jpeg(width=100))
    bed.look("a.jpg")
    (bed.path / "a.jpg").unlink()
    bed.look("a.jpg")
    told = bed.folder.tally.told(0)
    assert (told["last"][0], told["arrived"]) == (2, 2)
    assert told["last"][1] == bed.ears.events[1].image.seen_at_ms


def test_an_old_image_that_changes_is_no_sign_of_life(bed: Bed) -> None:
    """What is re-encoded long after comes from no camera."""
    for name in ("a.jpg", "b.jpg"):
        bed.write(name, jpeg())
        bed.look(name)
    bed.write("a.jpg", jpeg(width=100))
    bed.look("a.jpg")
    assert (bed.folder.tally.last or (0,))[0] == 2
    assert bed.folder.tally.arrived == 2


def test_the_newest_is_known_from_the_start(bed: Bed) -> None:
    """The catalog has it, unless all that it has was imported."""
    assert bed.folder.row is not None
    assert bed.catalog.newest(bed.folder.row.id) is None
    bed.write("a.jpg", jpeg())
    bed.look("a.jpg")
    assert bed.catalog.newest(bed.folder.row.id) == (1, bed.ears.events[0].image.seen_at_ms)


def test_a_reject_that_lay_there_is_dated_by_its_file(bed: Bed) -> None:
    """A comparison at the start must not make old rejects look like new ones."""
    path = bed.write("a.jpg", b"no image" * 100)
    os.utime(path, ns=(1, 1))
    bed.look("a.jpg")
    assert bed.folder.tally.rejected == ("not_an_image", path.stat().st_ctime_ns // 1_000_000)


def test_a_canary_is_passed_on_once_the_catalog_is_proved(bed: Bed) -> None:
    """A tick carries it; nothing is logged or shown of it, and nothing in the catalog changes."""
    canary.place(bed.path, CANARY_MS)
    bed.intake.canary(bed.folder)
    (message,) = bed.ears.messages
    assert (message.first, message.last, message.events) == (1, 0, ())
    assert message.canary == f"main/original {CANARY_MS}"
    written_ms, seen_ms, committed_ms = bed.folder.tally.canary or (0, 0, 0)
    assert written_ms == CANARY_MS
    assert 0 < seen_ms <= committed_ms
    assert bed.names == []


def test_a_canary_stops_at_a_catalog_that_cannot_be_written(bed: Bed, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was seen, and goes no further."""

    def fail() -> None:
        raise CatalogError("disk full")

    monkeypatch.setattr(bed.catalog, "prove", fail)
    canary.place(bed.path, CANARY_MS)
    with pytest.raises(CatalogError):
        bed.intake.canary(bed.folder)
    assert bed.ears.messages == []
    assert (bed.folder.tally.canary or (0, 0, 1))[::2] == (CANARY_MS, 0)


def test_what_is_no_canary_is_passed_over(bed: Bed) -> None:
    """Somebody else's file of that name, or none any more."""
    bed.intake.canary(bed.folder)
    bed.write(canary.CANARY_NAME, b"hello")
    bed.intake.canary(bed.folder)
    assert bed.ears.messages == []
    assert bed.folder.tally.canary is None
