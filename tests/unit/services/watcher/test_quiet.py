"""Whether a listing still holds."""

from __future__ import annotations

from services.watcher.quiet import RACY_S, Quiet


def test_a_listing_holds_while_the_folder_is_quiet() -> None:
    """Made long enough after the last move of the mtime, it holds until the next."""
    quiet = Quiet()
    assert not quiet.holds(1, 0.0)
    quiet.listed(RACY_S + 1)
    assert quiet.holds(1, 100.0)
    assert not quiet.holds(2, 101.0)


def test_a_listing_made_right_after_a_change_does_not_hold() -> None:
    """Another change in the same tick of the filesystem's clock would leave the mtime as it is."""
    quiet = Quiet()
    quiet.holds(1, 10.0)
    quiet.listed(10.0 + RACY_S / 2)
    assert not quiet.holds(1, 20.0)


def test_a_change_during_the_listing_is_not_covered_by_it() -> None:
    """A listing covers what was there when it began."""
    quiet = Quiet()
    quiet.holds(1, 0.0)
    quiet.holds(2, 50.0)
    quiet.listed(40.0)
    assert not quiet.holds(2, 60.0)


def test_a_listing_that_is_forgotten_does_not_hold() -> None:
    """After a loss the same mtime means nothing."""
    quiet = Quiet()
    quiet.holds(1, 0.0)
    quiet.listed(50.0)
    quiet.forget()
    assert not quiet.holds(1, 60.0)
