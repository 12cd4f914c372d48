"""How often a decoder was set on a file and has not come back."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from services.thumbnailer.attempts import REST_S, Attempts, Record


@pytest.fixture
def attempts(tmp_path: Path) -> Attempts:
    return Attempts(tmp_path)


def test_an_attempt_counts_from_its_beginning(attempts: Attempts) -> None:
    """Whoever looks after a worker has vanished sees it, in whichever process."""
    assert attempts.look(7) == Record(0)
    attempts.begin(7)
    assert attempts.look(7) == Record(1)
    attempts.begin(7)
    attempts.begin(9)
    assert (attempts.look(7), attempts.look(9)) == (Record(2), Record(1))
    assert attempts.unfinished() == [7, 9]


def test_one_that_ended_well_is_forgotten(attempts: Attempts) -> None:
    """With all that were before it."""
    attempts.begin(7)
    attempts.begin(7)
    attempts.forget(7)
    attempts.forget(8)
    assert attempts.look(7) == Record(0)
    assert attempts.unfinished() == []


def test_one_that_is_taken_back_does_not_count(attempts: Attempts) -> None:
    """Those before it do."""
    attempts.begin(7)
    attempts.take_back(7)
    assert attempts.unfinished() == []
    attempts.begin(7)
    attempts.begin(7)
    attempts.take_back(7)
    attempts.take_back(8)
    assert attempts.look(7) == Record(1)
    assert attempts.unfinished() == [7]


def test_a_file_that_was_to_blame_rests(attempts: Attempts, tmp_path: Path) -> None:
    """For a few seconds, by the clock on the wall; a clock that was set back does not make it longer."""
    attempts.begin(7)
    attempts.blame(7)
    record = attempts.look(7)
    assert record.count == 1
    assert 0 < record.rest_s <= REST_S
    now_s = time.time()
    for mtime_s, rests in ((now_s - REST_S + 1, True), (now_s - REST_S, False), (now_s + 3600, False)):
        os.utime(tmp_path / "attempts" / "7", (mtime_s, mtime_s))
        assert (attempts.look(7).rest_s > 0) == rests


def test_a_worker_that_only_vanished_is_followed_at_once(attempts: Attempts) -> None:
    """Somebody may have killed it: the file need not be the reason."""
    attempts.begin(7)
    attempts.blame(7)
    attempts.begin(7)
    assert attempts.look(7) == Record(2)


def test_other_files_in_the_folder_mean_nothing(attempts: Attempts, tmp_path: Path) -> None:
    """Before the first attempt there is no folder at all."""
    assert attempts.unfinished() == []
    attempts.begin(7)
    (tmp_path / "attempts" / "notes.txt").touch()
    assert attempts.unfinished() == [7]
