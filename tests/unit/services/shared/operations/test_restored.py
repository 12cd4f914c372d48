"""A copy of people's decisions that is put back forgets none that would do harm."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from services.shared.database import unversioned
from services.shared.operations import Pins, Tokens
from services.shared.operations.restored import Kept, take_over


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """The file that goes on after `copy.db` beside it was made of it."""
    place = tmp_path / "operations.db"
    with closing(Pins(place)) as pins, closing(Tokens(place)) as tokens:
        pins.pin_coil("1", "Kim", "before", 1)
        pins.pin_file("main", "original", "a.jpg", "Kim", "", 1)
        tokens.add("lost", 1)
        tokens.add("kept", 1)
        pins._all("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(place, tmp_path / "copy.db")
        pins.end(2)
        pins.pin_coil("1", "Lee", "after", 2)
        pins.pin_coil("2", "Lee", "", 2)
        pins.pin_file("side", "labeled", "b.jpg", "Lee", "claim", 2)
        tokens.revoke("lost", 2)
    return place


def test_pins_and_revocations_since_then_count(place: Path) -> None:
    """A pin that was ended since is one again: nothing is lost by that."""
    copy = place.with_name("copy.db")
    assert take_over(copy, place) == Kept(pins=2, revoked=1)
    with closing(Pins(copy)) as pins, closing(Tokens(copy)) as tokens:
        held = {(one.coil or f"{one.camera}/{one.kind}/{one.filename}", one.by, one.note) for one in pins.all()}
        first = {("1", "Kim", "before"), ("main/original/a.jpg", "Kim", "")}
        assert held == first | {("2", "Lee", ""), ("side/labeled/b.jpg", "Lee", "claim")}
        assert [(one.name, one.revoked_at_ms) for one in tokens.all()] == [("lost", 2), ("kept", None)]
    assert take_over(copy, place) == Kept()


def test_what_cannot_be_read_is_told_and_what_is_not_there_is_nothing(place: Path) -> None:
    """The copy stays as it is then."""
    copy = place.with_name("copy.db")
    before = copy.read_bytes()
    assert take_over(copy, place.with_name("none.db")) == Kept()
    place.write_bytes(b"damaged" * 1000)
    assert take_over(copy, place) is None
    assert copy.read_bytes() == before


def test_a_file_of_an_older_coilcast_has_no_such_tables(place: Path) -> None:
    """Neither as the copy nor in its place; and it is not brought up to date by this."""
    old = place.with_name("old.db")
    with closing(unversioned(old, write=True)) as database:
        database.execute("CREATE TABLE alerts (id INTEGER PRIMARY KEY)")
        database.execute("PRAGMA user_version = 1")
    assert take_over(old, place) == Kept()
    assert take_over(place.with_name("copy.db"), old) == Kept()
    with closing(unversioned(old)) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (1,)
