"""A watcher that is started again counts what its predecessor had no time to."""

from __future__ import annotations

from services.shared.metrics.figures import Figures
from services.watcher.recount import recount
from tests.support.pictures import jpeg
from tests.support.watching import Bed

IMAGES = ("coilcast_images_total", "main", "original")


def see(bed: Bed, *numbers: int) -> None:
    for number in numbers:
        bed.write(f"{number}.jpg", jpeg(str(number)))
    assert bed.look(*(f"{number}.jpg" for number in numbers)) == len(numbers)


def test_first_start(bed: Bed) -> None:
    """What was in the log before the node ran is not counted; when the newest came is known."""
    see(bed, 1, 2)
    figures = Figures.in_memory()
    recount(figures, bed.catalog, bed.settings)
    assert IMAGES not in figures.numbers
    assert figures.counted_upto(bed.catalog.epoch) == 2
    (newest,) = bed.reader.newest()
    assert figures.numbers["coilcast_last_image_timestamp_seconds", "main", "original"] == newest.seen_at_ms / 1000


def test_killed_between_commit_and_count(bed: Bed) -> None:
    """What was committed and not counted is counted once, whatever is started again how often."""
    see(bed, 1)
    uncounted = Figures.in_memory()
    uncounted.begin_at(bed.catalog.epoch, 1)
    see(bed, 2, 3)
    for _ in range(2):
        recount(uncounted, bed.catalog, bed.settings)
        assert uncounted.numbers[IMAGES] == 2


def test_all_counted(bed: Bed) -> None:
    """Nothing is counted twice."""
    recount(bed.figures, bed.catalog, bed.settings)
    see(bed, 1, 2)
    recount(bed.figures, bed.catalog, bed.settings)
    assert bed.figures.numbers[IMAGES] == 2
