"""The catalog: one writer, one order, readers at any time."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.shared.catalog import CatalogReader, CatalogWriter, Change, Gone, Rejected, Sighting
from services.shared.catalog import writer as module
from services.shared.errors import CatalogDamaged, CatalogError, CatalogMissing, CatalogTooNew


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "catalog.db"


@pytest.fixture
def writer(path: Path) -> Iterator[CatalogWriter]:
    writer = CatalogWriter(path, "line-1")
    writer.folder("main", "original", 0)
    writer.folder("main", "labeled", 0)
    yield writer
    writer.close()


@pytest.fixture
def reader(writer: CatalogWriter, path: Path) -> Iterator[CatalogReader]:
    reader = CatalogReader(path)
    yield reader
    reader.close()


def sighting(number: int, **other: Any) -> Sighting:
    fields: dict[str, Any] = {
        "folder_id": 1,
        "filename": f"{number}.jpg",
        "coil": f"C{number // 10}",
        "captured_at_ms": 1000 + number,
        "written_at_ms": 1000 + number,
        "seen_at_ms": 2000 + number,
        "size_bytes": 100,
        "width": 64,
        "height": 48,
        "media_type": "image/jpeg",
        "mtime_ns": number,
        "inode": number,
        "fingerprint": number,
    }
    return Sighting(**(fields | other))


def test_seq_counts_up_without_holes(writer: CatalogWriter) -> None:
    """What is recorded gets consecutive seqs in the order given, and a range that says so."""
    first = writer.record([sighting(1), sighting(2)])
    second = writer.record([sighting(3)])
    assert [event.seq for event in (*first.events, *second.events)] == [1, 2, 3]
    assert [(first.first, first.last), (second.first, second.last)] == [(1, 2), (3, 3)]
    assert {event.type for event in first.events} == {"new"}


def test_a_removal_is_shown_near_the_newest_only(writer: CatalogWriter, monkeypatch: pytest.MonkeyPatch) -> None:
    """By arrival, in each folder: what retention deletes is on no screen."""
    monkeypatch.setattr(module, "RECENT", 3)
    writer.record([sighting(number) for number in range(1, 7)])
    writer.record([sighting(9, folder_id=2)])
    gone = [Gone(folder_id=1, filename=f"{number}.jpg", at_ms=1) for number in (1, 3, 5)]
    events = writer.record([*gone[:2], Gone(folder_id=2, filename="9.jpg", at_ms=1), gone[2]]).events
    assert [(event.image.filename, event.shown) for event in events] == [
        ("1.jpg", False),
        ("3.jpg", False),
        ("9.jpg", True),
        ("5.jpg", True),
    ]
    (event,) = writer.record([Gone(folder_id=1, filename="2.jpg", at_ms=1)]).events
    assert event.shown


def test_seeing_the_same_file_again_changes_nothing(writer: CatalogWriter) -> None:
    """An event and a rescan may both report a file: it is catalogued once, a touched file too."""
    writer.record([sighting(1)])
    again = writer.record([sighting(1), sighting(1, mtime_ns=99)])
    assert (again.events, again.first, again.last) == ((), 2, 1)


def test_an_overwritten_file_is_a_new_version(writer: CatalogWriter, reader: CatalogReader) -> None:
    """Other content under the same name gets a new seq; the old version is gone, its seq is not reused."""
    writer.record([sighting(1)])
    (event,) = writer.record([sighting(1, fingerprint=77)]).events
    assert (event.type, event.seq, event.previous_seq, event.shown, event.image.revised) == (
        "changed",
        2,
        1,
        True,
        True,
    )
    assert reader.image(1) is None
    assert [image.seq for image in reader.newest()] == [2]


def test_an_old_image_overwritten_is_logged_but_not_newest(writer: CatalogWriter, reader: CatalogReader) -> None:
    """A new version of an image that is not the newest is never shown as new."""
    writer.record([sighting(1), sighting(2)])
    (event,) = writer.record([sighting(1, fingerprint=77)]).events
    assert (event.type, event.shown) == ("changed", False)
    assert [image.filename for image in reader.newest(limit=2)] == ["2.jpg", "1.jpg"]


def test_a_removed_file_leaves_an_event(writer: CatalogWriter, reader: CatalogReader) -> None:
    """Removal is logged with the version that went; removing what is not there says nothing."""
    writer.record([sighting(1)])
    (event,) = writer.record([Gone(folder_id=1, filename="1.jpg", at_ms=5)]).events
    assert (event.type, event.seq, event.image.seq, event.image.filename) == ("removed", 2, 1, "1.jpg")
    assert writer.record([Gone(folder_id=1, filename="1.jpg", at_ms=5)]).events == ()
    assert reader.newest() == []


def test_imports_take_seqs_and_are_never_announced(writer: CatalogWriter, reader: CatalogReader) -> None:
    """Imported images are catalogued, the first imported is the newest of them, any live image is newer."""
    published = writer.record([sighting(9, imported=True), sighting(8, imported=True)])
    assert (published.events, published.first, published.last) == ((), 1, 2)
    assert list(reader.events(0, 2)) == []
    assert [image.filename for image in reader.newest(limit=3)] == ["9.jpg", "8.jpg"]
    writer.record([sighting(1)])
    assert [image.filename for image in reader.newest(limit=3)] == ["1.jpg", "9.jpg", "8.jpg"]


def test_rejected_files_are_listed_until_they_are_mended(writer: CatalogWriter, reader: CatalogReader) -> None:
    """A reject is kept with its reason, known to rescans, and forgotten once the file is whole or gone."""
    rejected = Rejected(folder_id=1, filename=b"\xff.jpg", reason="bad_name", size_bytes=1, mtime_ns=2, at_ms=3)
    writer.record(
        [rejected, Rejected(folder_id=1, filename=b"1.jpg", reason="empty", size_bytes=0, mtime_ns=2, at_ms=4)]
    )
    assert writer.reject_counts() == reader.reject_counts() == {"bad_name": 1, "empty": 1}
    assert [(reject.filename, reject.reason) for reject in reader.rejects()] == [
        ("1.jpg", "empty"),
        ("\\xff.jpg", "bad_name"),
    ]
    assert writer.known(1, ["1.jpg", "\udcff.jpg"]).keys() == {"1.jpg", "\udcff.jpg"}
    writer.record([sighting(1), Gone(folder_id=1, filename="\udcff.jpg", at_ms=5)])
    assert reader.reject_counts() == {}


def test_a_known_image_that_turns_bad_is_gone_and_rejected(writer: CatalogWriter, reader: CatalogReader) -> None:
    """Garbage written over an image removes the image and lists the reject."""
    writer.record([sighting(1)])
    published = writer.record(
        [Rejected(folder_id=1, filename=b"1.jpg", reason="not_an_image", size_bytes=1, mtime_ns=2, at_ms=3)]
    )
    assert [event.type for event in published.events] == ["removed"]
    assert reader.find("main", "original", "1.jpg") is None


def test_a_failed_record_keeps_nothing(writer: CatalogWriter, reader: CatalogReader) -> None:
    """All of a record is committed or none of it, and its seqs are given out again."""
    bad: list[Change] = [sighting(1), sighting(2, folder_id=99)]
    with pytest.raises((CatalogError, KeyError)):
        writer.record(bad)
    assert (reader.head(), reader.newest()) == (0, [])
    assert writer.record([sighting(3)]).first == 1


def test_current_has_each_folder_and_each_recent_coil(writer: CatalogWriter, reader: CatalogReader) -> None:
    """`current` is the newest of each folder and of each of the newest coils in each folder."""
    writer.record([sighting(number) for number in (1, 2, 11, 12, 21)])
    writer.record([sighting(13, folder_id=2)])
    names = {(image.kind, image.filename) for image in reader.current(coils=2)}
    assert names == {("original", "21.jpg"), ("original", "12.jpg"), ("labeled", "13.jpg")}


def test_current_is_what_a_look_at_every_image_finds(writer: CatalogWriter, reader: CatalogReader) -> None:
    """Whatever was recorded, removed, overwritten or imported, with coils and without."""
    chance = random.Random(1)
    for _ in range(300):
        number = chance.randrange(60)
        changes: list[Change] = [
            sighting(
                number,
                folder_id=1 + number % 2,
                coil=None if number % 7 == 0 else f"C{number % 11}",
                fingerprint=chance.randrange(3),
                imported=chance.random() < 0.3,
            ),
            Gone(folder_id=1 + number % 2, filename=f"{chance.randrange(60)}.jpg", at_ms=1),
        ]
        writer.record(changes)
        ranked = reader.newest_ranked(limit=100)
        recent = list(dict.fromkeys(image.coil for _, image in ranked if image.coil is not None))[:4]
        first: dict[tuple[str, str | None], int] = {}
        for _, image in ranked:
            for coil in {None, image.coil if image.coil in recent else None}:
                first.setdefault((image.kind, coil), image.seq)
        assert {image.seq for image in reader.current(coils=4)} == set(first.values())


def test_a_line_of_the_log_that_cannot_be_read_is_damage(
    writer: CatalogWriter, reader: CatalogReader, path: Path
) -> None:
    """Said as such, like SQLite's own."""
    writer.record([sighting(1)])
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE events SET image = X'81'")
    connection.close()
    with pytest.raises(CatalogDamaged, match="move it away"):
        list(reader.events(0, 1))


