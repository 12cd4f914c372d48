"""What is painted, compared pixel by pixel."""

from __future__ import annotations

import dataclasses
import io
import itertools

import pytest
from PIL import Image, ImageChops, ImageStat

from services.simulator.coils import coil_of
from services.simulator.defects import Box, Defect, DefectClass
from services.simulator.plan import KINDS, Frame, Plan
from services.simulator.render.painter import Painter, jpeg
from services.simulator.render.surface import BESIDE, Surface
from tests.support.simulating import line

SIZES = [(640, 480), (64, 64), (1224, 1024)]


def found(kind: DefectClass, size: tuple[int, int], count: int) -> list[tuple[Frame, Defect]]:
    """The first frames with such a defect."""
    plan = Plan(line(width=size[0], height=size[1], coil_s=40.0))
    pairs = ((frame, defect) for frame in map(plan.frame, range(2000)) for defect in frame.defects)
    return [pair for _, pair in zip(range(count), (pair for pair in pairs if pair[1].kind == kind), strict=False)]


def changed(one: Image.Image, other: Image.Image) -> Box | None:
    """The smallest box around all pixels that differ."""
    box = ImageChops.difference(one, other).getbbox()
    return Box(*box) if box else None


def strongest(one: Image.Image, other: Image.Image) -> int:
    """The largest difference of a pixel, in one colour."""
    return max(int(high) for _, high in ImageStat.Stat(ImageChops.difference(one, other)).extrema)


def test_the_same_seed_paints_the_same_pixels() -> None:
    """Whatever was painted before; another seed paints others."""
    settings = line(coil_s=3.0)
    one, other = Painter((640, 480)), Painter((640, 480))
    frame = Plan(settings).frame(4)
    for number in range(6):
        one.paint(Plan(settings).frame(number))
    assert changed(one.paint(frame), other.paint(frame)) is None
    assert jpeg(one.paint(frame)) == jpeg(other.paint(frame))
    assert changed(one.paint(Plan(line(coil_s=3.0, seed=2)).frame(4)), other.paint(frame)) is not None


@pytest.mark.parametrize("kind", [*KINDS, "roller mark"])
@pytest.mark.parametrize("size", SIZES)
def test_a_defect_is_seen_in_its_box_and_nowhere_else(size: tuple[int, int], kind: DefectClass) -> None:
    """Painted without it the picture differs plainly inside, fills most of the box, and is the same outside."""
    painter = Painter(size)
    pairs = found(kind, size, 8)
    assert len(pairs) == 8
    for frame, defect in pairs:
        without = dataclasses.replace(frame, defects=tuple(d for d in frame.defects if d is not defect))
        alone = dataclasses.replace(frame, defects=(*without.defects, defect))
        pictures = painter.paint(alone), painter.paint(without)
        box = changed(*pictures)
        assert box is not None
        assert box == box.within(*size)
        assert (min(box.left, defect.box.left), min(box.top, defect.box.top)) == defect.box[:2]
        assert (max(box.right, defect.box.right), max(box.bottom, defect.box.bottom)) == defect.box[2:]
        assert strongest(*pictures) >= 20
        assert box.size[0] >= 0.4 * defect.box.size[0]
        assert box.size[1] >= 0.4 * defect.box.size[1]


@pytest.mark.parametrize("size", SIZES)
def test_the_twin_differs_only_where_something_was_found(size: tuple[int, int]) -> None:
    """Around each defect, and where its name is, right above it or in it; all else is as it was."""
    painter, plan = Painter(size), Plan(line(width=size[0], height=size[1]))
    high, wide = max(14, round(0.03 * min(size))), max(70, round(0.22 * min(size)))
    for frame in (frame for frame in map(plan.frame, range(40)) if frame.defects):
        original = painter.paint(frame)
        twin = original.copy()
        painter.label(twin, frame)
        for defect in frame.defects:
            box = defect.box
            assert changed(original.crop(box.grown(high)), twin.crop(box.grown(high))) is not None
        for defect in frame.defects:
            box = defect.box
            left = min(box.left, size[0] - wide)
            around = Box(left - high, box.top - high, max(box.right + high, left + wide), box.bottom + high)
            for picture in (original, twin):
                picture.paste((0, 0, 0), around.within(*size))
        assert changed(original, twin) is None


