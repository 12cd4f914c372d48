"""The defects: where on the strip each is, and its shape. Pure: decides, and paints nothing.

Measures are for a frame of 2048 pixels and shrink and grow with it: `unit` is how many pixels one of those is.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

DefectClass = Literal["scratch", "pinhole", "stain", "dent", "roller mark"]

LONGEST_SCRATCH = 2.2
"""In frames."""

SMALLEST_PX = 4
"""No side of a defect is shorter, however small the frame."""

_SCRATCH_STEP = 0.012
"""Distance of a scratch's points, in frames."""


class Box(NamedTuple):
    """Pixels; right and bottom are just outside."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def size(self) -> tuple[int, int]:
        return self.right - self.left, self.bottom - self.top

    def moved(self, down: int) -> Box:
        return Box(self.left, self.top + down, self.right, self.bottom + down)

    def grown(self, by: int) -> Box:
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def within(self, width: int, height: int) -> Box:
        """What of it lies in a picture of this size; a side is negative when nothing does."""
        return Box(max(0, self.left), max(0, self.top), min(width, self.right), min(height, self.bottom))

    def meets(self, other: Box) -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )  # fmt: skip


class Spot(NamedTuple):
    """A round part of a defect; of a scratch, a point on its way."""

    x: float
    y: float
    radius: float
    strength: float


@dataclass(frozen=True)
class Defect:
    """One defect as a frame shows it. `area` holds all of it, `box` what of it is in the frame."""

    kind: DefectClass
    area: Box
    box: Box
    spots: tuple[Spot, ...]
    strength: float
    """0 hardly seen to 1 plain."""
    confidence: float
    """How sure the detector that is played is of it."""
    seed: int


@dataclass(frozen=True)
class Ground:
    """The part of a frame where steel is: between the strip's edges."""

    left: int
    right: int
    height: int
    unit: float

    @property
    def width(self) -> int:
        return self.right - self.left


def lay(kind: DefectClass, chance: random.Random, ground: Ground) -> Defect:
    """A defect of this kind somewhere on the ground; only a scratch may run on below its end."""
    return _LAYERS[kind](chance, ground)


def roller_mark(seed: int, x: float, y: float, unit: float) -> Defect:
    """The mark that a roller leaves at (x, y); the same seed leaves the same mark."""
    chance = random.Random(seed)
    width, height = chance.uniform(60, 110) * unit, chance.uniform(26, 44) * unit
    return _defect("roller mark", chance, _around(x, y, width / 2, height / 2), (), seed)


def seen_in(defect: Defect, width: int, height: int, down: int) -> Defect | None:
    """The defect as a frame sees it whose top is `-down` pixels further along the strip; None when it does not.

    A detector does not name what it sees only a rim of: nor is that painted.
    """
    area = defect.area.moved(down)
    spots = tuple(spot._replace(y=spot.y + down) for spot in defect.spots)
    if defect.kind == "scratch":
        reach = _SCRATCH_STEP * height
        spots = tuple(spot for spot in spots if -reach <= spot.y <= height + reach)
        if len(spots) < 2:
            return None
        area = _hull(spots)
    box = area.within(width, height)
    rim = SMALLEST_PX if defect.kind == "scratch" else (area.bottom - area.top) // 2
    if box.bottom - box.top < rim:
        return None
    return replace(defect, area=area, box=box, spots=spots)


def _scratch(chance: random.Random, ground: Ground) -> Defect:
    """A thin line mostly along the strip, gently curved, here deeper and there hardly there."""
    length = chance.choice((chance.uniform(0.12, 0.5), chance.uniform(0.3, 1.0), chance.uniform(1.0, LONGEST_SCRATCH)))
    step = _SCRATCH_STEP * ground.height
    heading = chance.gauss(0.0, 0.08)
    bend = chance.gauss(0.0, 0.25) / max(1.0, length)
    x = chance.uniform(ground.left + 0.15 * ground.width, ground.right - 0.15 * ground.width)
    y = chance.uniform(0.03, max(0.05, 0.9 - length)) * ground.height
    radius = max(0.6, chance.uniform(1.2, 2.4) * ground.unit)
    waves = [(chance.uniform(3, 14), chance.uniform(0, math.tau)) for _ in range(3)]
    spots = []
    steps = max(4, round(length / _SCRATCH_STEP))
    for number in range(steps + 1):
        along = number / steps
        ebb = sum(math.sin(often * length * along * 4 + phase) for often, phase in waves) / 3
        strength = (0.62 + 0.38 * ebb) * min(1.0, 8 * along, 8 * (1 - along) + 0.1)
        spots.append(Spot(x, y, radius, max(0.3, strength)))
        heading += bend * step / ground.height + chance.gauss(0.0, 0.006)
        x = min(max(x + step * heading, ground.left + 4 * ground.unit), ground.right - 4 * ground.unit)
        y += step
    return _defect("scratch", chance, _hull(spots), tuple(spots))


