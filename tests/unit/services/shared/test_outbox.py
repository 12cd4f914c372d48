"""The outbox: a letter an address, claimed by one sender, kept until it has arrived."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.shared.operations import Letter, Outbox
from services.shared.operations.outbox import MAYBE, NO, YES


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    outbox = Outbox(tmp_path / "operations.db")
    yield outbox
    outbox.close()


def added(outbox: Outbox, key: str = "a", channel: str = "mail", at_ms: int = 1000) -> Letter:
    outbox.add(channel=channel, key=key, alert_id=1, transition="raised", severity="warning", reason=None, at_ms=at_ms)
    return next(letter for letter in outbox.letters(0)[::-1] if (letter.key, letter.channel) == (key, channel))


def claimed(outbox: Outbox, letter: Letter, until_ms: int = 9000) -> Letter:
    taken = outbox.claim(letter, until_ms)
    assert taken is not None
    return taken


def test_of_each_matter_one_letter_is_on_its_way_to_an_address(outbox: Outbox) -> None:
    """Another address has its own."""
    first = added(outbox)
    assert added(outbox, at_ms=2000) == first
    assert added(outbox, channel="chat") != first
    assert len(outbox.letters(0)) == 2


def test_a_letter_is_claimed_once(outbox: Outbox) -> None:
    """By compare-and-set: whoever saw it before somebody else took it does not get it."""
    letter = added(outbox)
    mine = claimed(outbox, letter)
    assert (mine.attempts, mine.next_try_ms, mine.arrived) == (1, 9000, MAYBE)
    assert outbox.claim(letter, 9000) is None
    again = claimed(outbox, mine, 99_000)
    assert again.attempts == 2
    outbox.arrived(mine, 5000)
    assert outbox.letters(0)[0].is_open
    outbox.arrived(again, 5000)
    assert (outbox.letters(0)[0].done_at_ms, outbox.letters(0)[0].arrived) == (5000, YES)


def test_what_failed_is_due_again_until_it_is_given_up(outbox: Outbox) -> None:
    """And counts how often in a row; what arrives begins anew."""
    letter = claimed(outbox, added(outbox))
    outbox.failed(letter, "refused", arrived=NO, next_try_ms=7000, at_ms=2000)
    [waiting] = outbox.letters(0)
    assert (waiting.is_open, waiting.next_try_ms, waiting.arrived, waiting.error) == (True, 7000, NO, "refused")
    again = claimed(outbox, waiting)
    outbox.failed(again, "refused again", arrived=MAYBE, next_try_ms=None, at_ms=8000)
    [given_up] = outbox.letters(0)
    assert (given_up.is_open, given_up.arrived) == (False, MAYBE)
    trial = outbox.trials()["mail"]
    assert (trial.failures, trial.error, trial.at_ms) == (2, "refused again", 8000)
    outbox.tried("mail", "", 9000)
    assert outbox.trials()["mail"].failures == 0


def test_what_there_was_no_time_for_is_as_it_was(outbox: Outbox) -> None:
    """Nobody says that it failed."""
    letter = added(outbox)
    outbox.returned(claimed(outbox, letter), arrived=NO)
    assert outbox.letters(0) == [letter]
    assert outbox.trials() == {}


def test_a_letter_that_is_no_longer_true_goes(outbox: Outbox) -> None:
    """Unless it may have arrived: then the address has to hear how it went on."""
    outbox.withdraw(added(outbox), 2000)
    assert outbox.letters(0) == []
    outbox.withdraw(claimed(outbox, added(outbox)), 2000)
    assert [(letter.is_open, letter.arrived) for letter in outbox.letters(0)] == [(False, MAYBE)]


def test_the_last_word_on_each_matter_is_kept(outbox: Outbox) -> None:
    """As long as it is not that all is well; the rest goes with time."""
    for at_ms in (1000, 2000, 3000):
        outbox.arrived(claimed(outbox, added(outbox, at_ms=at_ms)), at_ms)
    outbox.arrived(claimed(outbox, added(outbox, "b")), 1000)
    outbox.add(channel="mail", key="b", alert_id=2, transition="resolved", severity="warning", reason=None, at_ms=1500)
    outbox.arrived(claimed(outbox, outbox.letters(0)[-1]), 1500)
    assert [letter.id for letter in outbox.letters(2500)] == [3, 5]
    outbox.forget(10_000)
    assert [letter.id for letter in outbox.letters(0)] == [3]


def test_an_address_that_is_no_longer_set_is_forgotten(outbox: Outbox) -> None:
    """With what it was to be told."""
    for channel in ("mail", "chat"):
        added(outbox, channel=channel)
        outbox.tried(channel, "refused", 1000)
    outbox.keep_channels(["chat"])
    assert [letter.channel for letter in outbox.letters(0)] == ["chat"]
    assert list(outbox.trials()) == ["chat"]
    outbox.keep_channels([])
    assert outbox.letters(0) == []
