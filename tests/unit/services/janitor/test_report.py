"""What retention says of itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.services.janitor.bed import Bed


@pytest.fixture
def bed(tmp_path: Path) -> Iterator[Bed]:
    bed = Bed(tmp_path)
    yield bed
    bed.close()


def test_a_start_is_no_end_of_trouble(bed: Bed) -> None:
    """Whether it is stuck is not told before a round has shown it."""
    assert "stuck" not in bed.report.detail()
    bed.report.withheld("main/original: 9 / 10")
    assert "stuck" not in bed.report.detail()
    bed.report.ended(unmet=False, error="")
    assert (bed.report.detail()["stuck"], bed.report.detail()["error"]) == ("too_many", "main/original: 9 / 10")
    bed.report.withheld("")
    assert bed.report.detail()["stuck"] == ""


def test_each_trouble_is_said_once(bed: Bed) -> None:
    """As long as it is the same, and that it is over; what hangs counts as what cannot be deleted."""
    for _ in range(3):
        bed.report.ended(unmet=False, error="read-only")
        bed.report.noted("no space")
        bed.report.not_smaller("no space")
        bed.report.withheld("main/original: 9 / 10")
    bed.report.hangs(60)
    assert bed.report.detail()["error"] == "storage has not answered for 60 s"
    bed.report.ended(unmet=False, error="")
    text = bed.out.getvalue()
    for words in (
        "read-only;",
        "written down: no space",
        "smaller: no space",
        "9 / 10",
        "has not answered",
        "works again",
    ):
        assert text.count(words) == 1, words


def test_one_line_tells_of_what_went(bed: Bed) -> None:
    """By reason; nothing when nothing did."""
    bed.report.say()
    assert bed.out.getvalue() == ""
    for number in range(3):
        bed.add(number)
        bed.report.deleted(bed.held(number), "age" if number else "watermark")
    bed.report.ended(unmet=False, error="")
    assert "deleted 3 old images, 0.0 MB (age 2, watermark 1)" in bed.out.getvalue()
