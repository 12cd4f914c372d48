"""The names of the simulator's files."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.shared.names import captured_at_ms, coil_of, is_ignored
from services.simulator.names import coil_number, file_name, hidden_name, is_left_over, stamp_ms

SEOUL = ZoneInfo("Asia/Seoul")
NOON_MS = int(datetime.datetime(2026, 1, 2, 12, 34, 56, 789000, SEOUL).timestamp() * 1000)


def test_a_name_is_as_the_line_gives_it() -> None:
    """The plant's wall clock, the coil, the capture time and the kind."""
    assert file_name(NOON_MS, 2891, "original", SEOUL) == f"20260102123456_2891_{NOON_MS}_original.jpg"


@given(st.integers(10**12, 9 * 10**12), st.integers(1, 10**9 - 1), st.sampled_from(["original", "labeled"]))
def test_the_watcher_reads_the_name(at_ms: int, coil: int, kind: str) -> None:
    """It finds the coil and the capture time to the millisecond."""
    name = file_name(at_ms, coil, kind, SEOUL)
    assert coil_of(name) == str(coil)
    assert captured_at_ms(name, SEOUL) == at_ms
    assert captured_at_ms(f"{name[:14]}_{coil}_{kind}.jpg", SEOUL) == at_ms // 1000 * 1000
    assert not is_ignored(name)
    assert coil_number(name) == coil


def test_a_hidden_name_is_ignored_by_the_watcher() -> None:
    """And the simulator knows it again."""
    hidden = hidden_name(file_name(NOON_MS, 2891, "original", SEOUL))
    assert is_ignored(hidden)
    assert is_left_over(hidden)


@pytest.mark.parametrize(
    "filename",
    [
        "",
        ".",
        ".simulator",
        ".notes",
        ".20260102123456_2891_1767324896789_original.jpg",
        "20260102123456_2891_1767324896789_original.jpg.simulator",
        "20260102123456_2891_1767324896789_original.jpg",
        ".20260102123456_2891_original.jpg.simulator",
        ".20260102123456_2891_1767324896789_original.jpg.tmp",
    ],
)
def test_others_files_are_no_left_overs(filename: str) -> None:
    """Neither images nor what other writers hide."""
    assert not is_left_over(filename)


@pytest.mark.parametrize(
    "filename", ["20260102123456_2891_original.jpg", "20260102123456_A-17_1767324896789_original.jpg", "a.jpg", ""]
)
def test_names_of_others_have_no_coil_to_go_on_from(filename: str) -> None:
    """Only names that the simulator could have given count."""
    assert coil_number(filename) is None


@pytest.mark.parametrize(
    ("now_ms", "last_ms", "expected"),
    [(5000, 0, 5000), (5000, 4999, 5000), (5000, 5000, 5001), (5000, 5002, 5003), (5000, 90_000, 5000)],
)
def test_a_stamp_is_given_once(now_ms: int, last_ms: int, expected: int) -> None:
    """Two images within a millisecond differ; a clock that was set back is followed."""
    assert stamp_ms(now_ms, last_ms) == expected
