"""The bare steel of a coil: grain, gloss and edges. Made once for a coil as tones, coloured frame by frame."""

from __future__ import annotations

import math
import random

from PIL import Image

from services.simulator.coils import RGB, Coil
from services.simulator.render.noise import MIDDLE, add, field

LENGTH = 1.62
"""How many frames of steel are made before it begins anew."""

LARGEST_PX = 6000
"""Steel is made at most so long at once, to bound memory."""

BESIDE: RGB = (13, 14, 16)
"""What is seen beside the strip."""

WHITE = 250

_CONTRAST = 0.95


class Surface:
    """The steel of one coil for frames of one size."""

    def __init__(self, coil: Coil, size: tuple[int, int]) -> None:
        self._size = size
        width, height = size
        self._length = max(2, min(round(height * LENGTH), LARGEST_PX))
        unit = min(size) / 2048
        chance = random.Random(f"{coil.key}/surface")
        whole = (width, self._length)
        # On dark paint grain shows less and the sensor's noise more.
        light = max(coil.rgb) / 255
        tones = field(chance, whole, (1, 1), 6.0 - 2.8 * light)
        grain = coil.grain * (1.15 - 0.5 * light)
        for across, along, amplitude in _GRAIN:
            cell = max(1.0, across * unit), max(1.0, along * unit)
            tones = add(tones, field(chance, whole, cell, amplitude * grain))
        for across, along, amplitude in _CLOUDS:
            tones = add(tones, field(chance, whole, (across * unit, along * unit), amplitude))
        profile = Image.frombytes("L", (width, 1), bytes(_profile(coil, width, unit, chance)))
        self._tones = add(tones, profile.resize(whole, Image.Resampling.NEAREST))
        self._palette = _palette(coil)
        self._besides = _besides(coil, size)

    def frame(self, top_px: int) -> Image.Image:
        """The steel from `top_px` along the coil on, in colour."""
        tones = Image.new("L", self._size)
        for top in range(-(top_px % self._length), self._size[1], self._length):
            tones.paste(self._tones, (0, top))
        steel = Image.merge("RGB", [tones.point(band) for band in self._palette])
        for left, mask in self._besides:
            steel.paste(BESIDE, (left, 0), mask)
        return steel


_GRAIN = ((1.0, 5.0, 2.6), (1.6, 40.0, 3.4), (3.0, 240.0, 2.6), (9.0, 900.0, 1.8))
"""Across and along in pixels of a frame of 2048, and how strong."""

_CLOUDS = ((420.0, 640.0, 2.6), (150.0, 260.0, 1.4))
"""Soft differences of the coating's thickness, alike."""


def _profile(coil: Coil, width: int, unit: float, chance: random.Random) -> list[int]:
    """The tones across the width: the lamp's reflection, less light to the sides, the glint of the cut edges."""
    waves = [(chance.uniform(0.2, 1.2), often, chance.uniform(0, math.tau)) for often in (7, 13, 23, 41)]
    left, right = coil.edges_px(width)
    tones = []
    for column in range(width):
        x = column / width
        near = (x - coil.light) / (0.34 - 0.16 * coil.gloss)
        lamp = (16 + 44 * coil.gloss) * math.exp(-near * near)
        second = 12 * coil.gloss * math.exp(-(((x - coil.light + 0.36) / 0.06) ** 2))
        falloff = -46 * abs(x - 0.5) ** 2.2 * 2
        ripple = sum(height * math.sin(often * math.tau * x / 2 + phase) for height, often, phase in waves)
        inside = max(0.0, min(column - left, right - column) / unit)
        edge = 34 * math.exp(-inside / 2.5) - 14 * math.exp(-inside / 26)
        tones.append(min(255, max(0, round(MIDDLE - 14 + lamp + second + falloff + ripple + edge))))
    return tones


def _palette(coil: Coil) -> list[list[int]]:
    """For red, green and blue: tone -> colour. Dark tones sink towards black, light ones rise to the lamp's white."""
    return [[_colour(base, (tone - MIDDLE) / MIDDLE, coil.gloss) for tone in range(256)] for base in coil.rgb]


def _colour(base: int, light: float, gloss: float) -> int:
    """`base` under more light (up to 1) or less (down to -1); no kink at 0, where the grain would change its look."""
    if light <= 0:
        return round(base * (1 + _CONTRAST * light))
    room = WHITE - base
    lit = WHITE - room * math.exp(-_CONTRAST * base * light / room)
    return round(lit + (WHITE - lit) * (0.2 + 0.5 * gloss) * math.pow(light, 1.4))


def _besides(coil: Coil, size: tuple[int, int]) -> list[tuple[int, Image.Image]]:
    """What covers the steel beside the strip's edges: where, and how much of each pixel."""
    width, height = size
    left, right = coil.edges_px(width)
    soft = max(1.0, width / 900)
    besides = []
    for first, last in ((0, left + math.ceil(soft)), (right - math.ceil(soft), width)):
        shares = [min(1.0, max(0.0, 0.5 - min(x - left, right - x) / soft)) for x in range(first, last)]
        row = Image.frombytes("L", (last - first, 1), bytes(round(255 * share) for share in shares))
        besides.append((first, row.resize((last - first, height), Image.Resampling.NEAREST)))
    return besides
