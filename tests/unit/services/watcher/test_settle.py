"""Files that are not whole yet."""

from __future__ import annotations

import itertools

import pytest

from services.watcher import settle
from services.watcher.settle import LAST_LOOK_S, Settling

KEY = (1, "a.jpg")


def looks(settling: Settling, size_at: dict[float, int], until_s: float = 60.0) -> tuple[list[float], str]:
    """Look at a file whenever it is due; `size_at` says from when on it has which size. Returns when, and the end."""
    now_s, seen = 0.0, []
    while now_s < until_s:
        size = [size for since_s, size in size_at.items() if since_s <= now_s][-1]
        seen.append(now_s)
        answer = settling.not_whole(KEY, size, size, now_s)
        if answer != "wait":
            return seen, answer
        next_s = settling.next_s()
        assert next_s is not None
        assert next_s > now_s
        now_s = next_s
        assert settling.due(now_s) == [KEY]
    return seen, "waiting"


def test_a_file_that_stays_as_it_is_is_given_up_on_time() -> None:
    """After settle_s without growth it is given up, not later, and not by looking at it all the time."""
    settling = Settling(settle_s=2.0)
    seen, end = looks(settling, {0.0: 10})
    assert end == "give up"
    assert seen[-1] == pytest.approx(2.0)
    assert len(seen) < 10
    assert len(settling) == 0
    assert settling.due(100.0) == []


def test_a_file_that_grows_is_never_given_up() -> None:
    """Each growth starts the patience anew, and the looks are frequent again."""
    settling = Settling(settle_s=2.0)
    seen, end = looks(settling, {1.5 * step: step for step in range(10)})
    assert end == "give up"
    assert seen[-1] == pytest.approx(1.5 * 9 + 2.0, abs=LAST_LOOK_S)
    assert max(later - earlier for earlier, later in itertools.pairwise(seen)) <= LAST_LOOK_S


def test_a_file_that_became_whole_is_forgotten() -> None:
    """What is known of it does not shorten the patience with its next version."""
    settling = Settling(settle_s=2.0)
    settling.not_whole(KEY, 10, 10, 0.0)
    settling.forget(KEY)
    assert settling.due(10.0) == []
    assert settling.not_whole(KEY, 10, 10, 10.0) == "wait"


def test_each_file_waits_by_itself() -> None:
    """Files in several folders under one name do not share their patience."""
    settling = Settling(settle_s=2.0)
    settling.not_whole((1, "a.jpg"), 10, 10, 0.0)
    settling.not_whole((2, "a.jpg"), 10, 10, 1.0)
    assert settling.due(0.5) == [(1, "a.jpg")]
    assert settling.due(1.5) == [(2, "a.jpg")]


def test_a_file_looked_at_early_is_due_once() -> None:
    """Events between two looks move the next look, and leave no second one behind."""
    settling = Settling(settle_s=2.0)
    for now_s in (0.0, 0.01, 0.02):
        settling.not_whole(KEY, int(now_s * 100), 0, now_s)
    assert settling.due(1.0) == [KEY]
    assert settling.due(1.0) == []


def test_only_so_many_files_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond its capacity a file is refused, and memory stays bounded."""
    monkeypatch.setattr(settle, "CAPACITY", 2)
    settling = Settling(settle_s=2.0)
    assert [settling.not_whole((1, name), 1, 1, 0.0) for name in "abc"] == ["wait", "wait", "full"]
    assert settling.not_whole((1, "a"), 1, 1, 3.0) == "give up"
    assert settling.not_whole((1, "c"), 1, 1, 3.0) == "wait"
