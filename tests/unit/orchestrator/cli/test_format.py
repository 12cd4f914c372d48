"""Durations and tables as text."""

from __future__ import annotations

import pytest

from orchestrator.cli.format import age, duration, printed


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-3, "0 s"), (59.9, "59 s"), (60, "1 min"), (3600, "1 h 0 min"), (90_000, "1 d 1 h")],
)
def test_a_duration_has_the_two_units_that_matter(seconds: float, text: str) -> None:
    """And is never negative, whatever the clock did."""
    assert duration(seconds) == text


def test_an_age_is_a_duration() -> None:
    """From one Unix ms to another."""
    assert age(65_000, 5_000) == "1 min"


def test_a_cell_cannot_break_a_table() -> None:
    """A file's name may hold anything; a row stays a row, and is never cut."""
    text = printed(["file"], [["evil\nname\x1b[31m"], ["x" * 300], ["[bold]not markup"]])
    lines = text.splitlines()
    assert len(lines) == 5
    assert "evil\\nname\\x1b[31m" in lines[2]
    assert lines[3] == "x" * 300
    assert lines[4] == "[bold]not markup"


def test_korean_columns_stand_below_one_another() -> None:
    """A Korean character is two columns wide."""
    text = printed(["서비스", "x"], [["가나", "1"], ["abcd", "2"]])
    assert "가나     1" in text
    assert "abcd     2" in text
