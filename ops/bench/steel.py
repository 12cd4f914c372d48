"""Large images for the benches: a steel surface as a camera stores it."""

from __future__ import annotations

import io

from PIL import Image, ImageChops, ImageFilter

QUALITY = 85


def picture(width: int, height: int) -> bytes:
    """A JPEG of a surface with a gradient of gloss, grain, and colour that varies over centimetres."""
    grain = Image.effect_noise((width, height), 9).filter(ImageFilter.GaussianBlur(1.0))
    gloss = Image.linear_gradient("L").resize((width, height)).point([90 + level * 70 // 255 for level in range(256)])
    surface = ImageChops.add(gloss, grain, 1, -128)
    bands = []
    for share in (1.0, 0.95, 0.85):
        tint = Image.effect_noise((width // 16, height // 16), 12).resize((width, height))
        band = surface.point([int(level * share) for level in range(256)])
        bands.append(ImageChops.add(band, tint, 1, -128))
    out = io.BytesIO()
    Image.merge("RGB", bands).save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
