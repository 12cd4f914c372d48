"""Who takes over into the database file what was committed."""

from __future__ import annotations

from pathlib import Path

from services.shared.catalog import CatalogWriter, Sighting
from services.shared.catalog.checkpoint import COMMITS
from tests.support.wait import until


def commit(writer: CatalogWriter, first: int, count: int) -> None:
    for number in range(first, first + count):
        writer.record(
            [
                Sighting(
                    folder_id=1, filename=f"{number:0>200}.jpg", coil=None, captured_at_ms=0, written_at_ms=0,
                    seen_at_ms=0, size_bytes=1, width=1, height=1, media_type="image/jpeg", mtime_ns=0, inode=0,
                    fingerprint=number,
                )
            ]
        )  # fmt: skip


def test_no_commit_waits_for_the_disk_and_a_thread_does_its_work(tmp_path: Path) -> None:
    """The database file stays as it was however much is committed, until tend() is called with enough to do."""
    path = tmp_path / "catalog.db"
    writer = CatalogWriter(path, "n")
    writer.folder("main", "original", 0)
    commit(writer, 0, COMMITS - 10)
    made_bytes = path.stat().st_size
    writer.tend()
    commit(writer, COMMITS, 50 * COMMITS // 10)
    assert path.stat().st_size == made_bytes
    writer.tend()
    until(lambda: path.stat().st_size > made_bytes, what="a larger database file")
    writer.close()


def test_closing_leaves_everything_in_the_database(tmp_path: Path) -> None:
    """A writer that closes just after it asked for the work leaves no log behind, and no thread."""
    path = tmp_path / "catalog.db"
    writer = CatalogWriter(path, "n")
    writer.folder("main", "original", 0)
    commit(writer, 0, COMMITS)
    writer.tend()
    writer.close()
    assert not path.with_name("catalog.db-wal").exists()
