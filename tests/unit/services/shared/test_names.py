"""What names say."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.shared.names import captured_at_ms, coil_of, is_camera, is_ignored

SEOUL = ZoneInfo("Asia/Seoul")
NOON_MS = int(datetime.datetime(2026, 1, 2, 12, 34, 56, tzinfo=SEOUL).timestamp() * 1000)


@pytest.mark.parametrize(
    ("filename", "coil", "at_ms"),
    [
        ("20260102123456_2891_original.jpg", "2891", NOON_MS),
        ("20260102123456_A-17_labeled.png", "A-17", NOON_MS),
        ("20260102123456_2891_1767324896789_original.jpg", "2891", 1767324896789),
        ("20260102123456_2891_labeled_v2.jpg", "2891", NOON_MS),
        ("20260102123456_2891_17673_original.jpg", "2891", NOON_MS),
        ("20261302123456_2891_original.jpg", None, None),
        ("20260102243456_2891_original.jpg", None, None),
        ("20260102126056_2891_original.jpg", None, None),
        ("00000000000000_2891_original.jpg", None, None),
        ("2026010212345_2891_original.jpg", None, None),
        ("２0260102123456_2891_original.jpg", None, None),
        ("20260102123456__original.jpg", None, None),
        ("photo.jpg", None, None),
        ("", None, None),
    ],
)
def test_a_name_tells_coil_and_time(filename: str, coil: str | None, at_ms: int | None) -> None:
    """Coil and time come from both forms of names; a name that is neither says nothing, not something wrong."""
    assert coil_of(filename) == coil
    assert captured_at_ms(filename, SEOUL) == at_ms


@given(st.datetimes(datetime.datetime(1970, 1, 2), datetime.datetime(2200, 1, 1)))
def test_the_digits_are_the_plants_wall_clock(at: datetime.datetime) -> None:
    """The 14 digits are read in the plant's time zone, to the second, whatever is cached."""
    at = at.replace(microsecond=0)
    expected = int(at.replace(tzinfo=SEOUL).timestamp() * 1000)
    assert captured_at_ms(f"{at:%Y%m%d%H%M%S}_1_original.jpg", SEOUL) == expected


@given(st.text())
def test_any_name_is_read(filename: str) -> None:
    """No name makes the reading of it fail."""
    coil_of(filename)
    captured_at_ms(filename, SEOUL)
    is_ignored(filename)


@pytest.mark.parametrize("filename", [".hidden.jpg", ".x", "a.tmp", "a.JPG.TMP", "a.part", "a.jpg.filepart"])
def test_names_that_writers_use_meanwhile_are_ignored(filename: str) -> None:
    """Hidden files and those under a writer's temporary name are none of ours."""
    assert is_ignored(filename)


@pytest.mark.parametrize("filename", ["a.jpg", "tmp.jpg", "a.temp", "part", "a b.jpg"])
def test_other_names_are_not_ignored(filename: str) -> None:
    """Anything else is looked at, and rejected if it is no image."""
    assert not is_ignored(filename)


@pytest.mark.parametrize(
    ("folder", "is_one"),
    [
        ("line2", True),
        ("cam-1_top", True),
        ("original", False),
        ("labeled", False),
        ("main", False),
        (".cache", False),
        ("lost+found", False),
        ("카메라", False),
        ("a" * 65, False),
        ("", False),
    ],
)
def test_which_folders_are_cameras(folder: str, is_one: bool) -> None:
    """A plain name is a camera's, and never that of a kind or of `main`."""
    assert is_camera(folder, ("original", "labeled")) is is_one
