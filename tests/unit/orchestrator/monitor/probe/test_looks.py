"""What a path is found to be."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from orchestrator.monitor.probe.looks import look
from orchestrator.monitor.probe.questions import Ask, Finding
from services.shared import canary
from services.shared.mounts import read_mounts


def folder(path: Path, **more: object) -> Finding:
    return look(Ask(id="a", what="folder", path=os.fsencode(path), **more), read_mounts())  # type: ignore[arg-type]


def signal(path: Path) -> Finding:
    return look(Ask(id="s", what="signal", path=os.fsencode(path)), read_mounts())


def test_a_file_in_a_folders_place(tmp_path: Path) -> None:
    """It is there, and cannot be listed."""
    (tmp_path / "original").write_text("")
    found = folder(tmp_path / "original")
    assert (found.exists, found.error) == (True, "Not a directory")


def test_cameras_beside_the_kinds(tmp_path: Path) -> None:
    """Folders with a plain name that are no kind are cameras; files and hidden folders are none."""
    for name in ("original", "labeled", "top", "bottom", ".trash", "main"):
        (tmp_path / name).mkdir()
    (tmp_path / "note").write_text("")
    assert folder(tmp_path, kinds=("original", "labeled")).cameras == ("bottom", "top")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_rights(tmp_path: Path) -> None:
    """A folder without them says so, and no canary is written."""
    tmp_path.chmod(0o300)
    assert folder(tmp_path, canary_ms=1).error == "Permission denied"
    tmp_path.chmod(0o700)


@pytest.mark.parametrize("kind", ["link", "hard link", "fifo", "folder"])
def test_a_canarys_name_that_is_taken(tmp_path: Path, kind: str) -> None:
    """What somebody put there is not written to, nor waited for."""
    victim, there = tmp_path / "victim", tmp_path / canary.CANARY_NAME
    victim.write_text("mine")
    if kind == "link":
        there.symlink_to(victim)
    elif kind == "hard link":
        there.hardlink_to(victim)
    elif kind == "fifo":
        os.mkfifo(there)
    else:
        there.mkdir()
    found = folder(tmp_path, canary_ms=1_764_000_000_000)
    assert found.canary_ms == 0
    assert found.canary_error
    assert victim.read_text() == "mine"
    assert kind == "hard link" or canary.read(tmp_path) is None


def test_a_longer_canary_is_cut(tmp_path: Path) -> None:
    """Whatever lies there from before, what is read is what was written."""
    (tmp_path / canary.CANARY_NAME).write_text("x" * 100)
    assert canary.read(tmp_path) is None
    canary.place(tmp_path, 1_764_000_000_000)
    assert canary.read(tmp_path) == 1_764_000_000_000


@pytest.mark.parametrize(("text", "word"), [("", ""), ("RUN\n", "run"), (" stop now ", "stop"), ("x" * 99, "x" * 64)])
def test_a_signal_file(tmp_path: Path, text: str, word: str) -> None:
    """Its first word, and when it was touched."""
    path = tmp_path / "line"
    path.write_text(text)
    found = signal(path)
    assert (found.exists, found.text, found.mtime_ns) == (True, word, path.stat().st_mtime_ns)


def test_no_signal_file(tmp_path: Path) -> None:
    """One that is missing, or no file, says nothing."""
    os.mkfifo(tmp_path / "fifo")
    assert not signal(tmp_path / "line").exists
    assert signal(tmp_path / "fifo").error == "not a regular file"
    assert signal(tmp_path).error == "not a regular file"
