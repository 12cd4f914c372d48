"""What the folders hold, oldest first, and what belongs together."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.shared.catalog import CatalogReader, CatalogWriter, Holding, Inflow, Sighting
from services.shared.catalog import holdings as module


class Bed:
    def __init__(self, path: Path) -> None:
        self.writer = CatalogWriter(path, "node")
        self.reader = CatalogReader(path)

    def add(self, filename: str, kind: str = "original", camera: str = "main", **fields: Any) -> None:
        folder = self.writer.folder(camera, kind, 0)
        values: dict[str, Any] = {
            "coil": "1", "captured_at_ms": 1000, "written_at_ms": 1000, "seen_at_ms": 1000, "size_bytes": 100,
            "width": 64, "height": 48, "media_type": "image/jpeg", "mtime_ns": 5, "inode": 1, "fingerprint": 1,
        }  # fmt: skip
        self.writer.record([Sighting(folder_id=folder.id, filename=filename, **{**values, **fields})])

    def folder(self, name: str) -> int:
        return next(folder.id for folder in self.reader.held_folders() if folder.name == name)


@pytest.fixture
def bed(tmp_path: Path) -> Iterator[Bed]:
    bed = Bed(tmp_path / "catalog.db")
    yield bed
    bed.reader.close()
    bed.writer.close()


@pytest.mark.parametrize("page", [1, 2, 3, 200])
def test_walks_give_each_image_once_in_order(bed: Bed, page: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """By arrival, imported ones first by their capture; by capture; also where many share a moment."""
    monkeypatch.setattr(module, "PAGE", page)
    for number, captured in enumerate([30, 10, 10, 10, 20]):
        bed.add(f"live-{number}", captured_at_ms=captured)
    for number, captured in enumerate([7, 7, 9]):
        bed.add(f"old-{number}", captured_at_ms=captured, imported=True)
    bed.add("elsewhere", kind="labeled")
    folder = bed.folder("main/original")
    names = [held.filename for held in bed.reader.oldest(folder)]
    assert names == ["old-0", "old-1", "old-2", "live-0", "live-1", "live-2", "live-3", "live-4"]
    names = [held.filename for held in bed.reader.captured_before(folder, 20)]
    assert names == ["old-0", "old-1", "old-2", "live-1", "live-2", "live-3"]
    assert [held.filename for held in bed.reader.captured_from(folder, 20)] == ["live-4", "live-0"]


def test_a_frame_is_the_same_moment_of_a_coil(bed: Bed) -> None:
    """In all kinds of one camera; a name that tells no coil belongs to the same name of another kind."""
    bed.add("a_original.jpg")
    bed.add("a_labeled.jpg", kind="labeled")
    bed.add("b_original.jpg", captured_at_ms=2000)
    bed.add("c_original.jpg", coil="2")
    bed.add("a_original.jpg", camera="side")
    bed.add("x_original.jpg", coil=None)
    bed.add("y_original.jpg", coil=None)
    bed.add("x_labeled.jpg", kind="labeled", coil=None, captured_at_ms=1700)

    def frame(name: str) -> list[str]:
        walk = bed.reader.oldest(bed.folder("main/original"))
        return [one.filename for one in bed.reader.frame(next(held for held in walk if held.filename == name))]

    assert frame("a_original.jpg") == ["a_original.jpg", "a_labeled.jpg"]
    assert frame("b_original.jpg") == ["b_original.jpg"]
    assert frame("c_original.jpg") == ["c_original.jpg"]
    assert frame("x_original.jpg") == ["x_original.jpg", "x_labeled.jpg"]
    assert frame("y_original.jpg") == ["y_original.jpg"]


def test_how_much_there_is(bed: Bed) -> None:
    """By folder; the newest by arrival and by capture; what came since some seq."""
    bed.add("a", captured_at_ms=9000)
    bed.add("b", seen_at_ms=4000)
    bed.add("c", kind="labeled", size_bytes=7, seen_at_ms=5000)
    bed.add("old", imported=True, seen_at_ms=9000, size_bytes=1000)
    original, labeled = bed.folder("main/original"), bed.folder("main/labeled")
    assert bed.reader.counted(original) == 3
    assert bed.reader.holding() == {original: Holding(3, 1200), labeled: Holding(1, 7)}
    assert bed.reader.newest_seqs(original) == {1, 2}
    assert bed.reader.newest_seqs(99) == set()
    assert bed.reader.inflow(2) == Inflow(2, 107, 4000)
    assert bed.reader.inflow(0) == Inflow(3, 207, 1000)
    assert bed.reader.inflow(50) is None
    assert (bed.reader.is_present(1), bed.reader.is_present(99)) == (True, False)
