"""A JPEG made smaller is the same picture and tells the same, or it stays as it is."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image, ImageFilter

from services.janitor import render
from services.janitor.render import NotWorth, reencode
from services.janitor.segments import Segment, tell, told


def picture(mode: str = "RGB", size: tuple[int, int] = (400, 300)) -> Image.Image:
    """Steel: shades, some noise, a scratch."""
    noise = Image.effect_noise(size, 20).filter(ImageFilter.GaussianBlur(1))
    noise.paste(255, (100, 50, 104, 250))
    return noise.convert(mode)


def jpeg(image: Image.Image, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", **{"quality": 98, **options})
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("options", [{}, {"subsampling": 0}, {"progressive": True}])
def test_it_becomes_smaller_and_stays_the_same(mode: str, options: dict[str, Any]) -> None:
    """By the size, the colours and the look; done again, there is nothing to gain."""
    data = jpeg(picture(mode), **options)
    smaller = reencode(data, 85)
    assert len(smaller) < 0.7 * len(data)
    before, after = opened(data), opened(smaller)
    assert (after.size, after.mode) == (before.size, before.mode)
    with pytest.raises(NotWorth, match="no better already"):
        reencode(smaller, 85)


def test_what_else_the_file_tells_is_kept() -> None:
    """EXIF byte by byte, colour profile, comment and density."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0112], exif[0x9003] = "Jetson", 6, "2026:01:01 00:00:00"
    told = {"exif": exif.tobytes(), "icc_profile": b"profile" * 100, "comment": b"coil 2891", "dpi": (300, 300)}
    before = opened(jpeg(picture(), **told))
    after = opened(reencode(jpeg(picture(), **told), 85))
    for name in ("exif", "icc_profile", "comment", "dpi"):
        assert after.info[name] == before.info[name], name


def test_what_only_its_maker_understands_is_kept() -> None:
    """A vendor's segment, IPTC, each of two comments: in their order, byte by byte."""
    data = jpeg(picture())
    makers = [(0xEB, b"Maker\0speed=200"), (0xED, b"Photoshop 3.0\x008BIM"), (0xFE, b"coil"), (0xFE, b"2891")]
    rich = tell(data, [Segment(marker, 0, told_bytes) for marker, told_bytes in makers])
    smaller = reencode(rich, 85)
    assert [(one.marker, one.data) for one in told(smaller) or ()] == makers
    opened(smaller)


def test_what_could_not_be_kept_is_left_alone() -> None:
    """A second picture, what is appended, what stands in the midst of the picture; zeros at the end are nothing."""
    out = io.BytesIO()
    picture().save(out, "MPO", save_all=True, append_images=[picture()], quality=98)
    data = jpeg(picture(), progressive=True)
    scan = data.index(b"\xff\xda", data.index(b"\xff\xda") + 2)
    for rich in (out.getvalue(), data + b"\0\0telemetry", data[:scan] + b"\xff\xfe\0\x06coil" + data[scan:]):
        opened(rich)
        with pytest.raises(NotWorth, match="more in it"):
            reencode(rich, 85)
    assert len(reencode(data + b"\0" * 50_000, 85)) < len(data)


def test_what_is_not_the_same_is_not_given_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever went wrong while it was encoded: another size, another picture, one broken band."""
    data = jpeg(picture())
    broken = picture()
    broken.paste((0, 0, 0), (0, 120, 400, 140))
    for wrong in (picture(size=(400, 299)), picture("L"), Image.new("RGB", (400, 300), (128, 128, 128)), broken):
        smaller = jpeg(wrong, quality=50)
        monkeypatch.setattr(render, "_encode", lambda *_: smaller)  # noqa: B023
        with pytest.raises(NotWorth, match=r"came out|differs"):
            reencode(data, 85)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no image",
        jpeg(picture())[:-500],
        jpeg(picture("L").convert("CMYK")),
        jpeg(picture(), quality=60),
    ],
)
def test_what_cannot_be_made_smaller_stays(data: bytes) -> None:
    """Cut off, no JPEG, in four colours, or small already."""
    with pytest.raises(NotWorth):
        reencode(data, 85)
