"""What was seen lately, minute by minute and as a sample."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.shared.catalog import CatalogReader, CatalogWriter, Gone, Sighting
from services.shared.catalog.lately import MINUTE_MS
from services.shared.deliveries import Delivery, DeliveryReader, DeliveryWriter

HOUR_MS = 60 * MINUTE_MS
START_MS = 1_000 * HOUR_MS


class Book:
    """A catalog that is written to and read."""

    def __init__(self, folder: Path) -> None:
        self.writer = CatalogWriter(folder / "catalog.db", "node")
        self.reader = CatalogReader(folder / "catalog.db")

    def see(self, *at_ms: int, kind: str = "original", camera: str = "main", **fields: Any) -> None:
        folder = self.writer.folder(camera, kind, 0)
        values: dict[str, Any] = {
            "coil": None,
            "size_bytes": 1,
            "width": 1,
            "height": 1,
            "media_type": "image/jpeg",
            "mtime_ns": 0,
            "inode": 0,
            "fingerprint": 1,
        }
        self.writer.record(
            [
                Sighting(
                    folder_id=folder.id,
                    captured_at_ms=one - 40,
                    written_at_ms=one - 3,
                    seen_at_ms=one,
                    **{**values, "filename": f"{one}.jpg", **fields},
                )
                for one in at_ms
            ]
        )

    def minutes(self, from_ms: int, to_ms: int) -> dict[str, list[tuple[int, int]]]:
        """By folder, minutes counted from START_MS."""
        return {
            f"{one.camera}/{one.kind}": [((at_ms - START_MS) // MINUTE_MS, count) for at_ms, count in one.minutes]
            for one in self.reader.minutes(from_ms, to_ms)
        }


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    book = Book(tmp_path)
    yield book
    book.reader.close()
    book.writer.close()


def test_each_minute_of_each_folder_is_counted(book: Book) -> None:
    """By when an image was seen; minutes without are left out, folders without are not."""
    for offset_ms in (-1, 0, 59_999, 60_000, 179_999, 180_000):
        book.see(START_MS + offset_ms)
    book.see(START_MS + 200_000, kind="labeled")
    book.see(START_MS + 200_001, camera="c2")
    book.writer.folder("c1", "original", 0)
    found = book.minutes(START_MS, START_MS + 239_999)
    assert found == {
        "main/labeled": [(3, 1)],
        "main/original": [(0, 2), (1, 1), (2, 1), (3, 1)],
        "c1/original": [],
        "c2/original": [(3, 1)],
    }
    assert book.minutes(START_MS + 30_000, START_MS + 239_999)["main/original"] == [(0, 1), (1, 1), (2, 1), (3, 1)]


def test_without_an_image_there_is_nothing(book: Book) -> None:
    """Nor is there of an hour in which none came."""
    assert book.reader.minutes(START_MS, START_MS + HOUR_MS) == []
    assert book.reader.seen_since(START_MS) == 1
    book.see(START_MS - 1)
    assert book.minutes(START_MS, START_MS + HOUR_MS) == {"main/original": []}
    assert book.reader.seen_since(START_MS) == 2
    assert book.reader.stamps(2) == []


def test_what_was_imported_does_not_count(book: Book) -> None:
    """A new version of the newest image counts in the place of the one before, one of an old image is no news."""
    book.see(START_MS, START_MS + 1, filename="old.jpg", imported=True)
    book.see(START_MS + 2, START_MS + 3)
    book.see(START_MS + 4, filename=f"{START_MS + 3}.jpg", fingerprint=2)
    book.see(START_MS + 5, filename=f"{START_MS + 2}.jpg", fingerprint=2)
    assert book.minutes(START_MS, START_MS + HOUR_MS)["main/original"] == [(0, 2)]
    assert [stamps.seq for stamps in book.reader.stamps(1)] == [4]


def test_holes_in_the_seqs_are_no_obstacle(book: Book) -> None:
    """Wherever images went, the first that is still there and young enough is found."""
    times = [START_MS + 1000 * number for number in range(50)]
    book.see(*times)
    folder = book.writer.folder("main", "original", 0)
    for number in (0, 1, 2, 20, 21, 22, 23, 24, 49):
        book.writer.record([Gone(folder_id=folder.id, filename=f"{times[number]}.jpg", at_ms=1)])
    left = [number for number in range(50) if number not in (0, 1, 2, 20, 21, 22, 23, 24, 49)]
    for number in range(51):
        first = book.reader.seen_since(START_MS + 1000 * number)
        expected = [one for one in left if one >= number]
        assert [stamps.seq - 1 for stamps in book.reader.stamps(first)] == expected, number


def test_a_sample_is_the_same_everywhere(book: Book, tmp_path: Path) -> None:
    """Of every folder its share, and of exactly those whose deliveries are sampled, too."""
    for number in range(0, 3000, 2):
        book.see(START_MS + number)
        book.see(START_MS + number + 1, kind="labeled")
    writer = DeliveryWriter(tmp_path / "deliveries.db", book.reader.epoch)
    writer.write([Delivery(seq=seq, pushed_at_ms=1) for seq in range(1, 3001)])
    writer.close()
    reader = DeliveryReader(tmp_path / "deliveries.db")
    for first, step in [(1, 1), (1, 7), (1500, 10)]:
        sample = book.reader.stamps(first, step)
        seqs = sorted(stamps.seq for stamps in sample)
        assert seqs == [one.seq for one in reader.sample(book.reader.epoch, first - 1, step)]
        expected = (3001 - first) / step
        assert expected * 0.8 <= len(seqs) <= expected * 1.2
        assert abs(sum(seq % 2 for seq in seqs) - len(seqs) / 2) <= len(seqs) * 0.1
    reader.close()
    (stamps,) = [one for one in book.reader.stamps(7) if one.seq == 7]
    assert stamps[1:] == (START_MS + 6 - 40, START_MS + 6 - 3, START_MS + 6)
