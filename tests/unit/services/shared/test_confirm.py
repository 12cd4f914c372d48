"""Whoever would remove more than half waits for somebody's word."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from services.shared.confirm import FLOOR, HOLDS_S, confirm, is_too_many, take
from services.shared.errors import StateError


def test_more_than_half_is_too_many() -> None:
    """But for a few, however few there are."""
    assert is_too_many(FLOOR + 1, 2 * FLOOR + 1)
    assert not is_too_many(FLOOR + 1, 2 * FLOOR + 2)
    assert not is_too_many(FLOOR, FLOOR)


def test_a_word_counts_once_for_whom_it_was_meant(tmp_path: Path) -> None:
    """And not for ever."""
    assert not take(tmp_path, "watcher")
    confirm(tmp_path, "watcher")
    assert not take(tmp_path, "thumbnailer")
    assert take(tmp_path, "watcher")
    assert not take(tmp_path, "watcher")
    confirm(tmp_path, "watcher")
    old_s = time.time() - HOLDS_S - 1
    os.utime(tmp_path / "watcher.confirmed", (old_s, old_s))
    assert not take(tmp_path, "watcher")
    assert list(tmp_path.iterdir()) == []


def test_without_a_node_nobody_hears_it(tmp_path: Path) -> None:
    """Which is told."""
    with pytest.raises(StateError, match="is the node up"):
        confirm(tmp_path / "none", "watcher")
