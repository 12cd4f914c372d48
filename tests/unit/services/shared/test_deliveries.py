"""When images were given to clients and shown, in a file that several gateways write."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.shared import deliveries as module
from services.shared.deliveries import Delivery, DeliveryReader, DeliveryWriter
from services.shared.errors import DatabaseDamaged, DatabaseError, DatabaseMissing, DatabaseTooNew


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deliveries.db"


@pytest.fixture
def writer(path: Path) -> Iterator[DeliveryWriter]:
    writer = DeliveryWriter(path, "e")
    yield writer
    writer.close()


def delivery(seq: int, pushed_at_ms: int, painted_at_ms: int | None = None) -> Delivery:
    return Delivery(seq=seq, pushed_at_ms=pushed_at_ms, painted_at_ms=painted_at_ms)


def all_of(path: Path, epoch: str = "e", after: int = 0, step: int = 1) -> list[Delivery]:
    with contextlib.closing(DeliveryReader(path)) as reader:
        return reader.sample(epoch, after, step)


def test_the_earliest_counts_whoever_notes_it(path: Path, writer: DeliveryWriter) -> None:
    """Of the pushes and of the paints, in whatever order they are noted; nothing takes a time back."""
    other = DeliveryWriter(path, "e")
    writer.write([delivery(1, 100), delivery(2, 200, 250)])
    other.write([delivery(1, 90, 140), delivery(2, 210, 240), delivery(2, 220)])
    writer.write([delivery(1, 100, 150), delivery(3, 300)])
    other.close()
    assert all_of(path) == [delivery(1, 90, 140), delivery(2, 200, 240), delivery(3, 300)]
    with contextlib.closing(DeliveryReader(path)) as reader:
        assert reader.find("e", 2) == delivery(2, 200, 240)
        assert reader.find("e", 9) is None
        assert reader.find("f", 2) is None


def test_only_the_newest_stay(path: Path, writer: DeliveryWriter, monkeypatch: pytest.MonkeyPatch) -> None:
    """By seq; not too many leave at a time."""
    monkeypatch.setattr(module, "KEPT", 10)
    monkeypatch.setattr(module, "LEAVING", 5)
    writer.write([delivery(seq, seq) for seq in range(1, 31)])
    assert [one.seq for one in all_of(path)] == list(range(7, 31))
    for _ in range(5):
        writer.write([delivery(30, 30)])
    assert [one.seq for one in all_of(path)] == list(range(21, 31))


def test_a_new_catalog_is_a_new_beginning(path: Path, writer: DeliveryWriter) -> None:
    """The same seqs mean other images."""
    writer.write([delivery(1, 100, 150)])
    for epoch in ("d", "f"):
        other = DeliveryWriter(path, epoch)
        other.write([delivery(1, 500)])
        other.close()
        assert all_of(path, epoch) == [delivery(1, 500)]
        assert all_of(path) == []


def test_a_damaged_file_is_made_anew(path: Path, writer: DeliveryWriter) -> None:
    """By whoever finds it so first; another gateway that has it open goes over to the new one."""
    other = DeliveryWriter(path, "e")
    for one in (writer, other):
        one.write([delivery(1, 100)])
    with contextlib.closing(sqlite3.connect(path)) as db:
        with db:
            db.execute("UPDATE deliveries SET pushed_at_ms = 99")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    path.write_bytes(b"this is no database" * 1000)
    with pytest.raises(DatabaseDamaged):
        writer.write([delivery(2, 200)])
    writer.write([delivery(2, 200)])
    other.write([delivery(3, 300)])
    other.close()
    writer.write([delivery(4, 400)])
    assert [one.seq for one in all_of(path)] == [2, 3, 4]


def test_no_database_at_its_start_is_made_anew(path: Path, writer: DeliveryWriter) -> None:
    """Nor does a file of a newer version count as damaged: it stays as it is."""
    path.write_bytes(b"this is no database" * 1000)
    with pytest.raises(DatabaseDamaged):
        writer.write([delivery(1, 100)])
    writer.write([delivery(1, 100)])
    assert all_of(path) == [delivery(1, 100)]
    writer.close()
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 999")
    newer = DeliveryWriter(path, "e")
    with pytest.raises(DatabaseTooNew):
        newer.write([delivery(2, 100)])
    assert path.exists()


def test_a_file_that_was_taken_away_is_made_anew(path: Path, writer: DeliveryWriter) -> None:
    """While it is open."""
    writer.write([delivery(1, 100)])
    path.unlink()
    writer.write([delivery(2, 200)])
    assert all_of(path) == [delivery(2, 200)]


def test_what_cannot_be_written_is_an_error_and_can_be_tried_again(path: Path) -> None:
    """Such as a folder that is not there yet."""
    writer = DeliveryWriter(path.parent / "state" / "deliveries.db", "e")
    with pytest.raises(DatabaseError):
        writer.write([delivery(1, 100)])
    (path.parent / "state").mkdir()
    writer.write([delivery(1, 100)])
    writer.close()
    with pytest.raises(DatabaseMissing):
        DeliveryReader(path)


def test_a_full_disk_takes_nothing_and_damages_nothing(path: Path, writer: DeliveryWriter) -> None:
    """Once there is space again, all of it can be written."""
    writer.write([delivery(1, 100)])
    assert writer._db is not None
    writer._db.execute("PRAGMA max_page_count = 4")
    many = [delivery(seq, seq) for seq in range(2, 2000)]
    with pytest.raises(DatabaseError, match="full"):
        writer.write(many)
    assert [one.seq for one in all_of(path)] == [1]
    writer._db.execute("PRAGMA max_page_count = 1000000")
    writer.write(many)
    assert len(all_of(path)) == 1999


def test_a_sample_is_spread_evenly(path: Path, writer: DeliveryWriter) -> None:
    """Of kinds that take turns it has as many of each; from a seq on, in order, the same whenever it is asked for."""
    writer.write([delivery(seq, seq) for seq in range(1, 20_001)])
    for step in (1, 2, 3, 10, 64):
        found = [one.seq for one in all_of(path, after=5000, step=step)]
        assert found == sorted(found)
        assert found == [one.seq for one in all_of(path, step=step) if one.seq > 5000]
        assert len(found) == pytest.approx(15_000 / step, rel=0.1)
        for turns in (2, 4, 5):
            for turn in range(turns):
                assert sum(seq % turns == turn for seq in found) == pytest.approx(len(found) / turns, rel=0.25)
