"""From an image's bytes to its two previews."""

from __future__ import annotations

import dataclasses
import io
import random
import struct
import zlib
from typing import Any, NamedTuple

import pytest
from PIL import Image, ImageChops, ImageStat

from services.thumbnailer.render import (
    NEAR_HIGH,
    NEAR_LOW,
    TOO_MANY_PIXELS,
    Sizes,
    Undecodable,
    guard,
    make_screen,
    make_strip,
    scale_for,
)
from tests.support.pictures import jpeg, real

MAX_PIXELS = 8_000_000
SIZES = Sizes(strip_px=160, screen_px=1024, quality=80, max_pixels=MAX_PIXELS)
RED, GREEN, BLUE, WHITE = (200, 30, 30), (30, 200, 30), (30, 30, 200), (255, 255, 255)

UNDO = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""What a camera that is held so does to the picture before it stores it."""


@pytest.fixture(autouse=True)
def _guarded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pillow as the process sets it up."""
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", Image.MAX_IMAGE_PIXELS)
    guard(MAX_PIXELS)


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data), formats=("JPEG",))
    image.load()
    return image


class Rendered(NamedTuple):
    """Both previews of an image, as JPEGs."""

    strip: bytes
    screen: bytes


def render(data: bytes, sizes: Sizes) -> Rendered:
    screen = make_screen(data, sizes)
    return Rendered(make_strip(screen, sizes), screen.jpeg)


def screen(data: bytes) -> Image.Image:
    return opened(render(data, SIZES).screen)


