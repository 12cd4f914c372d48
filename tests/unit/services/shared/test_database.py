"""SQLite files: made and migrated by whoever writes, also by several at once."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from pathlib import Path

import pytest

from services.shared.database import connect, translated
from services.shared.errors import DatabaseDamaged, DatabaseError, DatabaseMissing, DatabaseTooNew

ONE = "CREATE TABLE one (a TEXT) STRICT; INSERT INTO one VALUES ('x;y'); -- a; remark\n"
TWO = "ALTER TABLE one ADD COLUMN b TEXT DEFAULT 'later';"


def test_each_migration_happens_once_and_in_order(tmp_path: Path) -> None:
    """A file of an earlier version is brought up when a writer opens it; until then a reader is told to wait."""
    path = tmp_path / "a.db"
    with contextlib.closing(connect(path, [ONE], write=True)):
        pass
    with pytest.raises(DatabaseMissing, match="not ready yet"):
        connect(path, [ONE, TWO], write=False)
    with contextlib.closing(connect(path, [ONE, TWO], write=True)) as writer:
        assert writer.execute("SELECT * FROM one").fetchall() == [("x;y", "later")]
    with contextlib.closing(connect(path, [ONE, TWO], write=False)) as reader:
        assert reader.execute("SELECT count(*) FROM one").fetchone() == (1,)
        with pytest.raises(DatabaseError, match="readonly"), translated(path):
            reader.execute("DELETE FROM one")


def test_a_migration_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    """All of a migration is done or nothing of it."""
    path = tmp_path / "a.db"
    with pytest.raises(DatabaseError):
        connect(path, [f"{ONE} INSERT INTO none VALUES (1);"], write=True)
    with contextlib.closing(connect(path, [ONE], write=True)) as writer:
        assert writer.execute("SELECT count(*) FROM one").fetchone() == (1,)


def test_a_long_migration_shows_that_it_goes_on(tmp_path: Path) -> None:
    """To whoever would take it for hung; nothing that comes after it does so."""
    count = "WITH RECURSIVE n (v) AS (VALUES (1) UNION ALL SELECT v + 1 FROM n WHERE v < 200000) SELECT max(v) FROM n;"
    signs: list[int] = []
    with contextlib.closing(connect(tmp_path / "a.db", [ONE, count], write=True, alive=lambda: signs.append(1))) as db:
        shown = len(signs)
        assert shown > 5
        db.execute(count)
        assert len(signs) == shown


def test_many_may_make_it_at_once(tmp_path: Path) -> None:
    """Processes that start together all find the tables, made once."""
    program = (
        "import sys, pathlib; from services.shared.database import connect\n"
        "sys.stdin.readline()\n"
        f"db = connect(pathlib.Path(sys.argv[1]), [{ONE!r}, {TWO!r}], write=True)\n"
        "print(db.execute('SELECT count(*), b FROM one').fetchone())"
    )
    for attempt in range(3):
        processes = [
            subprocess.Popen(
                [sys.executable, "-c", program, str(tmp_path / f"{attempt}.db")],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for _ in range(4)
        ]
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
        for process in processes:
            assert process.communicate(timeout=20) == ("(1, 'later')\n", "")


def test_what_cannot_be_opened_is_said_in_one_line(tmp_path: Path) -> None:
    """A missing, a newer and a damaged file are three different errors."""
    path = tmp_path / "a.db"
    with pytest.raises(DatabaseMissing, match="there is no"):
        connect(path, [ONE], write=False)
    connect(path, [ONE, TWO], write=True).close()
    with pytest.raises(DatabaseTooNew, match="newer coilcast"):
        connect(path, [ONE], write=True)
    path.write_bytes(b"this is no database" * 100)
    with pytest.raises(DatabaseDamaged, match="made anew"):
        connect(path, [ONE], write=True)
