"""What a file is, from its bytes alone."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.shared.formats import Bad, Incomplete, Picture, Verdict, examine
from tests.support.pictures import jpeg, real

WHOLE = {
    "baseline": (".jpg", real("JPEG", 200, 100), Picture("image/jpeg", 200, 100)),
    "progressive": (".jpeg", real("JPEG", 300, 70, progressive=True), Picture("image/jpeg", 300, 70)),
    "grey": (".JPG", real("JPEG", mode="L"), Picture("image/jpeg", 64, 48)),
    "with exif": (".jpg", real("JPEG", exif=b"Exif\0\0" + b"\xff\xd9" * 30_000), Picture("image/jpeg", 64, 48)),
    "png": (".png", real("PNG", 33, 21), Picture("image/png", 33, 21)),
    "webp lossy": (".webp", real("WEBP", 65, 33, lossless=False), Picture("image/webp", 65, 33)),
    "webp lossless": (".webp", real("WEBP", 65, 33, lossless=True), Picture("image/webp", 65, 33)),
    "webp with exif": (".webp", real("WEBP", 65, 33, exif=b"Exif\0\0xy"), Picture("image/webp", 65, 33)),
    "bmp": (".bmp", real("BMP", 31, 7), Picture("image/bmp", 31, 7)),
    "bmp grey": (".bmp", real("BMP", 31, 7, mode="L"), Picture("image/bmp", 31, 7)),
    "bmp one bit": (".bmp", real("BMP", 310, 70, mode="1"), Picture("image/bmp", 310, 70)),
}


def look(ending: str, data: bytes, *, closed: bool = False) -> Verdict:
    return examine(ending, len(data), lambda offset, length: data[offset : offset + length], closed=closed)


@pytest.mark.parametrize("case", WHOLE)
def test_a_whole_image_is_a_picture(case: str) -> None:
    """Each format is told by its content, with the size that its decoder would find."""
    ending, data, picture = WHOLE[case]
    assert look(ending, data) == picture


@pytest.mark.parametrize("case", WHOLE)
@pytest.mark.parametrize("closed", [False, True])
def test_no_part_of_an_image_is_a_picture(case: str, closed: bool) -> None:
    """However far a writer has come, what is there so far is incomplete: never shown, never given up at once."""
    ending, data, _ = WHOLE[case]
    step = max(1, len(data) // 400)
    for length in [*range(0, len(data) - 1, step), len(data) - 1]:
        assert isinstance(look(ending, data[:length], closed=closed), Incomplete), length


@pytest.mark.parametrize("case", WHOLE)
def test_space_reserved_in_advance_is_incomplete(case: str) -> None:
    """A file that has its full size from the start, filled up with zeros as Samba does, waits for its end."""
    ending, data, _ = WHOLE[case]
    for share in (0, 0.01, 0.5, 0.8):
        written = int(len(data) * share)
        assert isinstance(look(ending, data[:written] + bytes(len(data) - written)), Incomplete), share


@pytest.mark.parametrize("case", ["baseline", "progressive", "png"])
def test_a_trailer_counts_once_the_writer_is_done(case: str) -> None:
    """What other programs append does not make an image incomplete, but while it is open it may be another's begin."""
    ending, data, picture = WHOLE[case]
    for trailer in (b"\0" * 512, b"<html>", data[:100]):
        assert look(ending, data + trailer, closed=True) == picture
        assert isinstance(look(ending, data + trailer), Incomplete)


@pytest.mark.parametrize(
    ("ending", "data", "reason"),
    [
        (".txt", b"some words about steel", "not_an_image"),
        ("", real("JPEG"), "not_an_image"),
        (".jpg", b"some words about steel", "not_an_image"),
        (".jpg", b"%!PS-Adobe-3.0 EPSF-3.0\n", "not_an_image"),
        (".jpg", real("PNG"), "wrong_ending"),
        (".png", real("JPEG"), "wrong_ending"),
        (".webp", real("BMP"), "wrong_ending"),
        (".jpg", jpeg(width=0), "not_an_image"),
        (".jpg", b"\xff\xd8\xff\xe0\x00\x00" + bytes(20), "not_an_image"),
        (".png", b"\x89PNG\r\n\x1a\n\0\0\0\x04CgBI" + bytes(20), "not_an_image"),
        (".webp", b"RIFF\x40\0\0\0WEBPVP9 " + b"\x01" * 64, "not_an_image"),
        (".jpg", b"\xff\xd8" + b"\xff\xe1\x00\x02" * 5000 + jpeg()[2:], "not_an_image"),
    ],
    ids=[
        "text",
        "no ending",
        "text as jpg",
        "eps as jpg",
        "png as jpg",
        "jpg as png",
        "bmp as webp",
        "no width",
        "segment of no length",
        "no IHDR",
        "unknown chunk",
        "endless segments",
    ],
)
def test_what_is_no_image_is_bad(ending: str, data: bytes, reason: str) -> None:
    """What can never become an image that we take is refused at the first look, with the reason."""
    assert look(ending, data) == Bad(reason)


