"""The end of a log, and what is appended to it."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from orchestrator.cli import tail
from orchestrator.cli.tail import Tail, last_lines


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "gateway-0.log"
    path.write_bytes(b"".join(b"line %d\n" % n for n in range(1000)))
    return path


@pytest.mark.parametrize("block_bytes", [1, 7, 4096, 1 << 16])
def test_the_last_lines_are_whole(log: Path, block_bytes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the blocks that are read from the end happen to begin."""
    monkeypatch.setattr(tail, "BLOCK_BYTES", block_bytes)
    assert last_lines(log, 3) == [b"line 997", b"line 998", b"line 999"]


def test_asking_for_more_than_there_is_gives_all(log: Path) -> None:
    """And for none, none."""
    assert len(last_lines(log, 5000)) == 1000
    assert last_lines(log, 0) == []


def test_following_tells_whole_lines_only(log: Path) -> None:
    """Half a line waits for its other half; what was there before is not told."""
    with contextlib.closing(Tail(log)) as following, log.open("ab") as file:
        file.write(b"one\ntw")
        file.flush()
        assert following.lines() == [b"one"]
        file.write(b"o\n")
        file.flush()
        assert following.lines() == [b"two"]


def test_following_goes_on_across_rotation(log: Path) -> None:
    """Nothing is lost of what was written to the old file at the last moment, nor of the new file's first lines."""
    with contextlib.closing(Tail(log)) as following:
        with log.open("ab") as file:
            file.write(b"old\n")
        log.rename(log.with_suffix(".log.1"))
        assert following.lines() == [b"old"]
        log.write_bytes(b"new\n")
        assert following.lines() == [b"new"]
