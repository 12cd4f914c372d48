"""Noise that closes on itself."""

from __future__ import annotations

import random

import pytest
from PIL import Image, ImageChops, ImageStat

from services.simulator.render.noise import MIDDLE, add, field


@pytest.mark.parametrize("cell", [(4.0, 8.0), (16.0, 16.0), (30.0, 200.0), (1.0, 500.0)])
def test_its_last_row_goes_on_at_its_first(cell: tuple[float, float]) -> None:
    """Where it begins anew is no larger step than elsewhere."""
    noise = field(random.Random(1), (200, 301), cell, 40.0)
    steps = [ImageStat.Stat(ImageChops.difference(row(noise, y), row(noise, y + 1))).mean[0] for y in range(300)]
    seam = ImageStat.Stat(ImageChops.difference(row(noise, 300), row(noise, 0))).mean[0]
    assert seam <= 1.2 * max(steps)


def row(noise: Image.Image, y: int) -> Image.Image:
    return noise.crop((0, y, noise.width, y + 1))


@pytest.mark.parametrize("cell", [(1, 1), (3, 40), (50, 50)])
def test_it_is_as_strong_as_was_asked(cell: tuple[float, float]) -> None:
    """Around the middle, the same for the same seed and size."""
    noise, again = (field(random.Random(5), (300, 400), cell, 10.0) for _ in range(2))
    stat = ImageStat.Stat(noise)
    assert stat.mean[0] == pytest.approx(MIDDLE, abs=3)
    assert 5 < stat.stddev[0] < 13
    assert noise.tobytes() == again.tobytes()


def test_two_fields_add_up() -> None:
    """What is in the middle changes nothing, and what is beyond black or white stays there."""
    black, middle, white = (Image.new("L", (1, 1), tone) for tone in (0, MIDDLE, 255))
    assert [add(tone, middle).getpixel((0, 0)) for tone in (black, middle, white)] == [0, MIDDLE, 255]
    assert [add(tone, white).getpixel((0, 0)) for tone in (black, white)] == [127, 255]
