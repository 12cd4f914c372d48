"""Figures are kept in memory where that can be, and nothing of them stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.shared.metrics import folder as module
from services.shared.metrics.cells import read_all
from services.shared.metrics.figures import Figures
from services.shared.metrics.folder import clear, make


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stands for the file system in memory."""
    memory = tmp_path / "memory"
    memory.mkdir()
    monkeypatch.setattr(module, "MEMORY", memory)
    return memory


def count(folder: Path) -> Figures:
    figures = Figures.of_process(folder, "gateway-0")
    figures.resumed()
    return figures


def test_in_memory(tmp_path: Path, memory: Path) -> None:
    """For nobody else's eyes; read through the link; gone with the node."""
    folder = tmp_path / "figures"
    make(folder, memory)
    (place,) = memory.iterdir()
    assert place.stat().st_mode & 0o777 == 0o700
    count(folder)
    assert [path.name for path in place.iterdir()] == ["gateway-0.figures"]
    assert "gateway-0" in read_all(folder)[0]
    clear(folder)
    assert list(memory.iterdir()) == []
    assert not folder.is_symlink()
    clear(folder)


def test_without_memory(tmp_path: Path) -> None:
    """On the disk."""
    folder = tmp_path / "figures"
    make(folder, tmp_path / "none")
    count(folder)
    assert folder.is_dir()
    assert not folder.is_symlink()
    clear(folder)
    assert not folder.exists()


def test_what_somebody_else_deleted(tmp_path: Path, memory: Path) -> None:
    """As systemd does with what a user has there who logs out: it goes on elsewhere, with all that was counted."""
    folder = tmp_path / "figures"
    make(folder, memory)
    figures = count(folder)
    (place,) = memory.iterdir()
    (place / "gateway-0.figures").unlink()
    place.rmdir()
    figures._tally.tend()
    assert read_all(folder)[0]["gateway-0"] == figures.numbers == {("coilcast_resumes_total",): 1.0}


def test_a_link_to_elsewhere(tmp_path: Path, memory: Path) -> None:
    """Is not followed to delete anything."""
    folder, elsewhere = tmp_path / "figures", tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "file").touch()
    folder.symlink_to(elsewhere)
    clear(folder)
    assert (elsewhere / "file").exists()


def test_only_one_link(tmp_path: Path, memory: Path) -> None:
    """A place that there can be no link to is not left in memory."""
    folder = tmp_path / "figures"
    folder.mkdir()
    make(folder, memory)
    assert list(memory.iterdir()) == []
