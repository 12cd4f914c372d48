"""Where defects are, and what of them a frame sees."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.simulator.defects import SMALLEST_PX, Box, DefectClass, Ground, lay, roller_mark, seen_in
from services.simulator.plan import KINDS

GROUND = Ground(20, 620, 480, 480 / 2048)
INSIDE = [kind for kind in KINDS if kind != "scratch"]


@pytest.mark.parametrize("kind", INSIDE)
@given(seed=st.integers(0, 10**6), side=st.sampled_from([64, 480, 2048]))
def test_a_defect_lies_on_the_steel(kind: DefectClass, seed: int, side: int) -> None:
    """All of it is between the strip's edges and in the frame it was laid on, also where that is tiny."""
    ground = Ground(2, side, side, side / 2048)
    area = lay(kind, random.Random(seed), ground).area
    assert min(area.size) >= SMALLEST_PX
    slack = SMALLEST_PX if side == 64 else 1
    assert ground.left - slack <= area.left < area.right <= ground.right + slack
    assert -slack <= area.top < area.bottom <= ground.height + slack


@given(st.integers(0, 10**6))
def test_a_scratch_stays_on_the_steel(seed: int) -> None:
    """However long and bent it is; it may run on below the frame, and never begins above it."""
    scratch = lay("scratch", random.Random(seed), GROUND)
    assert all(GROUND.left <= spot.x <= GROUND.right for spot in scratch.spots)
    assert 0 <= scratch.spots[0].y < GROUND.height
    assert [spot.y for spot in scratch.spots] == sorted(spot.y for spot in scratch.spots)


@given(st.integers(0, 10**6), st.sampled_from(KINDS))
def test_how_sure_the_detector_is(seed: int, kind: DefectClass) -> None:
    """More than a guess, and never certain."""
    assert 0.5 < lay(kind, random.Random(seed), GROUND).confidence <= 0.99


def test_a_frame_sees_what_is_in_it() -> None:
    """The box is cut at the frame's border; the defect's own area is not."""
    mark = roller_mark(1, 300, 470, GROUND.unit * 4)
    seen = seen_in(mark, 640, 480, 0)
    assert seen is not None
    assert seen.area == mark.area
    assert seen.box == Box(mark.area.left, mark.area.top, mark.area.right, 480)


def test_a_rim_of_a_defect_is_not_seen() -> None:
    """A frame with less than half of it neither shows nor names it; the frame with the rest does."""
    mark = roller_mark(1, 300, 480, GROUND.unit * 4)
    quarter = (mark.area.bottom - mark.area.top) // 4
    assert quarter > 5
    for down, is_above, is_below in ((-quarter, True, False), (0, True, True), (quarter, False, True)):
        assert (seen_in(mark, 640, 480, down) is not None) is is_above
        assert (seen_in(mark, 640, 480, down - 480) is not None) is is_below


def test_what_is_elsewhere_is_not_seen() -> None:
    """Neither above the frame nor below it."""
    for kind in KINDS:
        defect = lay(kind, random.Random(3), GROUND)
        assert seen_in(defect, 640, 480, -4 * 480) is None
        assert seen_in(defect, 640, 480, 4 * 480) is None


def test_a_scratch_goes_on_where_the_frame_above_ended() -> None:
    """Both frames have the point on the border, and each its own part of the way."""
    scratch = next(
        defect
        for defect in (lay("scratch", random.Random(seed), GROUND) for seed in range(1000))
        if defect.spots[-1].y > 2 * 480
    )
    above, below = (seen_in(scratch, 640, 480, down) for down in (0, -480))
    assert above is not None
    assert below is not None
    assert (above.box.bottom, below.box.top) == (480, 0)
    there = {(spot.x, round(spot.y - 480, 6)) for spot in above.spots}
    here = {(spot.x, round(spot.y, 6)) for spot in below.spots}
    assert any(y <= 0 for _, y in there & here)
    assert any(y >= 0 for _, y in there & here)
    assert len(above.spots) < len(scratch.spots)


@pytest.mark.parametrize(
    ("other", "meets"),
    [
        (Box(5, 5, 15, 15), True),
        (Box(2, 2, 3, 3), True),
        (Box(10, 0, 20, 10), False),
        (Box(0, 10, 10, 20), False),
        (Box(-5, -5, 0, 0), False),
    ],
)
def test_boxes_that_touch_do_not_meet(other: Box, meets: bool) -> None:
    """Right and bottom are just outside."""
    assert Box(0, 0, 10, 10).meets(other) is meets
    assert other.meets(Box(0, 0, 10, 10)) is meets


def test_a_box_is_cut_at_the_border() -> None:
    """Only where it leaves the picture."""
    assert Box(630, 470, 650, 490).within(640, 480) == Box(630, 470, 640, 480)
    assert Box(-5, 10, 20, 20).within(640, 480) == Box(0, 10, 20, 20)