def test_a_box_is_around_its_defect() -> None:
    """It is drawn outside the defect, which stays visible, and every class has its own colour."""
    colours = set()
    for kind in (*KINDS, "roller mark"):
        frame, defect = found(kind, (1224, 1024), 1)[0]
        painter = Painter((1224, 1024))
        alone = dataclasses.replace(frame, defects=(defect,))
        picture = painter.paint(alone)
        twin = picture.copy()
        painter.label(twin, alone)
        left, top, _, bottom = defect.box
        if top > 60:
            assert changed(picture.crop(defect.box), twin.crop(defect.box)) is None
        colours.add(twin.getpixel((max(0, left - 3), (top + bottom) // 2)))
    assert len(colours) == 5


def test_a_frame_without_defects_has_no_labels() -> None:
    """Its twin is the original."""
    painter = Painter((640, 480))
    frame = dataclasses.replace(Plan(line()).frame(0), defects=())
    picture = painter.paint(frame)
    twin = picture.copy()
    painter.label(twin, frame)
    assert changed(picture, twin) is None


@pytest.mark.parametrize("top_px", [100, 479])
def test_frames_are_cut_from_one_strip(top_px: int) -> None:
    """What one frame shows at its bottom another shows at its top: the grain runs on from frame to frame."""
    surface = Surface(coil_of(1, 2891), (640, 480))
    one, other = surface.frame(0), surface.frame(top_px)
    assert changed(one.crop((0, top_px, 640, 480)), other.crop((0, 0, 640, 480 - top_px))) is None


def test_the_strip_has_no_seam() -> None:
    """Where the steel that was made begins anew, one row follows the other as anywhere."""
    surface = Surface(coil_of(1, 2891), (640, 480))
    jumps = []
    for top_px in range(0, 1600, 100):
        picture = surface.frame(top_px).convert("L")
        for row in range(0, 479):
            rows = (picture.crop((0, y, 640, y + 1)) for y in (row, row + 1))
            jumps.append(ImageStat.Stat(ImageChops.difference(*rows)).mean[0])
    assert max(jumps) < 1.5 * sum(jumps) / len(jumps)


def test_the_steel_does_not_repeat_within_a_frame() -> None:
    """It is longer than a frame, and no two frames in a row look alike."""
    surface = Surface(coil_of(1, 2891), (640, 480))
    pictures = [surface.frame(number * 480).convert("L") for number in range(6)]
    for one, other in itertools.pairwise(pictures):
        assert ImageStat.Stat(ImageChops.difference(one, other)).mean[0] > 1.0


def test_beside_the_strip_it_is_dark() -> None:
    """The borders are what is behind the strip; between them the coil's colour is seen."""
    coil = coil_of(1, 2896)
    assert coil.colour == "sea_blue"
    picture = Surface(coil, (640, 480)).frame(0)
    for x in (0, 639):
        assert picture.getpixel((x, 200)) == BESIDE
    red, green, blue = ImageStat.Stat(picture.crop((40, 0, 600, 480))).mean
    assert blue > green + 20 > red + 40


@pytest.mark.parametrize("number", range(2891, 2901))
def test_the_lamp_is_reflected_where_the_coil_says(number: int) -> None:
    """It is lightest there, and darker to both sides, on every colour."""
    coil = coil_of(1, number)
    lights = [sum(stat.mean) for stat in map(ImageStat.Stat, columns(Surface(coil, (640, 480)).frame(0)))]
    brightest = lights.index(max(lights)) / len(lights)
    assert brightest == pytest.approx(coil.light, abs=0.1)
    assert max(lights) > 1.15 * max(lights[3], lights[-4])


def columns(picture: Image.Image) -> list[Image.Image]:
    """Forty strips from left to right."""
    return [picture.crop((left, 0, left + 16, 480)) for left in range(0, 640, 16)]


def test_a_file_is_as_large_as_the_lines() -> None:
    """A frame of the default size makes a JPEG of about a megabyte in any colour, whole, in colour and 2448 x 2048."""
    settings = line(width=2448, height=2048, coil_s=1.0)
    painter = Painter((2448, 2048))
    for number in range(3):
        data = jpeg(painter.paint(Plan(settings).frame(number)))
        assert 700_000 < len(data) < 1_600_000
        with Image.open(io.BytesIO(data)) as picture:
            picture.load()
            assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (2448, 2048))
