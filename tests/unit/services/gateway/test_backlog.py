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
    """Those that are told when all else is."""
    found = []
    while (removal := held.take_removal()) is not None:
        found.append(removal.image.seq)
    return found


def lost(held: Backlog) -> list[tuple[Key, int]]:
    """(folder, how many were left out)."""
    found = []
    while (one := held.take_lost()) is not None:
        found.append((one[0], one[1].skipped))
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


def test_a_newer_image_makes_up_for_what_went() -> None:
    """The client goes from the one to the other, in whichever order it happened."""
    for happened in ([event(8, "removed", image(7)), event(9)], [event(9), event(10, "removed", image(7))]):
        held = backlog(*happened, shown={KEY: 7})
        assert (updates(held), removals(held)) == ([(9, 0)], [])


def test_what_went_is_told_after_all_when_the_newer_image_goes_too() -> None:
    """The client still shows the first."""
    held = backlog(event(8, "removed", image(7)), event(9), event(10, "removed", image(9)), shown={KEY: 7})
    assert updates(held) == []
    assert removals(held) == [7]


def test_what_the_client_shows_is_followed_through_its_versions() -> None:
    """It is told to be gone under the version that the client knows."""
    for shown in (True, False):
        second = event(8, "changed", previous_seq=7, shown=shown)
        third = event(9, "changed", previous_seq=8, shown=shown)
        held = backlog(second, third, event(10, "removed", third.image), shown={KEY: 7})
        assert [one.event.seq for one in [held._folders[KEY].gone] if one] == [10]
        assert (updates(held), removals(held)) == ([], [7])


def test_who_resumes_hears_of_a_version_that_went_as_the_one_it_knows() -> None:
    """Which it shows is not known, but it is one of those up to where it knows the log."""
    second = event(12, "changed", previous_seq=7)
    held = backlog(second, event(13, "removed", second.image), known=10)
    assert (updates(held), removals(held)) == ([], [7])
    old = event(12, "changed", previous_seq=7, shown=False)
    assert not backlog(old, event(13, "removed", old.image), known=10)


def test_a_held_image_that_goes_is_lost() -> None:
    """Nothing is told of it; whether the one before it is news has to be asked; it counts as left out."""
    held = backlog(event(1), event(2), event(3), event(4, "removed", image(3)), shown={KEY: 0})
    assert held
    assert updates(held) == []
    assert lost(held) == [(KEY, 3)]
    assert not held


def test_a_newer_image_makes_up_for_a_lost_one() -> None:
    """With all that were left out before it."""
    held = backlog(event(1), event(2), event(3, "removed", image(2)), event(4))
    assert (lost(held), updates(held)) == ([], [(4, 2)])


def test_a_new_version_of_an_old_image_does_not_make_up_for_a_lost_one() -> None:
    """Also when it is what the client shows: there may be one between the two."""
    held = backlog(event(2), event(3), event(4, "removed", image(3)), shown={KEY: 1})
    held.add(News(event(5, "changed", shown=False, previous_seq=1), "e", 1))
    assert updates(held) == []
    assert lost(held) == [(KEY, 2)]


def test_each_folder_holds_two_events_at_most() -> None:
    """A removal and an update, whatever happens."""
    happened: list[Event] = []
    for seq in range(1, 400, 3):
        happened += [event(seq), event(seq + 1, "changed", of=image(seq + 1), previous_seq=seq)]
        happened.append(event(seq + 2, "removed", image(seq + 1 if seq % 2 else 7)))
    held = backlog(*happened, event(1000), shown={KEY: 7})
    assert len(held._folders) == 1
    assert (updates(held)[0][0], removals(held)) == (1000, [])


def test_cleared_it_holds_nothing_of_before() -> None:
    """Neither counts."""
    held = backlog(event(1), event(2), event(3, of=image(3, kind="labeled")), event(4, "removed", image(2)))
    held.clear(known=4)
    assert not held
    assert (lost(held), updates(held), removals(held)) == ([], [], [])
    held.add(News(event(6, "removed", image(4)), "e", 1))
    held.add(News(event(7, of=image(7, kind="labeled")), "e", 1))
    assert (updates(held), removals(held)) == ([(7, 0)], [4])
