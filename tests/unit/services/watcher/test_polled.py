"""Which files of a polled folder are watched closely."""

from __future__ import annotations

from services.watcher.polled import IN_VIEW_S, Stat, View


def stat(size: int) -> Stat:
    return Stat(st_mode=0o100644, st_ino=1, st_dev=1, st_size=size, st_mtime=1.0)


def test_what_was_there_first_is_not_in_view() -> None:
    """Only what came after the first listing is watched closely: a million old files cost no stat."""
    view = View()
    view.show(["a", "b"], 0.0)
    assert view.names() == []
    view.show(["a", "b", "c"], 1.0)
    assert view.names() == ["c"]


def test_what_does_not_change_leaves_the_view() -> None:
    """A file is retired a while after its last change, and stays so."""
    view = View()
    view.show([], 0.0)
    view.show(["a", "b"], 0.0)
    view.seen("a", stat(1), 0.0)
    view.seen("b", stat(1), 0.0)
    view.seen("b", stat(2), 30.0)
    assert view.retire(IN_VIEW_S) == set()
    assert view.retire(IN_VIEW_S + 1) == {"a"}
    assert view.retire(IN_VIEW_S + 31) == {"b"}
    view.show(["a", "b"], 200.0)
    assert view.names() == []


def test_what_goes_leaves_the_view() -> None:
    """A file that is gone is not looked for any more."""
    view = View()
    view.show([], 0.0)
    view.show(["a"], 1.0)
    view.show([], 2.0)
    assert view.names() == []


def test_an_unchanged_stat_is_kept_once() -> None:
    """Two snapshots of the same state share their memory."""
    view = View()
    view.show([], 0.0)
    view.show(["a"], 1.0)
    first = stat(1)
    assert view.seen("a", first, 1.0) is first
    assert view.seen("a", stat(1), 2.0) is first
