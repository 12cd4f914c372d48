"""What the torture finds wrong, and that it finds nothing where all is well."""

from __future__ import annotations

import msgspec
import pytest

from ops.torture_kills.clients import Told
from ops.torture_kills.verdict import File, every_faults, folder_faults, latest_faults, log_faults, short
from services.shared.messages import Event, Image


def image(seq: int, filename: str, size_bytes: int = 100, *, revised: bool = False) -> Image:
    return Image(
        seq=seq,
        camera="main",
        kind="original",
        filename=filename,
        coil=None,
        captured_at_ms=seq,
        written_at_ms=seq,
        seen_at_ms=seq,
        size_bytes=size_bytes,
        width=8,
        height=8,
        media_type="image/jpeg",
        revised=revised,
    )


A, B, A2 = image(1, "a"), image(2, "b"), image(3, "a", 200, revised=True)
LOG = [
    Event(seq=1, type="new", image=A, at_ms=1),
    Event(seq=2, type="new", image=B, at_ms=2),
    Event(seq=3, type="changed", image=A2, at_ms=3, shown=False, previous_seq=1),
    Event(seq=4, type="removed", image=B, at_ms=4, previous_seq=2),
]
FILES = {("original", "a"): File(200, 30), ("original", "b"): File(100, 20)}


def told(seq: int, what: str = "image_update", filename: str = "a", image_seq: int = 0, at_ms: int = 0) -> Told:
    return Told(what, seq, image_seq or seq, "main", "original", filename, at_ms or seq, 0.0)  # type: ignore[arg-type]


EVERY = [told(1), told(2, filename="b"), told(3, "image_revised"), told(4, "image_removed", "b", 2)]
LATEST = [told(1), told(2, filename="b"), told(4, "image_removed", "b", 2)]


def test_nothing_is_found_where_all_is_well() -> None:
    """The folder is what the catalog has, the log leads there, and both clients heard what they should."""
    assert folder_faults({("original", "a"): FILES["original", "a"]}, [A2]) == []
    assert log_faults(LOG, 4, [A2]) == []
    assert every_faults(LOG, EVERY) == []
    assert latest_faults(LOG, LATEST) == []


def test_a_folder_and_a_catalog_that_differ() -> None:
    """A file that is missing on either side, one of another size, two in another order."""
    assert "not catalogued" in folder_faults(FILES, [A2])[0]
    assert "no such file" in folder_faults({}, [A2])[0]
    assert "another size" in folder_faults({("original", "a"): File(1, 1)}, [A2])[0]
    late = {("original", "a"): File(100, 30), ("original", "b"): File(100, 20)}
    assert folder_faults(late, [A, B]) == ["out of order: original b came 0.0 ms too late"]


@pytest.mark.parametrize(
    ("log", "fault"),
    [
        ([LOG[0], LOG[2], LOG[3]], "the log is not 1..4"),
        ([*LOG[:2], LOG[1], LOG[3]], "doubled: 2 is new"),
        ([*LOG[:2], msgspec.structs.replace(LOG[2], previous_seq=2), LOG[3]], "out of order: 3"),
        (LOG[:3], "the log does not end in the images"),
        ([*LOG[:2], msgspec.structs.replace(LOG[2], shown=True), LOG[3]], "3 is shown as new"),
        ([LOG[0], msgspec.structs.replace(LOG[2], shown=False)], "3 is not shown as new"),
    ],
)
def test_a_log_that_does_not_lead_to_the_images(log: list[Event], fault: str) -> None:
    """A hole, a doubled image, a version that follows the wrong one, one shown that is none, an end that is another."""
    assert any(found.startswith(fault) for found in log_faults(log, 4, [A2]))


@pytest.mark.parametrize(
    ("heard", "fault"),
    [
        (EVERY[:3], "missing: 4"),
        ([*EVERY[:2], EVERY[1], *EVERY[2:]], "doubled: 2"),
        ([EVERY[1], EVERY[0], *EVERY[2:]], "out of order: 1"),
        ([*EVERY, told(5)], "not in the log"),
        ([told(1, "image_revised"), *EVERY[1:]], "news, and not told as news: 1"),
    ],
)
def test_a_client_that_was_not_told_the_log(heard: list[Told], fault: str) -> None:
    """Something is missing, doubled, out of order, made up, or was kept from being shown."""
    assert any(found.startswith(fault) for found in every_faults(LOG, heard))


@pytest.mark.parametrize(
    ("heard", "fault"),
    [
        ([LATEST[1], LATEST[0]], "older after newer: original 1 after 2"),
        ([LATEST[0], told(2, filename="b", at_ms=-5)], "older after newer: original 2 was written 6 ms before 1"),
        ([*LATEST[:2], told(3)], "not news: original 3"),
        ([*LATEST[:2], told(3, "image_revised")], "not news: original 3"),
        (LATEST[:1], "ended with"),
    ],
)
def test_a_client_that_saw_an_older_image_after_a_newer_one(heard: list[Told], fault: str) -> None:
    """By its seq or by when it was written; an old one's new version; or one that never saw the newest."""
    assert any(found.startswith(fault) for found in latest_faults(LOG, heard))


def test_a_long_list_is_told_by_its_beginning() -> None:
    """And how long it is."""
    assert short([str(number) for number in range(7)]) == ["0", "1", "2", "3", "4", "and 2 more"]


def test_after_the_newest_was_removed_a_new_version_of_the_one_before_is_news() -> None:
    """It may have been written before the one that went; of one that is still there it is a fault."""
    late = Event(seq=5, type="changed", image=image(5, "a", 300, revised=True), at_ms=5, shown=True, previous_seq=3)
    heard = [told(1), told(2, filename="b", at_ms=40), told(5, at_ms=30)]
    assert latest_faults([*LOG, late], heard) == []
    without_removal = [event for event in LOG if event.type != "removed"]
    assert "was written 10 ms before 2" in latest_faults([*without_removal, late], heard)[0]