def corners(width: int = 120, height: int = 80) -> Image.Image:
    """Red and green above, blue and white below."""
    image = Image.new("RGB", (width, height))
    for number, colour in enumerate((RED, GREEN, BLUE, WHITE)):
        box = (number % 2 * width // 2, number // 2 * height // 2)
        image.paste(colour, (*box, box[0] + width // 2, box[1] + height // 2))
    return image


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def is_near(image: Image.Image, at: tuple[float, float], colour: tuple[int, ...]) -> bool:
    """Whether the picture has this colour at these shares of its width and height."""
    found = image.convert("RGB").getpixel((int(at[0] * image.width), int(at[1] * image.height)))
    assert isinstance(found, tuple)
    return max(abs(one - other) for one, other in zip(found, colour, strict=True)) < 25


def is_upright(image: Image.Image) -> bool:
    places = ((0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75))
    return all(is_near(image, at, colour) for at, colour in zip(places, (RED, GREEN, BLUE, WHITE), strict=True))


def oriented(orientation: int) -> bytes:
    """EXIF data with nothing but an orientation."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif.tobytes()


@pytest.mark.parametrize(
    ("long_px", "scale"),
    [
        (1, 1),
        (767, 1),
        (1535, 1),
        (1536, 2),
        (2448, 2),
        (3071, 2),
        (3072, 4),
        (4096, 4),
        (6143, 4),
        (6144, 8),
        (99999, 8),
    ],
)
def test_the_decoder_divides_by_as_much_as_leaves_enough(long_px: int, scale: int) -> None:
    """Of every image up to twelve times the size wanted, one of its fractions is near that size."""
    assert scale_for(long_px, 1024) == scale
    if NEAR_LOW * 1024 <= long_px < 12 * 1024:
        assert NEAR_LOW * 1024 <= long_px / scale < NEAR_HIGH * 1024


@pytest.mark.parametrize(
    ("size", "on_screen", "in_strip"),
    [
        ((2448, 2048), (1224, 1024), (160, 134)),
        ((2000, 3000), (1000, 1500), (107, 160)),
        ((1500, 400), (1500, 400), (160, 43)),
        ((900, 300), (900, 300), (160, 53)),
        ((100, 50), (100, 50), (100, 50)),
        ((1, 1), (1, 1), (1, 1)),
        ((13000, 40), (1024, 3), (160, 1)),
        ((2, 4000), (1, 1024), (1, 160)),
    ],
)
def test_a_jpeg_becomes_a_fraction_of_itself(
    size: tuple[int, int], on_screen: tuple[int, int], in_strip: tuple[int, int]
) -> None:
    """The decoder's own size where it is near, the size wanted where not; nothing is enlarged."""
    made = render(saved(Image.new("RGB", size, RED), "JPEG"), SIZES)
    assert opened(made.screen).size == on_screen
    assert opened(made.strip).size == in_strip
    assert is_near(opened(made.strip), (0.5, 0.5), RED)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "BMP"])
def test_other_formats_are_reduced(kind: str) -> None:
    """They have no decoder that scales: what is not near the size wanted is brought to just that."""
    assert screen(saved(corners(1500, 1000), kind)).size == (1500, 1000)
    image = screen(saved(corners(2000, 1000), kind))
    assert image.size == (1024, 512)
    assert is_upright(image)


def test_the_previews_look_like_the_image() -> None:
    """Both, to within what JPEG costs."""
    ramp = Image.radial_gradient("L").resize((2048, 1536))
    data = saved(Image.merge("RGB", (ramp, ImageChops.invert(ramp), ramp)), "JPEG", quality=95)
    made = render(data, SIZES)
    for preview in (made.strip, made.screen):
        image = opened(preview)
        expected = opened(data).resize(image.size, Image.Resampling.BOX)
        assert max(ImageStat.Stat(ImageChops.difference(image, expected)).mean) < 2


@pytest.mark.parametrize("orientation", sorted(UNDO))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_an_image_is_shown_upright(orientation: int, kind: str) -> None:
    """However the camera was held; and who reads the preview does not turn it a second time."""
    turn = UNDO[orientation]
    stored = corners() if turn is None else corners().transpose(turn)
    image = screen(saved(stored, kind, exif=oriented(orientation)))
    assert image.size == (120, 80)
    assert is_upright(image)
    assert image.getexif() == {}


@pytest.mark.parametrize(
    "exif",
    [
        oriented(99),
        oriented(0),
        b"Exif\0\0II*\0\xff\xff\xff\xff",
        b"Exif\0\0" + b"\xff" * 60_000,
        b"Exif\0\0MM\0*\0\0\0\x08" + b"\xff\xff" + struct.pack(">HHII", 0x0112, 3, 1 << 31, 0) * 5000,
        b"Exif\0\0MM\0*\0\0\0\x08\0\x01" + struct.pack(">HHII", 0x0112, 2, 3, 0x61620000),
    ],
    ids=["99", "0", "offset", "ff", "bomb", "text"],
)
def test_whatever_stands_in_the_exif_data_the_picture_is_shown(exif: bytes) -> None:
    """As it is stored, when there is no orientation in it."""
    assert is_upright(screen(saved(corners(), "JPEG", exif=exif)))


def test_nothing_but_the_picture_is_in_a_preview() -> None:
    """No EXIF data, no colour profile, no comment, nothing that stood behind the image."""
    exif = Image.Exif()
    exif[0x010E] = "SECRET"
    data = saved(corners(), "JPEG", exif=exif, icc_profile=b"SECRET" * 50, comment=b"SECRET", xmp=b"SECRET", dpi=(7, 7))
    made = render(data + b"<html><script>SECRET</script></html>", SIZES)
    for preview in (made.strip, made.screen):
        assert b"SECRET" not in preview
        assert set(opened(preview).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert preview.endswith(b"\xff\xd9")
    text = saved(corners(), "PNG", pnginfo=None, exif=exif)
    assert b"SECRET" not in render(text, SIZES).screen


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK", "YCbCr", "1"])
def test_a_jpeg_of_any_colour_space_is_shown(mode: str) -> None:
    """Grey stays grey, all else is RGB."""
    image = screen(saved(corners().convert(mode), "JPEG"))
    assert image.mode == ("L" if mode in ("L", "1") else "RGB")
    if mode in ("CMYK", "YCbCr"):
        assert is_upright(image)


def test_sixteen_bits_are_scaled_not_cut() -> None:
    """A grey of one half stays one half."""
    deep = Image.frombytes("I;16", (40, 30), struct.pack("<1200H", *(32768 for _ in range(1200))))
    image = screen(saved(deep, "PNG"))
    assert image.mode == "L"
    assert is_near(image, (0.5, 0.5), (128, 128, 128))


def test_a_palette_is_resolved() -> None:
    """With and without a transparent entry."""
    palette = corners().convert("P", palette=Image.Palette.ADAPTIVE, colors=8)
    assert is_upright(screen(saved(palette, "PNG")))
    assert is_upright(screen(saved(palette, "BMP")))
    clear = Image.new("P", (40, 30), 0)
    clear.putpalette([*RED, *GREEN])
    assert is_near(screen(saved(clear, "PNG", transparency=0)), (0.5, 0.5), WHITE)


@pytest.mark.parametrize(("kind", "mode"), [("PNG", "RGBA"), ("PNG", "LA"), ("WEBP", "RGBA")])
def test_what_is_transparent_is_white(kind: str, mode: str) -> None:
    """What is not keeps its colour; also where the image is reduced."""
    image = Image.new("RGBA", (2000, 1000), (0, 0, 0, 0))
    image.paste((60, 60, 60, 255), (0, 0, 1000, 1000))
    shown = screen(saved(image.convert(mode), kind))
    assert shown.size == (1024, 512)
    assert is_near(shown, (0.25, 0.5), (60, 60, 60))
    assert is_near(shown, (0.75, 0.5), WHITE)


@pytest.mark.parametrize("kind", ["WEBP", "PNG"])
def test_of_a_film_the_first_picture_is_shown(kind: str) -> None:
    """Animated WebP and PNG."""
    frames = [Image.new("RGB", (64, 48), colour) for colour in (BLUE, GREEN)]
    data = saved(corners(64, 48), kind, save_all=True, append_images=frames, duration=100, lossless=True)
    assert is_upright(screen(data))


def test_progressive_and_grey_jpegs_are_divided_too() -> None:
    """The decoder scales whatever a JPEG is made like."""
    assert screen(saved(corners(2048, 1024), "JPEG", progressive=True)).size == (1024, 512)
    assert screen(saved(corners(2048, 1024).convert("L"), "JPEG")).size == (1024, 512)


def test_the_setting_counts_not_only_pillows_own_limit() -> None:
    """Which is one for the process, and may have been set by somebody else."""
    few = dataclasses.replace(SIZES, max_pixels=120 * 80)
    assert render(saved(corners(), "JPEG"), few)
    with pytest.raises(Undecodable, match=TOO_MANY_PIXELS):
        render(saved(corners(121, 80), "JPEG"), few)


@pytest.mark.parametrize("size", [(4000, 2001), (65_535, 65_535)])
def test_too_many_pixels_are_refused_unseen(size: tuple[int, int]) -> None:
    """By the header, however much room the pixels would take."""
    with pytest.raises(Undecodable, match=TOO_MANY_PIXELS):
        render(jpeg(width=size[0], height=size[1]), SIZES)
    header = b"IHDR" + struct.pack(">II", *size) + b"\x08\x02\0\0\0"
    header += struct.pack(">I", zlib.crc32(header))
    with pytest.raises(Undecodable, match=TOO_MANY_PIXELS):
        render(b"\x89PNG\r\n\x1a\n\0\0\0\r" + header + real("PNG")[33:], SIZES)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xd8\xff",
        b"GIF89a" + bytes(100),
        b"%!PS-Adobe-3.0 EPSF-3.0\n",
        b"<html>" * 100,
        jpeg(),
        real("JPEG", 640, 480)[:5000],
        real("PNG", 640, 480)[:5000],
        real("WEBP", 640, 480)[:3000],
        real("BMP", 64, 48)[:3000],
        saved(Image.new("P", (64, 48)), "GIF"),
        saved(Image.new("RGB", (64, 48)), "TIFF"),
    ],
    ids=["empty", "start", "gif", "eps", "html", "no scan", "jpeg", "png", "webp", "bmp", "real gif", "real tiff"],
)
def test_what_is_no_whole_image_is_refused_with_a_reason(data: bytes) -> None:
    """Formats that are not taken, and images that are cut off."""
    with pytest.raises(Undecodable, match=r"\w{3}"):
        render(data, SIZES)


