"""The coils: what each looks like. Pure: the same seed gives the same steel."""

from __future__ import annotations

import random
from dataclasses import dataclass

RGB = tuple[int, int, int]

COLOURS: dict[str, RGB] = {
    "sea_blue": (44, 96, 138),
    "ivory": (205, 197, 172),
    "brick_red": (138, 58, 46),
    "silver_grey": (158, 163, 168),
    "dark_green": (42, 84, 66),
    "sky_blue": (118, 160, 186),
    "charcoal": (74, 78, 84),
    "terracotta": (172, 98, 66),
    "moss_green": (112, 128, 88),
    "snow_white": (208, 210, 208),
}
"""What colour steel is ordered in."""

ROLLER_SHARE = 0.4
"""So many coils bear the mark of a dirty roller for a while."""


@dataclass(frozen=True)
class Roller:
    """A roller with something stuck to it: leaves its mark at each turn. Shares are of a frame's width or height."""

    first_frame: int
    frames: int
    across: float
    pitch: float
    phase: float


@dataclass(frozen=True)
class Coil:
    """One coil's looks. `key` seeds whatever else is random about it."""

    number: int
    key: str
    colour: str
    gloss: float
    """0 matt to 1 mirror-like."""
    grain: float
    """How strong the rolling grain is; 1 is usual."""
    light: float
    """Where across the width the lamp is reflected, as a share of it."""
    margins: tuple[float, float]
    """What is left of the picture beside the strip, as shares of the width."""
    roller: Roller | None

    @property
    def rgb(self) -> RGB:
        return COLOURS[self.colour]

    def edges_px(self, width: int) -> tuple[int, int]:
        """Where the strip begins and ends across a picture of this width."""
        left, right = (round(margin * width) for margin in self.margins)
        return left, width - right


def coil_of(seed: int, number: int) -> Coil:
    """The coil of this number; neighbours never have the same colour."""
    key = f"{seed}/{number}"
    chance = random.Random(key)
    return Coil(
        number=number,
        key=key,
        colour=_colour(seed, number),
        gloss=chance.uniform(0.35, 1.0),
        grain=chance.uniform(0.75, 1.25),
        light=chance.uniform(0.3, 0.7),
        margins=(chance.uniform(0.012, 0.034), chance.uniform(0.012, 0.034)),
        roller=_roller(chance),
    )


def _colour(seed: int, number: int) -> str:
    order = list(COLOURS)
    random.Random(seed).shuffle(order)
    return order[number % len(order)]


def _roller(chance: random.Random) -> Roller | None:
    has_one = chance.random() < ROLLER_SHARE
    roller = Roller(
        first_frame=chance.randrange(2, 20),
        frames=chance.randrange(5, 13),
        across=chance.uniform(0.15, 0.85),
        pitch=chance.uniform(0.45, 0.85),
        phase=chance.random(),
    )
    return roller if has_one else None