@pytest.mark.parametrize("data", [b"", bytes(5000), b"\xff", b"\xff\xd8\xff", b"RIFF\0\0\0\0WEB", b"BM"])
def test_too_little_to_tell_is_incomplete(data: bytes) -> None:
    """A file that is empty, or zeros, or shorter than any signature, may still become anything."""
    assert isinstance(look(".jpg", data), Incomplete)


def test_an_empty_file_is_given_up_as_empty() -> None:
    """The reason tells an empty file from one that was cut."""
    assert look(".jpg", b"") == Incomplete("empty")
    assert look(".jpg", jpeg()[:-1]) == Incomplete("truncated")


@pytest.mark.parametrize(
    ("ending", "data"),
    [
        (".webp", b"RIFF\0\0\0\0" + real("WEBP")[8:]),
        (".bmp", b"BM\0\0\0\0" + real("BMP")[6:-1]),
    ],
)
def test_a_length_to_be_filled_in_later_is_incomplete(ending: str, data: bytes) -> None:
    """A writer that puts the length into the header at the end has not written it while it is 0."""
    assert isinstance(look(ending, data), Incomplete)


def test_a_bmp_without_a_size_is_measured_by_its_pixels() -> None:
    """Many cameras leave the size of a BMP 0."""
    assert look(".bmp", b"BM\0\0\0\0" + real("BMP", 31, 7)[6:]) == Picture("image/bmp", 31, 7)


def test_a_black_end_waits_for_the_writer_to_be_done() -> None:
    """A bitmap that ends in black cannot be told from one whose end is not written, until its writer is done."""
    data = real("BMP", 31, 7)[:-70] + bytes(70)
    assert isinstance(look(".bmp", data), Incomplete)
    assert look(".bmp", data, closed=True) == Picture("image/bmp", 31, 7)


def test_a_bmp_may_stand_on_its_head() -> None:
    """A negative height means that rows go from top to bottom."""
    data = bytearray(real("BMP", 31, 7))
    data[22:26] = struct.pack("<i", -7)
    assert look(".bmp", bytes(data)) == Picture("image/bmp", 31, 7)


def test_a_frame_header_behind_a_long_profile_is_found() -> None:
    """Segments of more than the first 4 KiB are stepped over, each at the price of one read."""
    data = jpeg()
    profile = b"".join(b"\xff\xe2\xff\xff" + bytes(65533) for _ in range(20))
    assert look(".jpg", data[:2] + profile + data[2:]) == Picture("image/jpeg", 64, 48)


def test_fill_bytes_between_segments_are_stepped_over() -> None:
    """Any number of 0xFF may stand before a marker (T.81, B.1.1.2)."""
    data = jpeg()
    assert look(".jpg", data[:2] + b"\xff\xff\xff" + data[2:]) == Picture("image/jpeg", 64, 48)


@given(
    ending=st.sampled_from([".jpg", ".png", ".webp", ".bmp"]),
    start=st.sampled_from([data[:cut] for _, data, _ in WHOLE.values() for cut in (0, 4, 16, 40)]),
    rest=st.binary(max_size=300),
    closed=st.booleans(),
)
def test_any_bytes_get_a_verdict(ending: str, start: bytes, rest: bytes, closed: bool) -> None:
    """Whatever is in a file, looking at it ends with a verdict and no exception."""
    verdict = look(ending, start + rest, closed=closed)
    if isinstance(verdict, Picture):
        assert verdict.width > 0
        assert verdict.height > 0