def _pinhole(chance: random.Random, ground: Ground) -> Defect:
    """Small dark holes in the coating, alone or in a cluster."""
    count = chance.choice((1, 2, 4, 7, 12))
    spread = 14 * math.sqrt(count - 1) * ground.unit
    x, y = _place(chance, ground, 2.5 * spread + 30 * ground.unit)
    spots = []
    for _ in range(count):
        radius = max(0.8, chance.uniform(3.0, 7.0) * ground.unit)
        dx, dy = (max(-2.2, min(2.2, chance.gauss(0.0, 1.0))) * spread for _ in range(2))
        spots.append(Spot(x + dx, y + dy, radius, chance.uniform(0.7, 1.0)))
    return _defect("pinhole", chance, _hull(spots, reach=2.6), tuple(spots))


def _stain(chance: random.Random, ground: Ground) -> Defect:
    """An irregular blot with a rim, as of something that dried."""
    size = chance.uniform(55, 140) * ground.unit
    x, y = _place(chance, ground, 2.4 * size)
    spots = []
    for _ in range(chance.randrange(5, 10)):
        turn, away = chance.uniform(0, math.tau), chance.uniform(0.0, 1.0) * size
        spots.append(Spot(x + away * math.cos(turn), y + away * math.sin(turn), chance.uniform(0.35, 0.85) * size, 1.0))
    return _defect("stain", chance, _hull(spots, reach=1.45), tuple(spots))


def _dent(chance: random.Random, ground: Ground) -> Defect:
    """A hollow, seen by its light and its dark side."""
    rx, ry = chance.uniform(65, 150) * ground.unit, chance.uniform(65, 150) * ground.unit
    x, y = _place(chance, ground, max(rx, ry))
    return _defect("dent", chance, _around(x, y, rx, ry), ())


_LAYERS: dict[DefectClass, Callable[[random.Random, Ground], Defect]] = {
    "scratch": _scratch,
    "pinhole": _pinhole,
    "stain": _stain,
    "dent": _dent,
}


def _defect(
    kind: DefectClass, chance: random.Random, area: Box, spots: tuple[Spot, ...], seed: int | None = None
) -> Defect:
    strength = chance.uniform(0.45, 1.0)
    confidence = min(0.99, 0.55 + 0.4 * strength + chance.uniform(-0.06, 0.06))
    return Defect(kind, area, area, spots, strength, confidence, chance.getrandbits(32) if seed is None else seed)


def _place(chance: random.Random, ground: Ground, reach: float) -> tuple[float, float]:
    """A place that is `reach` away from the ground's borders, its middle when that is too much."""
    room_x, room_y = min(reach, ground.width / 2), min(reach, ground.height / 2)
    return (
        chance.uniform(ground.left + room_x, ground.right - room_x),
        chance.uniform(room_y, ground.height - room_y),
    )


def _around(x: float, y: float, rx: float, ry: float) -> Box:
    rx, ry = max(rx, SMALLEST_PX / 2), max(ry, SMALLEST_PX / 2)
    return Box(math.floor(x - rx), math.floor(y - ry), math.ceil(x + rx), math.ceil(y + ry))


def _hull(spots: list[Spot] | tuple[Spot, ...], reach: float = 3.0) -> Box:
    """All spots, each to `reach` times its radius."""
    left = min(spot.x - reach * spot.radius for spot in spots)
    right = max(spot.x + reach * spot.radius for spot in spots)
    top = min(spot.y - reach * spot.radius for spot in spots)
    bottom = max(spot.y + reach * spot.radius for spot in spots)
    return _around((left + right) / 2, (top + bottom) / 2, (right - left) / 2, (bottom - top) / 2)
