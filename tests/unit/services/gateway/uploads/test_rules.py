"""Names, types and pace of uploads."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.uploads import rules
from services.gateway.uploads.rules import LEAST_BYTES_PER_S, PATIENCE_S, Pace, Refused
from services.gateway.uploads.wording import REFUSALS
from services.shared.formats import MEDIA_TYPES
from services.shared.names import captured_at_ms, coil_of, is_ignored
from services.shared.rejects import REJECTS

MB = 1_000_000
ROOT = Path(rules.__file__).parents[1]


@given(st.binary(max_size=300))
def test_a_name_that_is_taken_is_one_that_the_watcher_takes(wanted: bytes) -> None:
    """One part of a path, visible, no longer than a name may be; anything else is refused with a reason."""
    try:
        name = rules.name_of(wanted)
    except Refused:
        return
    assert name.encode() == wanted
    assert not is_ignored(name)
    assert len(wanted) <= 255
    assert not set(name) & set("/\\\0\n")


@pytest.mark.parametrize("name", ["a.jpg", "A.JPEG", "이미지 1.png", "a.b.webp", "<img onerror=x>.bmp", "a'\"&.jpg"])
def test_names_as_they_come(name: str) -> None:
    """Spaces, Korean, what would be markup: a name is a name."""
    assert rules.name_of(name.encode()) == name


def test_a_default_name_says_when_and_no_coil() -> None:
    """In the plant's time; its capture time is left to the file's own."""
    zone = ZoneInfo("Asia/Seoul")
    at_ms = int(datetime.datetime(2026, 1, 2, 3, 4, 5, 67_000, zone).timestamp() * 1000)
    name = rules.default_name(at_ms, "ab12", "image/jpeg", zone)
    assert name == "20260102030405-067-ab12.jpg"
    assert (coil_of(name), captured_at_ms(name, zone)) == (None, None)
    assert rules.name_of(name.encode()) == name


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("", None),
        ("application/octet-stream", None),
        ("application/x-www-form-urlencoded", None),
        ("image/jpeg", "image/jpeg"),
        ("Image/JPG; charset=x", "image/jpeg"),
        ("image/x-ms-bmp", "image/bmp"),
    ],
)
def test_what_a_content_type_says(header: str, said: str | None) -> None:
    """Also in the words of old cameras, and of curl, which says nothing true."""
    assert rules.media_type_said(header) == said


def test_every_type_has_an_ending_that_means_it() -> None:
    """So that what has no name gets one that fits."""
    assert set(rules.ENDINGS) == set(MEDIA_TYPES.values())
    assert all(MEDIA_TYPES[ending] == media_type for media_type, ending in rules.ENDINGS.items())


def test_every_refusal_is_said_in_both_languages_with_the_same_fields() -> None:
    """And each sentence is of use: the code gives it."""
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "uploads").glob("*.py"))
    sources += (ROOT / "http" / "upload.py").read_text("utf-8")
    for key, (korean, english) in REFUSALS.items():
        fields = [sorted(re.findall(r"{(\w+)", text)) for text in (korean, english)]
        assert fields[0] == fields[1], key
        assert key in REJECTS or re.search(rf'\d\d\d, "{key}"', sources), key


@pytest.mark.parametrize("reason", REJECTS)
def test_every_reason_of_the_watcher_has_an_answer(reason: str) -> None:
    """413 for what is too large, else 415; in words."""
    refused = rules.unfit(reason)
    assert refused.status == (413 if reason.startswith("too_") else 415)
    assert " " in refused.detail or reason == "empty"


def test_a_large_image_on_a_slow_link_is_in_time() -> None:
    """50 MB at 1 Mbit/s take seven minutes; they are never late."""
    pace, now_s = Pace(0.0, 0.0), 0.0
    while pace.received_bytes < 50 * MB:
        now_s += 0.1
        assert now_s < pace.deadline_s
        pace.heard(12_500, now_s)
    assert now_s > 300
    assert rules.longest_s(50 * MB) > now_s


def test_a_pause_ends_it_however_fast_it_was() -> None:
    """What came early buys no long silence."""
    pace = Pace(0.0, 0.0)
    pace.heard(40 * MB, 1.0)
    assert pace.deadline_s == 1.0 + PATIENCE_S


def test_a_trickle_ends_it() -> None:
    """A byte now and then is no upload."""
    pace, now_s = Pace(0.0, 0.0), 0.0
    while now_s < pace.deadline_s:
        now_s += 1.0
        pace.heard(100, now_s)
    assert now_s < PATIENCE_S + 2


def test_the_disk_is_not_held_against_the_client() -> None:
    """Neither as a pause nor as a lack of bytes."""
    pace = Pace(0.0, 0.0)
    pace.heard(LEAST_BYTES_PER_S, 1.0)
    before_s = pace.deadline_s
    pace.excuse(15.0)
    assert pace.deadline_s == before_s + 15.0
