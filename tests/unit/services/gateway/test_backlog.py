"""What a client in mode `latest` is behind with."""

from __future__ import annotations

from services.gateway.backlog import Backlog
from services.gateway.live import Key
from services.gateway.news import News
from services.shared.messages import Event
from tests.support.serving import event, image

KEY: Key = ("main", "original")
LABELED: Key = ("main", "labeled")


def backlog(*events: Event, shown: dict[Key, int] | None = None, known: int = 0) -> Backlog:
    made = Backlog(shown or {}, known)
    for happened in events:
        made.add(News(happened, "e", 1))
    return made


def updates(held: Backlog) -> list[tuple[int, int]]:
    """(seq of the image, how many it skips)."""
    found = []
    while (update := held.take_update()) is not None:
        found.append((update[0].image.seq, update[1]))
    return found


def removals(held: Backlog) -> list[int]:
    found = []
    while (removal := held.take_removal()) is not None:
        found.append(removal.image.seq)
    return found


def test_of_each_folder_the_newest_is_held_and_the_others_are_counted() -> None:
    """However many come."""
    labeled = image(3, kind="labeled")
    held = backlog(event(1), event(2), event(3, of=labeled), event(4), *(event(seq) for seq in range(5, 1005)))
    assert held
    assert sorted(updates(held)) == [(3, 0), (1004, 1002)]
    assert not held
    assert updates(held) == []


def test_what_is_taken_is_counted_anew() -> None:
    """The next one skips nothing."""
    held = backlog(event(1), event(2))
    assert updates(held) == [(2, 1)]
    held.add(News(event(3), "e", 1))
    assert updates(held) == [(3, 0)]


def test_a_new_version_of_what_is_held_takes_its_place() -> None:
    """Also when it is not the newest of its folder, which only a filter can make it."""
    held = backlog(event(1), event(2, "changed", previous_seq=1), event(3, "changed", shown=False, previous_seq=2))
    assert updates(held) == [(3, 2)]


def test_a_new_version_of_an_old_image_is_not_held() -> None:
    """Neither beside a held one nor alone; but it is when the client shows what it replaces."""
    old = event(5, "changed", shown=False, previous_seq=1)
    assert updates(backlog(event(4), old)) == [(4, 0)]
    assert not backlog(old)
    assert not backlog(old, shown={KEY: 3})
    assert updates(backlog(old, shown={KEY: 1})) == [(5, 0)]


def test_a_removal_concerns_the_client_when_it_shows_the_image() -> None:
    """Of the others it was never told, or has forgotten them."""
    assert removals(backlog(event(9, "removed", image(7)), shown={KEY: 7})) == [7]
    assert removals(backlog(event(9, "removed", image(6)), shown={KEY: 7})) == []
    assert removals(backlog(event(9, "removed", image(7, kind="labeled")), shown={KEY: 7})) == []


def test_who_resumes_hears_of_the_newest_removed_image_that_it_may_know() -> None:
    """What it shows is not known here: only up to where it knows the log."""
    gone = [event(20 + seq, "removed", image(seq)) for seq in (8, 9, 11)]
    assert removals(backlog(*gone, known=10)) == [9]


def test_a_newer_image_makes_up_for_a_removed_one() -> None:
    """The client goes from the one to the other; not the other way round."""
    held = backlog(event(8, "removed", image(7)), event(9), shown={KEY: 7})
    assert (removals(held), updates(held)) == ([], [(9, 0)])
    held = backlog(event(8), event(9, "removed", image(7)), shown={KEY: 7})
    assert (removals(held), updates(held)) == ([7], [(8, 0)])


def test_a_held_image_that_goes_is_lost() -> None:
    """Nothing is told of it; whether the one before it is news has to be asked; it counts as skipped."""
    held = backlog(event(1), event(2), event(3), event(4, "removed", image(3)), shown={KEY: 0})
    assert (removals(held), updates(held)) == ([], [])
    assert held
    assert held.take_lost() == KEY
    assert held.take_lost() is None
    assert held.take_skipped(KEY) == 3
    assert held.take_skipped(KEY) == 0


def test_a_newer_image_makes_up_for_a_lost_one() -> None:
    """With all that were skipped before it."""
    held = backlog(event(1), event(2), event(3, "removed", image(2)), event(4))
    assert held.take_lost() is None
    assert updates(held) == [(4, 2)]


def test_each_folder_holds_two_events_at_most() -> None:
    """A removal and an update, whatever happens."""
    happened: list[Event] = []
    for seq in range(1, 400, 3):
        happened += [event(seq), event(seq + 1, "changed", of=image(seq + 1), previous_seq=seq)]
        happened.append(event(seq + 2, "removed", image(seq + 1 if seq % 2 else 7)))
    held = backlog(*happened, event(1000), shown={KEY: 7})
    assert len(removals(held)) + len(updates(held)) <= 2


def test_cleared_it_holds_nothing_of_before() -> None:
    """Neither counts."""
    held = backlog(event(1), event(2), event(3, of=image(3, kind="labeled")), event(4, "removed", image(2)))
    held.clear(known=4)
    assert not held
    assert held.take_lost() is None
    held.add(News(event(5), "e", 1))
    held.add(News(event(6, "removed", image(4)), "e", 1))
    assert (removals(held), updates(held)) == ([4], [(5, 0)])
