"""Copying a database that is written to, and telling whether a file is whole."""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path

import pytest

from services.shared.database import connect, unversioned
from services.shared.errors import DatabaseDamaged, DatabaseError
from services.shared.snapshot import STEP_PAGES, refuse_damaged, size_of, snapshot, version_of

SCHEMA = ["CREATE TABLE one (n INTEGER PRIMARY KEY, filling BLOB NOT NULL) STRICT;"]
ROWS = 2000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database of some 8 MB, which takes several steps to copy."""
    made = tmp_path / "a.db"
    with contextlib.closing(connect(made, SCHEMA, write=True)) as db:
        db.execute("BEGIN")
        db.executemany("INSERT INTO one VALUES (?, ?)", ((n, bytes(4000)) for n in range(ROWS)))
        db.execute("COMMIT")
    return made


def test_a_copy_goes_on_while_others_write(path: Path, tmp_path: Path) -> None:
    """It never begins anew, and what is in it is the file at its beginning: all of a transaction or nothing of it."""
    over, begun = threading.Event(), threading.Event()

    def write() -> None:
        with contextlib.closing(connect(path, SCHEMA, write=True)) as db:
            number = ROWS
            while not over.is_set():
                db.execute("BEGIN")
                db.executemany("INSERT INTO one VALUES (?, ?)", [(number, b"x"), (number + 1, b"x")])
                db.execute("COMMIT")
                number += 2
                begun.set()

    steps: list[int] = []

    def progress(done: int, total: int) -> None:
        steps.append(done)
        assert len(steps) < 200, "the copy begins anew again and again"

    thread = threading.Thread(target=write)
    thread.start()
    try:
        begun.wait(10)
        snapshot(path, tmp_path / "copy.db", progress)
    finally:
        over.set()
        thread.join()
    assert steps == sorted(steps)
    assert len(steps) > 5
    assert steps[0] == STEP_PAGES
    with contextlib.closing(unversioned(tmp_path / "copy.db")) as copy:
        count, last = copy.execute("SELECT count(*), max(n) FROM one").fetchone()
    assert (count, count % 2) == (last + 1, 0)
    assert sorted(found.name for found in tmp_path.glob("copy*")) == ["copy.db"]


def test_what_is_only_in_the_log_is_copied_too(path: Path, tmp_path: Path) -> None:
    """The last commits may not be in the file itself yet."""
    with contextlib.closing(connect(path, SCHEMA, write=True)) as db:
        db.execute("INSERT INTO one VALUES (?, ?)", (ROWS, b"last"))
        assert size_of(path) > path.stat().st_size
        snapshot(path, tmp_path / "copy.db")
    with contextlib.closing(unversioned(tmp_path / "copy.db")) as copy:
        assert copy.execute("SELECT filling FROM one WHERE n = ?", (ROWS,)).fetchone() == (b"last",)
    assert version_of(tmp_path / "copy.db") == 1


@pytest.mark.parametrize("quick", [False, True])
def test_damage_is_found(path: Path, quick: bool) -> None:
    """A whole file is none, one with a page of zeros is; it shows that it goes on."""
    signs: list[int] = []
    refuse_damaged(path, quick=quick, alive=lambda: signs.append(1))
    data = bytearray(path.read_bytes())
    data[4096 * 100 : 4096 * 101] = bytes(4096)
    path.write_bytes(data)
    with pytest.raises(DatabaseDamaged, match=r"a\.db is damaged"):
        refuse_damaged(path, quick=quick)


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    """And is not made by looking."""
    for look in (version_of, size_of, refuse_damaged):
        with pytest.raises(DatabaseError):
            look(tmp_path / "none.db")
    assert list(tmp_path.iterdir()) == []
