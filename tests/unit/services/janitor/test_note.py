"""What is being deleted is written down so that it can be read after any end."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.janitor.note import SIZE_BYTES, Note
from services.shared.catalog import Held


def held(seq: int, kind: str = "original", filename: str = "") -> Held:
    name = filename or f"{seq}.jpg"
    return Held(seq, 1, "main", kind, name, None, 1000, 1000, 100, 5, seq, "image/jpeg")


def test_what_was_written_is_read_by_the_next_process(tmp_path: Path) -> None:
    """The last only; nothing of a new one."""
    note = Note(tmp_path / "note")
    assert note.read() == []
    frames = [(held(1), held(2, "labeled")), (held(3, filename="이름 \n.jpg"), held(4, "labeled"))]
    note.write(frames)
    note.write(frames[1:])
    note.close()
    again = Note(tmp_path / "note")
    assert again.read() == frames[1:]
    again.write([])
    assert again.read() == []
    again.close()


@pytest.mark.parametrize("damage", [0, 4, 8, 30])
def test_one_that_was_cut_off_is_none(tmp_path: Path, damage: int) -> None:
    """Then nothing had been deleted yet."""
    note = Note(tmp_path / "note")
    note.write([(held(1), held(2, "labeled"))])
    data = bytearray((tmp_path / "note").read_bytes())
    data[damage] ^= 0xFF
    (tmp_path / "note").write_bytes(data)
    assert note.read() == []
    note.close()


def test_it_has_its_place_on_the_disk_from_the_beginning(tmp_path: Path) -> None:
    """So that it can be written when nothing is free; what is longer than it may be is refused."""
    note = Note(tmp_path / "note")
    status = (tmp_path / "note").stat()
    assert status.st_blocks * 512 >= SIZE_BYTES
    note.write([(held(number, filename="n" * 255), held(number, "labeled")) for number in range(100)])
    assert len(note.read()) == 100
    with pytest.raises(OSError, match="more than a note may have"):
        note.write([(held(number, filename="n" * 255),) for number in range(5000)])
    note.close()
