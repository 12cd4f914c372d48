"""Whether the line runs, as it was said last, and what is kept for a next start."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.shared.operations import Line, LineState, Memory, last_word
from services.shared.operations import line as module


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    line = Line(tmp_path / "operations.db")
    yield line
    line.close()


def test_the_last_word_is_kept_with_since_when_it_is_so(line: Line) -> None:
    """Said again, it has been so since the first time."""
    line.say(None, "stopped", "PLC", 1000)
    line.say(None, "stopped", "Kim", 2000)
    line.say("east", "running", "PLC", 3000)
    assert line.lines() == [
        LineState(camera=None, state="stopped", since_ms=1000, said_at_ms=2000, by="Kim"),
        LineState(camera="east", state="running", since_ms=3000, said_at_ms=3000, by="PLC"),
    ]
    line.say(None, "running", "Kim", 4000)
    assert line.lines()[0] == LineState(camera=None, state="running", since_ms=4000, said_at_ms=4000, by="Kim")


def test_of_a_camera_and_the_whole_line_the_later_word_counts(line: Line) -> None:
    """Whichever it was about; another camera's is none of its business."""
    assert last_word(line.lines(), "east") is None
    line.say("east", "running", "PLC", 1000)
    line.say("west", "stopped", "PLC", 3000)
    line.say(None, "stopped", "PLC", 2000)
    assert [(last_word(line.lines(), camera) or line.lines()[0]).said_at_ms for camera in ("east", "west")] == [
        2000,
        3000,
    ]


def test_cameras_that_somebody_makes_up_do_not_pile_up(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """The latest are kept, and the whole line always."""
    monkeypatch.setattr(module, "MOST_CAMERAS", 3)
    line.say(None, "running", "PLC", 1)
    for number in range(5):
        line.say(f"c{number}", "running", "PLC", 1000 + number)
    assert [one.camera for one in line.lines()] == [None, "c2", "c3", "c4"]


def test_memory_is_there_after_a_start(tmp_path: Path) -> None:
    """By key; what is of another kind by now is as good as nothing."""
    memory = Memory(tmp_path / "operations.db")
    memory.keep("places", {"main/original": 1}, 1000)
    memory.keep("places", {"main/original": 2}, 2000)
    memory.close()
    memory = Memory(tmp_path / "operations.db")
    assert memory.recall("places", dict[str, int]) == {"main/original": 2}
    assert memory.recall("places", list[int]) is None
    assert memory.recall("others", dict[str, int]) is None
    memory.close()
