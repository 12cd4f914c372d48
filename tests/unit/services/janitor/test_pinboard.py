"""What is pinned, whenever somebody asks."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from services.janitor.pinboard import PinBoard
from services.shared.errors import DatabaseError
from services.shared.operations import Pins


def test_without_a_file_nothing_is_pinned_and_none_is_made(tmp_path: Path) -> None:
    """Once there is one, it counts; another in its place as well."""
    path = tmp_path / "operations.db"
    with closing(PinBoard(path)) as board:
        assert not board.now().holds("main", "original", "a.jpg", "1")
        assert not path.exists()
        with closing(Pins(path)) as pins:
            pin = pins.pin_coil("1", "Kim", "", 1)
            assert board.now().holds("main", "original", "a.jpg", "1")
            pins.end(pin.id)
            assert not board.now().holds("main", "original", "a.jpg", "1")
        for file in tmp_path.iterdir():
            file.rename(file.with_name(f"away-{file.name}"))
        with closing(Pins(path)) as pins:
            pins.pin_coil("2", "Kim", "", 1)
        board.renew()
        assert board.now().holds("main", "original", "a.jpg", "2")


def test_what_cannot_be_read_is_not_taken_for_nothing(tmp_path: Path) -> None:
    """Whoever does not know what is pinned deletes nothing."""
    path = tmp_path / "operations.db"
    path.write_bytes(b"no database" * 1000)
    with closing(PinBoard(path)) as board, pytest.raises(DatabaseError):
        board.now()
