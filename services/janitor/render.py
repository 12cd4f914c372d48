"""A JPEG made smaller: the same picture at another quality, with what else the file tells. Pure: bytes in, bytes out.

Verified before it is given out: it is decoded again, has the same size, and differs nowhere by much.
"""

from __future__ import annotations

import io
import warnings
from typing import Any

from PIL import Image, ImageChops, ImageStat, JpegImagePlugin

from services.janitor.segments import tell, told

WORTH = 0.9
"""What does not become smaller than this share of its size stays as it is."""

LARGEST_RMS = 8.0
"""Of 255, root mean square: about 30 dB. Noise of a camera at quality 85 is half of it."""

LARGEST_BAND_RMS = 16.0
"""The same of any band of the picture: so that nothing in it can be broken."""

BAND_PX = 64

MODES = ("L", "RGB")
"""What cameras write. Other pictures (CMYK) stay as they are."""


class NotWorth(Exception):
    """The picture stays as it is; the text says why."""


def guard(max_pixels: int) -> None:
    """Set up Pillow for the process: an image with more pixels is an error, and oddities in a file are not printed."""
    Image.MAX_IMAGE_PIXELS = max_pixels
    warnings.filterwarnings("ignore", module=r"PIL\.")
    warnings.simplefilter("error", Image.DecompressionBombWarning)


def reencode(data: bytes, quality: int) -> bytes:
    """The same picture in fewer bytes. All that `data` tells besides is kept byte by byte: EXIF, profiles, comments,
    what a camera's maker adds; and the density.

    Raises NotWorth when it would not be smaller or not the same, or not all could be kept; MemoryError.
    """
    try:
        segments = told(data)
        if segments is None:
            raise NotWorth("there is more in it than one picture and what is told of it")
        with _opened(data) as image:
            if image.format != "JPEG":
                raise NotWorth(f"several pictures: {image.format}")
            if image.mode not in MODES:
                raise NotWorth(f"a picture in {image.mode}")
            if not _is_coarser(image, quality):
                raise NotWorth("its quality is no better already")
            image.load()
            smaller = tell(_encode(image, quality), segments)
            if len(smaller) > WORTH * len(data):
                raise NotWorth("it would not be smaller")
            with _opened(smaller) as copy:
                _verify(image, copy)
    except (NotWorth, MemoryError):
        raise
    except Exception as error:
        # Pillow's decoders raise whatever they stumble over.
        raise NotWorth(f"{type(error).__name__}: {error}") from error
    return smaller


def _opened(data: bytes) -> JpegImagePlugin.JpegImageFile:
    image = Image.open(io.BytesIO(data), formats=("JPEG",))
    assert isinstance(image, JpegImagePlugin.JpegImageFile)
    return image


def _is_coarser(image: JpegImagePlugin.JpegImageFile, quality: int) -> bool:
    """Whether a JPEG of `quality` has coarser steps than this one: by the sum of the luminance's."""
    probe = io.BytesIO()
    Image.new("L", (8, 8)).save(probe, "JPEG", quality=quality)
    with _opened(probe.getvalue()) as wanted:
        return sum(wanted.quantization[0]) > sum(image.quantization[0])


def _encode(image: JpegImagePlugin.JpegImageFile, quality: int) -> bytes:
    # The comment is Pillow's to write only when nobody says otherwise; here it is among the segments.
    options: dict[str, Any] = {"comment": b""}
    if image.info.get("dpi"):
        options["dpi"] = image.info["dpi"]
    sampling = JpegImagePlugin.get_sampling(image)
    if sampling >= 0:
        # As finely in colour as it was.
        options["subsampling"] = sampling
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True, **options)
    return out.getvalue()


def _verify(image: Image.Image, copy: Image.Image) -> None:
    if (copy.size, copy.mode) != (image.size, image.mode):
        raise NotWorth(f"came out as {copy.mode} {copy.size}")
    copy.load()
    total = 0.0
    for top in range(0, image.height, BAND_PX):
        box = (0, top, image.width, min(image.height, top + BAND_PX))
        squares = ImageStat.Stat(ImageChops.difference(image.crop(box), copy.crop(box)))
        band = max(squares.rms)
        if band > LARGEST_BAND_RMS:
            raise NotWorth(f"differs by {band:.1f} of 255 in rows {top} to {box[3]}")
        total += band**2 * (box[3] - box[1])
    if (total / image.height) ** 0.5 > LARGEST_RMS:
        raise NotWorth(f"differs by {(total / image.height) ** 0.5:.1f} of 255")
