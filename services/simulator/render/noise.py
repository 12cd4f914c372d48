"""Noise that is the same for the same seed, and closes on itself along the strip."""

from __future__ import annotations

import random

from PIL import Image, ImageChops

MIDDLE = 128
"""The tone that changes nothing."""

Size = tuple[int, int]

_SPREAD = 74
"""Standard deviation of evenly spread bytes."""

_REACH = 3
"""Rows that a bicubic looks beyond the edge."""


def field(chance: random.Random, size: Size, cell: tuple[float, float], amplitude: float) -> Image.Image:
    """Grey noise around MIDDLE with grains of `cell` pixels, about `amplitude` strong; after its last row comes its
    first again.
    """
    columns, rows = (max(2, round(length / grain)) for length, grain in zip(size, cell, strict=True))
    noise = Image.frombytes("L", (columns, rows), chance.randbytes(columns * rows))
    gain = amplitude / _SPREAD
    if (columns, rows) != size:
        noise = _cyclic(noise).resize(size, Image.Resampling.BICUBIC, (0, _REACH, columns, _REACH + rows))
    return noise.point([round(MIDDLE + (value - MIDDLE) * gain) for value in range(256)])


def add(tones: Image.Image, more: Image.Image) -> Image.Image:
    """Both together: what is MIDDLE in one leaves the other as it is."""
    return ImageChops.add(tones, more, 1, -MIDDLE)


def _cyclic(noise: Image.Image) -> Image.Image:
    width, height = noise.size
    wide = Image.new("L", (width, height + 2 * _REACH))
    for top in range(_REACH % height - height, height + 2 * _REACH, height):
        wide.paste(noise, (0, top))
    return wide
