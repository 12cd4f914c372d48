"""The queue of notices."""

from __future__ import annotations

from services.watcher.inbox import Inbox, Notice


def notice(number: int, watch_id: int = 1) -> Notice:
    return Notice(watch_id, "closed", f"{number}.jpg", number)


def test_notices_come_out_in_order() -> None:
    """First in, first out, in portions."""
    inbox = Inbox()
    for number in range(5):
        inbox.put(notice(number))
    assert [taken.at_ms for taken in inbox.take(3)] == [0, 1, 2]
    assert [taken.at_ms for taken in inbox.take(3)] == [3, 4]
    assert inbox.take(3) == []


def test_a_full_inbox_tells_of_the_loss_once_for_each_folder() -> None:
    """What does not fit is replaced by one notice that says so, after all that came before."""
    inbox = Inbox(capacity=2)
    for number in range(4):
        inbox.put(notice(number))
    inbox.put(notice(9, watch_id=2))
    assert len(inbox) == 4
    assert [taken.kind for taken in inbox.take(1)] == ["closed"]
    taken = inbox.take(9)
    assert taken[0] == notice(1)
    assert {(lost.watch_id, lost.kind) for lost in taken[1:]} == {(1, "lost"), (2, "lost")}
    assert len(inbox) == 0
