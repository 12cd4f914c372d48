"""What a comparison of folder and catalog finds."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from services.shared.catalog import FolderState
from services.watcher import rescan
from services.watcher.rescan import Listing, find_gone, find_gone_rejects, list_all, list_changes, list_new
from tests.support.pictures import jpeg, name_of
from tests.support.watching import Bed

Result = TypeVar("Result")
Lister = Callable[[Bed], Listing]


def drain(steps: Generator[None, None, Result]) -> Result:
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: Result = end.value
            return result


def row_of(bed: Bed) -> FolderState:
    assert bed.folder.row is not None
    return bed.folder.row


def by_name(bed: Bed) -> Listing:
    return drain(list_new(bed.path, row_of(bed), bed.catalog, bed.settings.timezone))


def by_stat(bed: Bed) -> Listing:
    return drain(list_changes(bed.path, row_of(bed), bed.catalog, bed.settings.timezone))


LISTERS = pytest.mark.parametrize("lister", [by_name, by_stat])


def live(listing: Listing) -> list[str]:
    return list(listing.live.descending())


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several steps even for a few files."""
    monkeypatch.setattr(rescan, "CHUNK", 3)
    monkeypatch.setattr(rescan, "PAGE", 2)


@pytest.fixture
def importing(tmp_path: Path) -> Iterator[Bed]:
    """A folder whose every file was there first."""
    bed = Bed(tmp_path, import_before_ns=1 << 62)
    yield bed
    bed.close()


@LISTERS
def test_what_the_catalog_has_is_no_news(bed: Bed, lister: Lister) -> None:
    """Images and rejected files that did not change are matched, and left alone."""
    for number in range(7):
        bed.write(name_of(number), jpeg(str(number)))
    bed.write("bad.jpg", b"words about a coil of steel")
    bed.look(*(path.name for path in bed.path.iterdir()))
    listing = lister(bed)
    assert live(listing) == []
    assert len(listing.imports) == 0
    assert (listing.listed, listing.matched, listing.expected) == (8, 7, 7)


@LISTERS
def test_what_came_is_found_oldest_first(bed: Bed, lister: Lister) -> None:
    """In the order in which the files came to be, whatever their names and times say; temporary names are not ours."""
    names = ["c.jpg", "a.jpg", "d.jpg", "b.jpg", "e.jpg"]
    for at, name in enumerate(names):
        os.utime(bed.write(name, jpeg()), ns=(10**18 - at, 10**18 - at))
    bed.write(".hidden.jpg", jpeg())
    (bed.path / "folder.jpg").mkdir()
    ctimes = [(bed.path / name).stat().st_ctime_ns for name in names]
    found = live(lister(bed))
    assert [ctimes[names.index(name)] for name in found] == sorted(ctimes)
    assert sorted(found) == sorted(names)


def test_what_changed_is_found_by_its_stat(bed: Bed) -> None:
    """A new time, size or inode under a known name is worth a look."""
    for name in ("time.jpg", "size.jpg", "inode.jpg", "same.jpg", "bad.jpg"):
        bed.write(name, jpeg() if name != "bad.jpg" else b"words about a coil of steel")
    bed.look(*(path.name for path in bed.path.iterdir()))
    os.utime(bed.path / "time.jpg", ns=(1, 1))
    status = (bed.path / "size.jpg").stat()
    bed.write("size.jpg", jpeg(size_bytes=2000))
    os.utime(bed.path / "size.jpg", ns=(status.st_mtime_ns, status.st_mtime_ns))
    status = (bed.path / "inode.jpg").stat()
    bed.write(".new.jpg", jpeg())
    os.utime(bed.path / ".new.jpg", ns=(status.st_mtime_ns, status.st_mtime_ns))
    (bed.path / ".new.jpg").rename(bed.path / "inode.jpg")
    bed.write("bad.jpg", b"other words")
    assert sorted(live(by_stat(bed))) == ["bad.jpg", "inode.jpg", "size.jpg", "time.jpg"]
    assert live(by_name(bed)) == []


@LISTERS
def test_what_was_there_first_is_imported_newest_first(importing: Bed, lister: Lister) -> None:
    """By the time in the name, else by the file's own; what is catalogued already is not imported again."""
    for number in (3, 1, 4, 2):
        importing.write(name_of(number), jpeg(str(number)))
    middle_ns = 1767193202_500_000_000
    os.utime(importing.write("photo.jpg", jpeg()), ns=(middle_ns, middle_ns))
    expected = [name_of(4), name_of(3), "photo.jpg", name_of(2), name_of(1)]
    everything = drain(list_all(importing.path, importing.settings.timezone))
    assert list(everything.imports.descending()) == expected
    importing.look(name_of(3))
    listing = lister(importing)
    assert list(listing.imports.descending()) == [name for name in expected if name != name_of(3)]
    assert live(listing) == []


@LISTERS
def test_a_file_that_goes_while_it_is_listed_is_looked_at(
    bed: Bed, lister: Lister, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The look tells that it is gone; the listing goes on."""
    bed.write("a.jpg", jpeg())
    scandir = os.scandir

    class Entry:
        def __init__(self, entry: os.DirEntry[str]) -> None:
            self.name = entry.name
            self.is_dir = entry.is_dir

        def stat(self, *, follow_symlinks: bool) -> None:
            raise FileNotFoundError

    class Scan:
        def __init__(self, path: str) -> None:
            self._entries = [Entry(entry) for entry in scandir(path)]

        def __enter__(self) -> Iterator[Entry]:
            return iter(self._entries)

        def __exit__(self, *_: object) -> None:
            pass

    monkeypatch.setattr(os, "scandir", Scan)
    assert live(lister(bed)) == ["a.jpg"]


@LISTERS
def test_names_that_are_no_text_are_compared_too(bed: Bed, lister: Lister) -> None:
    """Once rejected they are known, like any other."""
    name = os.fsdecode(b"\xff.jpg")
    bed.write(name, jpeg())
    assert live(lister(bed)) == [name]
    bed.look(name)
    assert live(lister(bed)) == []


@LISTERS
def test_what_is_missing_is_counted_and_found(bed: Bed, lister: Lister) -> None:
    """Fewer matches than images tell that some are gone; rejected files that are gone are found as well."""
    for number in range(8):
        bed.write(name_of(number), jpeg(str(number)))
    for name in ("bad1.jpg", "bad2.jpg"):
        bed.write(name, b"words about a coil of steel")
    bed.look(*(path.name for path in bed.path.iterdir()))
    gone = [name_of(2), name_of(7)]
    for name in [*gone, "bad2.jpg"]:
        (bed.path / name).unlink()
    listing = lister(bed)
    assert listing.matched < listing.expected == 8
    assert drain(find_gone(bed.path, row_of(bed), bed.catalog)) == gone
    assert drain(find_gone_rejects(bed.path, row_of(bed), bed.catalog)) == ["bad2.jpg"]


def test_images_that_come_during_the_listing_do_not_hide_what_is_gone(bed: Bed) -> None:
    """Only images that the catalog had when the listing began count as matched."""
    for number in range(6):
        bed.write(name_of(number), jpeg(str(number)))
    bed.look(*(path.name for path in bed.path.iterdir()))
    (bed.path / name_of(0)).unlink()
    steps = list_changes(bed.path, row_of(bed), bed.catalog, bed.settings.timezone)
    next(steps)
    bed.write("new.jpg", jpeg())
    bed.look("new.jpg")
    listing = drain(steps)
    assert listing.matched < listing.expected
