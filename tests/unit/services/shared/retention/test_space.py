"""How much has to go, and when nothing would be free."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.shared.catalog import HeldFolder, Inflow
from services.shared.retention import Space, forecast, measure, shortage

DAY_MS = 86_400_000
HERE = frozenset({1})


def space(free: int = 500, total: int = 1000, free_files: int = 0, files: int = 0) -> Space:
    return Space(1, "/images", HERE, total, free, files, free_files)


def test_enough_is_no_shortage() -> None:
    """Of bytes or of inodes, of which there is less; without a watermark, never."""
    assert shortage(space(100), 10) is None
    assert shortage(space(0), 0) is None
    assert space(500, free_files=1, files=10).free_percent == 10
    short = shortage(space(50), 10)
    assert short is not None
    assert (short.folder_ids, short.size_bytes, short.files) == (HERE, 52, 0)
    short = shortage(space(500, free_files=50, files=1000), 10)
    assert short is not None
    assert (short.size_bytes, short.files) == (0, 52)


def test_when_it_is_full_follows_from_what_came() -> None:
    """By bytes or by inodes, whichever ends first; nothing is told from a moment."""
    inflow = Inflow(10, 100, 0)
    told = forecast(space(500), inflow, DAY_MS)
    assert told is not None
    assert (told.bytes_per_day, told.files_per_day, told.full_in_s) == (100, 10, 5 * 86400)
    told = forecast(space(500, free_files=20, files=100), inflow, DAY_MS)
    assert told is not None
    assert told.full_in_s == 2 * 86400
    assert forecast(space(), inflow, 59_999) is None
    assert forecast(space(), None, DAY_MS) is None


def test_folders_of_one_filesystem_are_measured_together(tmp_path: Path) -> None:
    """One that is missing is left out."""
    (tmp_path / "original").mkdir()
    (tmp_path / "side" / "original").mkdir(parents=True)
    folders = {1: HeldFolder(1, "main", "original"), 2: HeldFolder(2, "side", "original"), 3: HeldFolder(3, "x", "y")}
    (found,) = measure(tmp_path, folders)
    assert found.folder_ids == {1, 2}
    assert 0 < found.free_bytes <= found.total_bytes
    assert found.free_percent == pytest.approx(100 * found.free_bytes / found.total_bytes, abs=60)
