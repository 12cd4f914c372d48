"""The defects, painted into the steel: each changes its own area and nothing beyond."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from services.simulator.defects import Defect, DefectClass, Spot
from services.simulator.render.noise import add, field

FINE = 2
"""Thin things are drawn so many times larger and shrunk, for smooth edges."""

Size = tuple[int, int]


def paint(picture: Image.Image, defect: Defect) -> None:
    """Paint `defect` where it is."""
    steel = picture.crop(defect.area)
    picture.paste(_PAINTERS[defect.kind](steel, defect), defect.area[:2])


def _scratch(steel: Image.Image, defect: Defect) -> Image.Image:
    """Bright where the coating is cut, with the shadow of its lip beside it."""
    radius = defect.spots[0].radius
    cut = _blank(steel, FINE)
    pen = ImageDraw.Draw(cut)
    points = [((spot.x - defect.area.left) * FINE, (spot.y - defect.area.top) * FINE) for spot in defect.spots]
    for (begin, end), spot in zip(itertools.pairwise(points), defect.spots, strict=False):
        tone = round(255 * spot.strength * (0.55 + 0.45 * defect.strength))
        pen.line((begin, end), tone, max(1, round(radius * 2 * FINE * (0.6 + 0.4 * spot.strength))))
    cut = _shrunk(cut, steel.size)
    lip = _moved(cut, max(1, round(radius * 1.3)), 0).point(_gain(0.75))
    shaded = Image.composite(steel.point(_gain(0.35)), steel, lip)
    bright = Image.blend(steel, Image.new("RGB", steel.size, (246, 248, 250)), 0.78)
    return Image.composite(bright, shaded, cut)


def _pinhole(steel: Image.Image, defect: Defect) -> Image.Image:
    """Dark down to the primer, with a rim that catches the light."""
    rim, hole = _blank(steel, FINE), _blank(steel, FINE)
    for spot in defect.spots:
        tone = round(255 * spot.strength)
        _disc(rim, defect, spot, spot.radius * 1.7, tone // 2)
        _disc(hole, defect, spot, spot.radius, tone)
    soft = max(0.6, defect.spots[0].radius * 0.35)
    rim, hole = (_shrunk(mask, steel.size).filter(ImageFilter.GaussianBlur(soft)) for mask in (rim, hole))
    rimmed = Image.composite(steel.point(_raise(46)), steel, rim)
    return Image.composite(Image.new("RGB", steel.size, (22, 20, 20)), rimmed, hole.point(_gain(1.15)))


def _stain(steel: Image.Image, defect: Defect) -> Image.Image:
    """A thin film, a little yellow, with a rim where it dried last."""
    radius = max(spot.radius for spot in defect.spots)
    blot = _blank(steel, 1)
    for spot in defect.spots:
        _disc(blot, defect, spot, spot.radius, 255, 1)
    chance = random.Random(defect.seed)
    ragged = blot.filter(ImageFilter.GaussianBlur(radius / 3.5))
    for share, amplitude in ((3.0, 26.0), (9.0, 9.0)):
        cell = max(1.0, radius / share)
        ragged = add(ragged, field(chance, steel.size, (cell, cell), amplitude))
    ragged = ImageChops.multiply(ragged, _frame(steel.size))
    film, inner = ragged.point(_step(88, 150)), ragged.point(_step(120, 200))
    rim = ImageChops.subtract(film, inner).filter(ImageFilter.GaussianBlur(max(0.5, radius / 40)))
    tint = ImageChops.multiply(steel, Image.new("RGB", steel.size, (214, 203, 178)))
    filmed = Image.composite(tint, steel, film.point(_gain(0.35 + 0.4 * defect.strength)))
    return Image.composite(tint.point(_gain(0.7)), filmed, rim.point(_gain(0.3 + 0.4 * defect.strength)))


def _dent(steel: Image.Image, defect: Defect) -> Image.Image:
    """A hollow: its upper side in shadow, the lower one towards the lamp."""
    hollow = Image.radial_gradient("L").point(_bell).resize(steel.size, Image.Resampling.BICUBIC)
    dx, dy = (max(1, round(side * 0.07)) for side in steel.size)
    before, behind = _moved(hollow, -dx // 2, -dy), _moved(hollow, dx // 2, dy)
    gain = _gain(0.7 + 0.9 * defect.strength)
    lit, shaded = (ImageChops.subtract(*pair).point(gain) for pair in ((behind, before), (before, behind)))
    bright = Image.composite(Image.blend(steel, Image.new("RGB", steel.size, "white"), 0.5), steel, lit)
    return Image.composite(bright.point(_gain(0.42)), bright, shaded)


def _roller_mark(steel: Image.Image, defect: Defect) -> Image.Image:
    """A small print, pressed in: dull inside, a bright edge below."""
    width, height = steel.width * FINE, steel.height * FINE
    chance = random.Random(defect.seed)
    upper, lower = [], []
    for along in (step / _PRINT_STEPS for step in range(_PRINT_STEPS + 1)):
        x, reach = width * (0.1 + 0.8 * along), height * 0.34 * math.sin(math.pi * along) ** 0.5
        upper.append((x, height / 2 - reach * chance.uniform(0.4, 1.0)))
        lower.append((x, height / 2 + reach * chance.uniform(0.3, 1.0)))
    mark = _blank(steel, FINE)
    ImageDraw.Draw(mark).polygon(upper + lower[::-1], fill=255)
    mark = _shrunk(mark, steel.size).filter(ImageFilter.GaussianBlur(max(0.6, steel.height / 30)))
    below = ImageChops.subtract(_moved(mark, 0, max(1, steel.height // 12)), mark)
    edged = Image.composite(steel.point(_raise(80)), steel, below.point(_gain(0.9)))
    return Image.composite(edged.point(_gain(0.5)), edged, mark.point(_gain(0.5 + 0.4 * defect.strength)))


_PRINT_STEPS = 12

_PAINTERS: dict[DefectClass, Callable[[Image.Image, Defect], Image.Image]] = {
    "scratch": _scratch,
    "pinhole": _pinhole,
    "stain": _stain,
    "dent": _dent,
    "roller mark": _roller_mark,
}


def _blank(steel: Image.Image, times: int) -> Image.Image:
    return Image.new("L", (steel.width * times, steel.height * times))


def _shrunk(mask: Image.Image, size: Size) -> Image.Image:
    return mask.resize(size, Image.Resampling.BOX)


def _disc(mask: Image.Image, defect: Defect, spot: Spot, radius: float, tone: int, times: int = FINE) -> None:
    x, y, radius = (spot.x - defect.area.left) * times, (spot.y - defect.area.top) * times, radius * times
    ImageDraw.Draw(mask).ellipse((x - radius, y - radius, x + radius, y + radius), fill=tone)


def _moved(mask: Image.Image, dx: int, dy: int) -> Image.Image:
    moved = Image.new("L", mask.size)
    moved.paste(mask, (dx, dy))
    return moved


def _frame(size: Size) -> Image.Image:
    """White, falling to black at its border, so that nothing ends in a straight line."""
    width, height = size
    across = Image.frombytes("L", (width, 1), _rim(width)).resize(size)
    along = Image.frombytes("L", (1, height), _rim(height)).resize(size)
    return ImageChops.multiply(across, along)


def _rim(length: int) -> bytes:
    soft = max(1.0, length * 0.08)
    return bytes(round(255 * min(1.0, (min(place, length - 1 - place) + 0.5) / soft)) for place in range(length))


def _gain(gain: float) -> Callable[[int], float]:
    return lambda value: min(255.0, value * gain)


def _raise(by: int) -> Callable[[int], float]:
    return lambda value: value + by * (255 - value) / 255


def _step(low: int, high: int) -> Callable[[int], float]:
    return lambda value: min(255.0, max(0.0, 255 * (value - low) / (high - low)))


def _bell(distance: int) -> float:
    """A soft hill out of Pillow's radial gradient, which is 0 in the middle and 180 at the border."""
    return 255 * max(0.0, 1 - (distance / 150) ** 2) ** 2
