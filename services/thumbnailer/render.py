"""From an image's bytes to its two previews, first the one that screens wait for. Pure: it reads and writes no file.

A JPEG is scaled by its decoder while it decodes, by 1/2, 1/4 or 1/8, which costs less than nothing: whatever comes
nearest to the size wanted is the `screen` preview as it is. Measured beside that (see ops/bench/previews.py): Huffman
tables that are not optimised save 4 ms of 37 for 5 % more bytes; YCbCr throughout, the fast DCT and one large read
instead of many save nothing.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import BmpImagePlugin, Image, JpegImagePlugin, PngImagePlugin, UnidentifiedImageError, WebPImagePlugin

_PLUGINS = (BmpImagePlugin, JpegImagePlugin, PngImagePlugin, WebPImagePlugin)
"""Imported here, or Pillow would import all it has when the first WebP comes."""

FORMATS = ("JPEG", "PNG", "WEBP", "BMP")

SCALES = (8, 4, 2, 1)
"""What libjpeg divides by while it decodes, as far as Pillow lets it."""

NEAR_LOW, NEAR_HIGH = 0.75, 1.5
"""A size within these shares of the one wanted is taken as it is. They are a factor of two apart, as the scales are: of
each image up to 12 times the size wanted, there is just one scale that fits."""

TOO_MANY_PIXELS = "more pixels than images.max_megapixels allows"

GROUND = (255, 255, 255)
"""Behind what is transparent."""

_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF orientation -> what undoes it; 1 is upright, anything else is no orientation."""


class Undecodable(Exception):
    """The bytes are no image that can be shown; the text says why."""


@dataclass(frozen=True)
class Sizes:
    """Long sides in pixels, JPEG quality, and how many pixels an image may have."""

    strip_px: int
    screen_px: int
    quality: int
    max_pixels: int


@dataclass(frozen=True)
class Screen:
    """The large preview as a JPEG, and as the pixels that the small one is made from."""

    jpeg: bytes
    pixels: Image.Image


def guard(max_pixels: int) -> None:
    """Set up Pillow for the process: an image with more pixels is an error, and oddities in a file are not printed."""
    Image.MAX_IMAGE_PIXELS = max_pixels
    warnings.filterwarnings("ignore", module=r"PIL\.")
    warnings.simplefilter("error", Image.DecompressionBombWarning)


def make_screen(data: bytes, sizes: Sizes) -> Screen:
    """The large preview: upright, 8 bits, RGB or grey, opaque, of the first frame, without EXIF; never enlarged.

    Raises Undecodable, MemoryError.
    """
    with _decoding():
        pixels = _screen(data, sizes)
        return Screen(_jpeg(pixels, sizes.quality), pixels)


def make_strip(screen: Screen, sizes: Sizes) -> bytes:
    """The small one, a JPEG. Raises Undecodable, MemoryError."""
    with _decoding():
        return _jpeg(_reduced(screen.pixels, sizes.strip_px, sizes.strip_px), sizes.quality)


@contextlib.contextmanager
def _decoding() -> Iterator[None]:
    try:
        yield
    except (MemoryError, Undecodable):
        raise
    except UnidentifiedImageError:
        raise Undecodable("neither JPEG, PNG, WebP nor BMP inside") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Undecodable(TOO_MANY_PIXELS) from None
    except Exception as error:
        # Pillow's decoders raise whatever they stumble over: OSError, SyntaxError, struct.error, EOFError, IndexError.
        if "out of memory" in str(error):
            raise MemoryError(str(error)) from error
        raise Undecodable(f"{type(error).__name__}: {error}") from error


def scale_for(long_px: int, wanted_px: int) -> int:
    """By how much the decoder divides an image whose long side is `long_px`: as much as leaves enough."""
    return next(scale for scale in SCALES if scale == 1 or long_px >= NEAR_LOW * wanted_px * scale)


def _screen(data: bytes, sizes: Sizes) -> Image.Image:
    image: Image.Image = Image.open(io.BytesIO(data), formats=FORMATS)
    width, height = image.size
    # Before draft(), which rewrites the size.
    if width * height > sizes.max_pixels:
        raise Undecodable(TOO_MANY_PIXELS)
    scale = scale_for(max(width, height), sizes.screen_px)
    image.draft(None, (max(1, width // scale), max(1, height // scale)))
    image.load()
    turn = _TURNS.get(_orientation(image))
    image = _reduced(_plain(image), sizes.screen_px, int(NEAR_HIGH * sizes.screen_px))
    image = _opaque(image)
    return image if turn is None else image.transpose(turn)


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # noqa: BLE001 - whatever is wrong with the EXIF data, the picture itself is not
        return 1


def _plain(image: Image.Image) -> Image.Image:
    """As L, RGB or RGBA."""
    if image.mode.startswith("I;16"):
        image.info.pop("transparency", None)
        return image.point(lambda value: value * (1 / 257)).convert("L")
    if image.has_transparency_data:
        return image.convert("RGBA")
    if image.mode == "1":
        return image.convert("L")
    return image if image.mode in ("L", "RGB") else image.convert("RGB")


def _opaque(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    ground = Image.new("RGB", image.size, GROUND)
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def _reduced(image: Image.Image, wanted_px: int, most_px: int) -> Image.Image:
    """With a long side of `wanted_px`, if it is longer than `most_px`."""
    long_px = max(image.size)
    if long_px <= most_px:
        return image
    width, height = (max(1, round(side * wanted_px / long_px)) for side in image.size)
    return image.resize((width, height), Image.Resampling.BICUBIC, reducing_gap=2.0)


def _jpeg(image: Image.Image, quality: int) -> bytes:
    # A comment in there would be copied.
    image.info.clear()
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()