def test_whatever_is_done_to_an_image_it_is_shown_or_refused() -> None:
    """A few hundred images with bytes changed, cut out or put in raise nothing else; those that decode are previews."""
    sources = [
        saved(corners(), "JPEG", exif=oriented(6)),
        real("JPEG", 200, 150, "RGB", progressive=True),
        saved(corners().convert("CMYK"), "JPEG"),
        real("PNG"),
        saved(corners().convert("P"), "PNG", transparency=3),
        real("WEBP", mode="RGBA", lossless=True),
        real("WEBP", mode="RGB"),
        real("BMP", mode="P"),
    ]
    shown = 0
    for seed in range(480):
        chance = random.Random(seed)
        data = bytearray(sources[seed % len(sources)])
        for _ in range(chance.randint(1, 8)):
            at = chance.randrange(len(data)) if chance.random() < 0.5 else chance.randrange(min(200, len(data)))
            cut = chance.choice((0, 1, 1, 1, 4))
            data[at : at + cut] = chance.randbytes(chance.choice((0, 1, 1, 1, 4)))
        try:
            made = render(bytes(data), SIZES)
        except Undecodable:
            continue
        assert isinstance(made, Rendered)
        assert max(opened(made.strip).size) <= 160
        assert max(opened(made.screen).size) <= NEAR_HIGH * 1024
        shown += 1
    assert 80 < shown < 400