def test_history_pages_by_capture_time_without_loss(writer: CatalogWriter, reader: CatalogReader) -> None:
    """Pages follow each other without a hole or a double, also among equal capture times."""
    writer.record([sighting(number, captured_at_ms=number // 3) for number in range(20)])
    seen: list[int] = []
    before = None
    while True:
        page = reader.history(before=before, limit=6)
        seen += [image.seq for image in page.images]
        before = page.before
        if before is None:
            break
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == 20
    assert [image.filename for image in reader.history(coil="C1", from_ms=4, to_ms=5).images] == [
        "14.jpg",
        "13.jpg",
        "12.jpg",
    ]


def test_coils_are_summed_up(writer: CatalogWriter, reader: CatalogReader) -> None:
    """Each coil has its count, its first and last capture time and its last image."""
    writer.record([sighting(number) for number in (1, 2, 11)] + [sighting(50, coil=None)])
    coils = reader.coils()
    assert [(coil.coil, coil.count, coil.first_at_ms, coil.last_at_ms) for coil in coils] == [
        ("C1", 1, 1011, 1011),
        ("C0", 2, 1001, 1002),
    ]
    assert coils[1].last_image.filename == "2.jpg"


def test_the_log_is_trimmed_and_says_how_far(writer: CatalogWriter, reader: CatalogReader) -> None:
    """Trimming takes old events and events beyond the length; the images stay."""
    writer.record([sighting(number) for number in range(10)])
    assert writer.trim(older_than_ms=0, keep_events=4) == 6
    assert reader.trimmed() == 6
    assert [event.seq for event in reader.events(0, 10)] == [7, 8, 9, 10]
    assert writer.trim(older_than_ms=10_000, keep_events=4) == 4
    assert len(reader.newest(limit=20)) == 10


def test_a_clock_that_jumps_back_trims_nothing_that_is_young(writer: CatalogWriter, reader: CatalogReader) -> None:
    """Only what is old at the log's old end goes, not what was logged before an event with an old time."""
    writer.record([sighting(1), sighting(2, seen_at_ms=9000), sighting(3, seen_at_ms=10)])
    assert writer.trim(older_than_ms=5000, keep_events=100) == 1
    assert [event.seq for event in reader.events(0, 10)] == [2, 3]


def test_names_page_in_order(writer: CatalogWriter) -> None:
    """A rescan can walk all names of a folder in pages."""
    writer.record([sighting(number) for number in range(5)])
    page = writer.filenames(1, limit=3)
    assert [name for name, _ in page + writer.filenames(1, after=page[-1][0])] == [f"{n}.jpg" for n in range(5)]
    assert writer.count(1) == 5


def test_present_versions_are_told_from_those_that_went(writer: CatalogWriter, reader: CatalogReader) -> None:
    """Of a range of seqs: removed images and overwritten versions are not among them."""
    writer.record([sighting(number) for number in (1, 2, 3, 4)])
    writer.record([Gone(folder_id=1, filename="2.jpg", at_ms=0), sighting(3, fingerprint=77)])
    assert reader.seqs(1, 100) == {1, 4, 6}
    assert reader.seqs(2, 4) == {4}


def test_the_epoch_outlives_the_process(path: Path) -> None:
    """Opening again continues epoch and seq; another catalog has another epoch."""
    one = CatalogWriter(path, "line-1")
    one.folder("main", "original", 0)
    one.record([sighting(1)])
    one.close()
    two = CatalogWriter(path, "line-1")
    other = CatalogWriter(path.with_name("other.db"), "line-1")
    assert (two.epoch, two.head) == (one.epoch, 1)
    assert two.epoch != other.epoch
    two.close()
    other.close()


def test_a_reader_cannot_write(reader: CatalogReader) -> None:
    """Only the watcher writes: a reader's connection refuses."""
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader._db.execute("DELETE FROM images")


def test_a_catalog_that_is_being_made_is_not_there_yet(writer: CatalogWriter, path: Path) -> None:
    """Between its tables and their first row a reader is told to ask again."""
    writer._db.execute("DELETE FROM log")
    with pytest.raises(CatalogMissing, match="not ready yet"):
        CatalogReader(path)


def test_what_cannot_be_opened_is_said_in_one_line(tmp_path: Path) -> None:
    """A missing, a newer and a damaged catalog are three different errors with a way out."""
    with pytest.raises(CatalogMissing, match="service-orchestrator up"):
        CatalogReader(tmp_path / "none.db")
    newer = tmp_path / "newer.db"
    with sqlite3.connect(newer) as db:
        db.execute("PRAGMA user_version = 999")
    db.close()
    with pytest.raises(CatalogTooNew, match="999"):
        CatalogReader(newer)
    damaged = tmp_path / "damaged.db"
    damaged.write_bytes(b"this is no database" * 100)
    with pytest.raises(CatalogDamaged, match="move it away"):
        CatalogWriter(damaged, "line-1")
