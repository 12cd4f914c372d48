"""Which coil, which place and which defects each frame has."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest

from services.simulator.defects import Defect
from services.simulator.plan import FIRST_COIL, KINDS, Frame, Plan
from tests.support.simulating import line

SIZES = [(64, 64), (640, 480), (2448, 2048), (64, 3000), (3000, 64)]


def frames(plan: Plan, count: int) -> list[Frame]:
    return [plan.frame(number) for number in range(count)]


def test_the_coil_changes_in_time() -> None:
    """Each lasts coil_s at the rate that is set, their numbers count up, and each begins at its own beginning."""
    plan = Plan(line(rate_per_s=2.0, coil_s=5.0))
    numbers = [frame.coil.number for frame in frames(plan, 30)]
    assert numbers == [FIRST_COIL] * 10 + [FIRST_COIL + 1] * 10 + [FIRST_COIL + 2] * 10
    assert [frame.index for frame in frames(plan, 30)] == [*range(10)] * 3
    assert [frame.top_px for frame in frames(plan, 11)] == [*range(0, 4800, 480), 0]


def test_a_coil_has_at_least_one_frame() -> None:
    """Also when it lasts shorter than the time between two."""
    plan = Plan(line(rate_per_s=0.01, coil_s=1.0))
    assert [frame.coil.number for frame in frames(plan, 3)] == [2891, 2892, 2893]


def test_coils_may_go_on_from_another_number() -> None:
    """A simulator that starts again does not give a number twice."""
    assert Plan(line(), first_coil=3000).frame(0).coil.number == 3000


def test_the_same_seed_gives_the_same_frames() -> None:
    """In whichever order they are asked for; another seed gives others."""
    settings = line(coil_s=20.0)
    forth = frames(Plan(settings), 60)
    plan = Plan(settings)
    back = [plan.frame(number) for number in reversed(range(60))][::-1]
    assert forth == back
    assert [frame.defects for frame in frames(Plan(line(coil_s=20.0, seed=2)), 60)] != [
        frame.defects for frame in forth
    ]


def test_the_seed_of_a_coil_is_its_number() -> None:
    """Frame n of a coil is the same, wherever the line began."""
    here = Plan(line(coil_s=10.0)).frame(27)
    there = Plan(line(coil_s=10.0), first_coil=FIRST_COIL + 2).frame(7)
    assert (here.coil, here.index, here.defects) == (there.coil, there.index, there.defects)


@pytest.mark.parametrize("size", SIZES)
def test_boxes_are_in_the_picture(size: tuple[int, int]) -> None:
    """Every defect has a box that lies in its frame and has an area, in frames of any size."""
    width, height = size
    boxes = [d.box for frame in frames(Plan(line(width=width, height=height)), 300) for d in frame.defects]
    assert len(boxes) > 100
    assert all(0 <= box.left < box.right <= width and 0 <= box.top < box.bottom <= height for box in boxes)


def test_most_frames_have_no_defect_or_one() -> None:
    """Some have two or three, and every class is seen."""
    seen = [frame.defects for frame in frames(Plan(line()), 1000)]
    counts = Counter(map(len, seen))
    assert counts[0] > 250
    assert counts[1] > 250
    assert counts[2] + counts[3] > 50
    assert max(counts) <= 6
    assert {defect.kind for defects in seen for defect in defects} == {*KINDS, "roller mark"}


def test_roller_marks_come_at_the_rollers_pitch() -> None:
    """Along the strip they are equally far apart and in line, through all the frames in which the roller marks."""
    coils = 0
    for plan, first in ((Plan(line(coil_s=40.0)), number * 40) for number in range(20)):
        run = [plan.frame(first + index) for index in range(40)]
        roller = run[0].coil.roller
        if roller is None:
            continue
        coils += 1
        marks = [(frame.top_px, mark) for frame in run for mark in rollers(frame)]
        places = sorted({top + (mark.area.top + mark.area.bottom) // 2 for top, mark in marks})
        turns = [place for place, after in itertools.pairwise([*places, 10**9]) if after - place > 2]
        distances = {after - before for before, after in itertools.pairwise(turns)}
        assert distances <= {int(roller.pitch * 480) + more for more in (-1, 0, 1, 2)}
        assert len(turns) >= roller.frames - 1
        assert len({(mark.area.left, mark.area.right, mark.seed) for _, mark in marks}) == 1
        assert next(frame.index for frame in run if rollers(frame)) - roller.first_frame in (0, 1)
    assert coils >= 4


def rollers(frame: Frame) -> list[Defect]:
    return [defect for defect in frame.defects if defect.kind == "roller mark"]


def test_a_long_scratch_runs_on_over_frames() -> None:
    """Where it leaves a frame at the bottom it enters the next at the top."""
    plan = Plan(line(coil_s=1000.0))
    crossings = 0
    for before, after in itertools.pairwise(frames(plan, 300)):
        for scratch in before.defects:
            if scratch.kind != "scratch" or scratch.spots[-1].y <= 480:
                continue
            rest = [d for d in after.defects if d.seed == scratch.seed]
            assert len(rest) == 1
            assert rest[0].box.top == 0
            crossings += 1
    assert crossings > 10


def test_defects_begin_apart() -> None:
    """Those that begin on a frame do not lie on one another."""
    for frame in frames(Plan(line(coil_s=1.0)), 300):
        areas = [defect.area for defect in frame.defects]
        assert not any(a.meets(b) for number, a in enumerate(areas) for b in areas[:number])
