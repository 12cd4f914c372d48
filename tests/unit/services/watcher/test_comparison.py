"""Comparisons and imports under way: what they record, in which order, and in how small steps."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from services.shared import confirm
from services.watcher import comparison
from services.watcher.comparison import Background, Depth
from services.watcher.pace import SLICE_S
from tests.support.pictures import jpeg, name_of
from tests.support.watching import Bed

FUTURE_NS = 1 << 62


@pytest.fixture
def importing(tmp_path: Path) -> Iterator[Bed]:
    """A folder whose every file was there first."""
    bed = Bed(tmp_path, import_before_ns=FUTURE_NS)
    yield bed
    bed.close()


def background_of(bed: Bed) -> Background:
    return Background(bed.catalog, bed.intake, bed.log, bed.settings.timezone, 5.0, bed.figures)


def run(background: Background, until_done: Callable[[], bool] | None = None) -> None:
    while background if until_done is None else not until_done():
        background.slice()


def compare(bed: Bed, depth: Depth = "stats") -> None:
    background = background_of(bed)
    background.compare(bed.folder, depth)
    run(background)


@pytest.mark.parametrize("depth", ["names", "stats"])
def test_what_was_missed_is_told_oldest_first(bed: Bed, depth: Depth) -> None:
    """Files that came while nobody watched are news, in the order in which they came; then what went is removed."""
    old = bed.write(name_of(1), jpeg("1"))
    bed.look(old.name)
    old.unlink()
    for number in (5, 3, 4):
        path = bed.write(name_of(number), jpeg(str(number)))
        os.utime(path, ns=(1, 1))
    compare(bed, depth)
    assert bed.ears.told == [
        ("new", name_of(1)),
        ("new", name_of(5)),
        ("new", name_of(3)),
        ("new", name_of(4)),
        ("removed", name_of(1)),
    ]


def test_a_comparison_that_finds_nothing_says_nothing(bed: Bed) -> None:
    """The record does not grow by looking."""
    bed.write(name_of(1), jpeg())
    bed.write("bad.jpg", b"words about a coil of steel")
    bed.look(name_of(1), "bad.jpg")
    before = (bed.catalog.head, bed.out.getvalue())
    compare(bed)
    compare(bed, "names")
    assert (bed.catalog.head, bed.out.getvalue()) == before


def test_rejects_that_are_gone_are_no_longer_counted(bed: Bed) -> None:
    """The count is of what lies in the folder now."""
    bed.write("bad.jpg", b"words about a coil of steel").unlink()
    bed.write("bad.jpg", b"words about a coil of steel")
    bed.look("bad.jpg")
    (bed.path / "bad.jpg").unlink()
    compare(bed)
    assert bed.rejects == {}


def test_current_is_right_before_the_import_begins(importing: Bed, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest of each of the newest coils come first; a broken one does not stand for its coil."""
    monkeypatch.setattr(comparison, "COILS_AT_ONCE", 3)
    for number in range(40):
        importing.write(name_of(number, coil=str(number // 10)), jpeg(str(number)))
    importing.write(name_of(40, coil="3"), b"words about a coil of steel")
    background = background_of(importing)
    background.compare(importing.folder, "import")
    run(background, until_done=lambda: not background.is_comparing)
    assert importing.names == [name_of(39, coil="3"), name_of(29, coil="2"), name_of(19, coil="1")]
    assert background.importing == 41
    run(background)
    assert len(importing.names) == 40
    assert importing.names[0] == name_of(39, coil="3")
    assert importing.rejects == {name_of(40, coil="3"): "not_an_image"}
    assert importing.ears.events == []
    assert background.importing == 0


def test_a_folder_of_garbage_does_not_keep_the_watcher_from_ready(
    importing: Bed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After some looks in vain the search for the newest images ends."""
    monkeypatch.setattr(comparison, "LOOKS_AT_ONCE", 5)
    for number in range(30):
        importing.write(name_of(number), b"words about a coil of steel")
    background = background_of(importing)
    background.compare(importing.folder, "import")
    run(background, until_done=lambda: not background.is_comparing)
    assert len(importing.rejects) == 5


def test_an_import_goes_on_where_it_was_killed(importing: Bed) -> None:
    """A new process finds what is left by comparing, and announces nothing."""
    for number in range(300):
        importing.write(name_of(number), jpeg(str(number)))
    background = background_of(importing)
    background.compare(importing.folder, "import")
    run(background, until_done=lambda: not background.is_comparing and len(importing.names) > 100)
    assert len(importing.names) < 300
    compare(importing, "names")
    assert importing.names == [name_of(number) for number in reversed(range(300))]
    assert importing.ears.events == []
    assert len(importing.lines("import finished")) == 1


def test_a_comparison_takes_over_from_an_import(importing: Bed) -> None:
    """What was left to import is found again, once, and told once in the log."""
    for number in range(300):
        importing.write(name_of(number), jpeg(str(number)))
    background = background_of(importing)
    background.compare(importing.folder, "import")
    run(background, until_done=lambda: not background.is_comparing)
    background.slice()
    background.compare(importing.folder, "stats")
    assert background.is_comparing
    assert background.importing == 0
    run(background)
    assert len(importing.names) == 300
    assert importing.catalog.head == 300
    assert len(importing.lines("importing 300 images")) == 1


def test_an_empty_folder_that_was_never_seen_otherwise_removes_nothing(bed: Bed) -> None:
    """It is more likely a mount that is missing than a line that deleted all it has."""
    bed.write(name_of(1), jpeg())
    bed.look(name_of(1))
    (bed.path / name_of(1)).unlink()
    bed.folder.had_files = False
    compare(bed)
    assert bed.names == [name_of(1)]
    assert bed.lines("is a mount missing?")


def test_an_emptied_folder_is_empty(bed: Bed) -> None:
    """Where files were seen before, their absence is believed."""
    bed.write(name_of(1), jpeg())
    bed.look(name_of(1))
    (bed.path / name_of(1)).unlink()
    compare(bed)
    assert bed.names == []


def test_more_than_half_goes_only_when_somebody_says_so(bed: Bed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Said once; half of it may go, and so may a few, however many are left; a confirmation counts once."""
    monkeypatch.setattr(confirm, "FLOOR", 3)
    paths = [bed.write(name_of(number), jpeg(str(number))) for number in range(10)]
    bed.look(*(path.name for path in paths))
    background = background_of(bed)

    def left() -> int:
        background.compare(bed.folder, "stats")
        run(background)
        return len(bed.names)

    for path in paths[:5]:
        path.unlink()
    assert left() == 5
    for path in paths[5:8]:
        path.unlink()
    assert left() == 2
    more = [bed.write(name_of(number), jpeg(str(number))) for number in range(20, 30)]
    bed.look(*(path.name for path in more))
    for path in more[:9]:
        path.unlink()
    for _ in range(2):
        assert left() == 12
    assert background.withheld == {"main/original": (9, 12)}
    assert len(bed.lines("9 of 12 images of the catalog have no file")) == 1
    assert background.confirm() == ["main/original"]
    assert left() == 3
    assert background.withheld == {}
    more[9].unlink()
    paths[8].unlink()
    assert left() == 1


def test_what_comes_back_is_not_withheld_any_more(bed: Bed, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when a mount was missing."""
    monkeypatch.setattr(confirm, "FLOOR", 3)
    paths = [bed.write(name_of(number), jpeg(str(number))) for number in range(10)]
    bed.look(*(path.name for path in paths))
    background = background_of(bed)
    for path in paths[:9]:
        path.rename(bed.settings.state / path.name)
    background.compare(bed.folder, "stats")
    run(background)
    assert background.withheld
    for path in paths[:9]:
        (bed.settings.state / path.name).rename(path)
    background.compare(bed.folder, "stats")
    run(background)
    assert (background.withheld, len(bed.names)) == ({}, 10)


def test_a_folder_that_goes_meanwhile_is_compared_again_later(bed: Bed) -> None:
    """The comparison ends without a word; the next check of the folders sees what happened."""
    background = background_of(bed)
    background.compare(bed.folder, "stats")
    bed.path.rmdir()
    run(background)
    assert bed.folder.rescan_wanted
    assert not background


def test_only_one_comparison_runs_for_a_folder(bed: Bed) -> None:
    """What is wanted meanwhile is done afterwards."""
    background = background_of(bed)
    background.compare(bed.folder, "stats")
    bed.folder.rescan_wanted = True
    background.compare(bed.folder, "stats")
    assert bed.folder.rescan_wanted
    background.stop(bed.folder)
    assert not background


def test_names_first_then_stats(bed: Bed) -> None:
    """After a start that compared only names, what changed under its name is looked for at once."""
    compare(bed, "names")
    assert (bed.folder.rescan_wanted, bed.folder.next_rescan_s) == (True, 0.0)
    compare(bed, "stats")
    assert not bed.folder.rescan_wanted
    assert bed.folder.next_rescan_s > time.monotonic() + 4


def test_steps_are_small(importing: Bed) -> None:
    """A live image waits for one slice at most: none takes much longer than it may."""
    for number in range(2000):
        importing.write(name_of(number), jpeg(str(number), size_bytes=200))
    background = background_of(importing)
    background.compare(importing.folder, "import")
    times = []
    while background:
        began_s = time.thread_time()
        background.slice()
        times.append(time.thread_time() - began_s)
    assert sorted(times)[len(times) // 2] < 10 * SLICE_S
    assert len(times) > 20


def test_what_no_event_told_of_is_counted(bed: Bed) -> None:
    """After a start, all that is found; later on, what has been there for so long that no event will come."""
    bed.write(name_of(1), jpeg("1"))
    compare(bed, "names")
    bed.write(name_of(2), jpeg("2"))
    compare(bed)
    numbers = bed.figures.numbers
    assert numbers["coilcast_rescan_found_total", "main", "original"] == 1
    assert numbers["coilcast_rescans_total", "main", "original"] == 2
    assert numbers["coilcast_images_total", "main", "original"] == 2
