"""What the coils look like."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.simulator.coils import COLOURS, coil_of
from services.simulator.wording import colour_text


@given(st.integers(), st.integers(0, 10**9))
def test_the_next_coil_is_told_by_its_colour(seed: int, number: int) -> None:
    """Neighbours never have the same one, whatever the seed."""
    assert coil_of(seed, number).colour != coil_of(seed, number + 1).colour


def test_every_colour_has_its_turn() -> None:
    """After as many coils as there are colours each was there."""
    assert {coil_of(1, number).colour for number in range(len(COLOURS))} == set(COLOURS)


def test_a_coil_is_the_same_whenever_it_is_asked_for() -> None:
    """The seed and the number decide all of it; another seed gives another coil."""
    assert coil_of(1, 2891) == coil_of(1, 2891)
    assert coil_of(1, 2891) != coil_of(2, 2891)
    assert len({coil_of(1, number).gloss for number in range(100)}) == 100


@given(st.integers(), st.integers(0, 10**9), st.integers(64, 16384))
def test_the_strip_fills_most_of_the_picture(seed: int, number: int, width: int) -> None:
    """Its edges are in the picture, near the borders."""
    left, right = coil_of(seed, number).edges_px(width)
    assert 0 <= left <= 0.04 * width + 1
    assert 0.96 * width - 1 <= right <= width


@pytest.mark.parametrize("colour", COLOURS)
def test_colours_have_words(colour: str) -> None:
    """In both languages, and not the same."""
    assert colour_text(colour, korean=True) != colour_text(colour, korean=False)
