"""How files are written, and what happens when they cannot be."""

from __future__ import annotations

import contextlib
import io
import resource
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest

from services.shared.logs import make_logger
from services.simulator.folder import PIECE_BYTES, Folder
from services.simulator.names import hidden_name
from services.simulator.wording import SENTENCES
from tests.support.watching import settings_for

Way = Literal["rename", "in_place"]
WAYS: tuple[Way, ...] = ("rename", "in_place")
NAME = "20260102123456_2891_1767324896789_original.jpg"
DATA = bytes(range(256)) * 1024


class Bed:
    """A folder and its log."""

    def __init__(self, tmp_path: Path, way: Way = "rename") -> None:
        self.base = tmp_path / "images"
        self.path = self.base / "original"
        self.out = io.StringIO()
        log = make_logger(settings_for(tmp_path), "Simulator", SENTENCES, self.out)
        self.folder = Folder(self.path, "original", way, log)

    def lines(self, words: str) -> int:
        return sum(words in line for line in self.out.getvalue().splitlines())

    def names(self) -> list[str]:
        return sorted(path.name for path in self.path.iterdir())


@pytest.mark.parametrize("way", WAYS)
def test_a_file_is_written_and_nothing_beside_it(tmp_path: Path, way: Way) -> None:
    """It has its name and all its bytes; no other file is left."""
    bed = Bed(tmp_path, way)
    bed.path.mkdir(parents=True)
    assert bed.folder.write(NAME, DATA)
    assert bed.names() == [NAME]
    assert (bed.path / NAME).read_bytes() == DATA
    assert bed.out.getvalue() == ""


@pytest.mark.parametrize(("way", "taken"), [("rename", hidden_name(NAME)), ("in_place", NAME)])
def test_under_which_name_it_is_written(tmp_path: Path, way: Way, taken: str) -> None:
    """A hidden one, or its own: something of that name is in the way, and not overwritten."""
    bed = Bed(tmp_path, way)
    (bed.path / taken).mkdir(parents=True)
    assert not bed.folder.write(NAME, DATA)
    assert bed.folder.error == "Is a directory"
    assert bed.names() == [taken]


@pytest.mark.parametrize("way", WAYS)
def test_a_folder_that_is_gone_is_told_once(tmp_path: Path, way: Way) -> None:
    """It is not made behind the back of whoever removed it; when it is there again, writing goes on and is told."""
    bed = Bed(tmp_path, way)
    assert [bed.folder.write(NAME, DATA) for _ in range(3)] == [False, False, False]
    assert bed.folder.error == "No such file or directory"
    assert bed.lines(f"images cannot be written (original): {bed.path} - No such file or directory") == 1
    bed.path.mkdir(parents=True)
    assert bed.folder.write(NAME, DATA)
    assert bed.folder.error == ""
    assert bed.lines("images can be written again (original)") == 1


@pytest.mark.parametrize("way", WAYS)
def test_what_cannot_be_written_whole_is_taken_away(tmp_path: Path, way: Way) -> None:
    """A write that fails in the middle leaves neither half a file nor a hidden one."""
    bed = Bed(tmp_path, way)
    bed.path.mkdir(parents=True)
    with largest_file(PIECE_BYTES * 2):
        assert not bed.folder.write(NAME, DATA)
    assert bed.folder.error == "File too large"
    assert bed.names() == []
    assert bed.folder.write(NAME, DATA)


def test_another_reason_is_told_anew(tmp_path: Path) -> None:
    """Ops see the reason that is now."""
    bed = Bed(tmp_path)
    bed.folder.write(NAME, DATA)
    bed.base.mkdir()
    bed.path.write_bytes(b"")
    bed.folder.write(NAME, DATA)
    assert bed.folder.error == "Not a directory"
    assert bed.lines("images cannot be written") == 2


def test_only_left_overs_of_a_simulator_are_removed(tmp_path: Path) -> None:
    """Images and what others hide stay; the highest coil number in the images' names is found."""
    bed = Bed(tmp_path)
    bed.path.mkdir(parents=True)
    others = [".notes", ".rsync.jpg.Ab3", "photo.jpg", NAME, NAME.replace("2891", "2907"), NAME.replace("2891", "2900")]
    for name in (hidden_name(NAME), hidden_name(NAME.replace("2891", "9999")), *others):
        (bed.path / name).write_bytes(DATA)
    assert bed.folder.tidy() == 2907
    assert bed.names() == sorted(others)


def test_an_empty_folder_has_no_coil(tmp_path: Path) -> None:
    """Nor has one that is not there, which is told."""
    bed = Bed(tmp_path)
    assert bed.folder.tidy() == 0
    assert bed.folder.error == "No such file or directory"
    bed.path.mkdir(parents=True)
    assert bed.folder.tidy() == 0


def test_the_folder_is_made_where_its_base_is(tmp_path: Path) -> None:
    """A base that is missing may be a mount that is: it is told, and nothing is made in its place."""
    bed = Bed(tmp_path)
    bed.folder.make(bed.base)
    assert not bed.base.exists()
    assert bed.folder.error == "No such file or directory"
    bed.base.mkdir()
    bed.folder.make(bed.base)
    assert bed.path.is_dir()


@contextlib.contextmanager
def largest_file(size_bytes: int) -> Iterator[None]:
    """This process can write no larger file inside."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
