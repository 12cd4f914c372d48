"""What the line's signal file says."""

from __future__ import annotations

import pytest

from orchestrator.monitor.line import OUTRUN_MS, WORDS, Signal, believed
from services.shared.operations import LineState, LineWord

S = 1_000_000_000


def told(signal: Signal) -> tuple[str, int, int] | None:
    return (signal.said.state, signal.said.since_ms, signal.said.said_at_ms) if signal.said else None


@pytest.mark.parametrize(("word", "state"), WORDS.items())
def test_a_word_counts_until_there_is_another(word: str, state: str) -> None:
    """However long ago it was written."""
    signal = Signal(10.0)
    signal.look(word, 100 * S, 200_000)
    signal.look(word, 100 * S, 9_000_000)
    assert told(signal) == (state, 100_000, 100_000)


def test_a_file_that_is_touched_means_running_until_it_is_not() -> None:
    """Each touch is a word of its own; the stop is dated when it came to be one."""
    signal = Signal(10.0)
    signal.look("", 100 * S, 101_000)
    signal.look("", 105 * S, 106_000)
    signal.look("", 105 * S, 115_999)
    assert told(signal) == ("running", 100_000, 106_000)
    signal.look("", 105 * S, 116_000)
    signal.look("", 105 * S, 200_000)
    assert told(signal) == ("stopped", 116_000, 116_000)
    signal.look("", 201 * S, 201_500)
    assert told(signal) == ("running", 201_500, 201_500)


def test_another_clock_does_not_matter() -> None:
    """A share whose clock is an hour ahead or behind is touched when we see it."""
    for off_s in (-3600, 3600):
        signal = Signal(10.0)
        signal.look("", (1_000_000 + off_s) * S, 1_000_000_000)
        signal.look("", (1_000_001 + off_s) * S, 1_000_001_000)
        assert told(signal) is not None
        assert signal.said is not None
        assert (signal.said.state, signal.said.said_at_ms) == ("running", 1_000_001_000)


def test_words_that_mean_nothing_change_nothing() -> None:
    """Half a word, or somebody's note."""
    signal = Signal(10.0)
    signal.look("ru", 100 * S, 200_000)
    assert signal.said is None
    signal.look("stop", 101 * S, 201_000)
    signal.look("hello", 102 * S, 202_000)
    assert told(signal) == ("stopped", 201_000, 201_000)


def test_a_word_that_is_being_written_over_is_not_missing() -> None:
    """Between two words the file is empty for a moment."""
    signal = Signal(10.0)
    signal.look("stop", 100 * S, 100_000)
    signal.look("", 101 * S, 101_000)
    assert told(signal) == ("stopped", 100_000, 100_000)
    signal.look("stop", 102 * S, 102_000)
    assert told(signal) == ("stopped", 100_000, 102_000)


def said(state: LineWord) -> LineState:
    return LineState(camera=None, state=state, since_ms=1_000, said_at_ms=1_000, by="PLC")


@pytest.mark.parametrize(
    ("word", "last_image_ms", "state"),
    [
        (None, 5_000, "unknown"),
        (said("running"), None, "running"),
        (said("running"), 9_000_000, "running"),
        (said("stopped"), None, "stopped"),
        (said("stopped"), 500, "stopped"),
        (said("stopped"), 1_000 + OUTRUN_MS, "stopped"),
        (said("stopped"), 1_001 + OUTRUN_MS, "unknown"),
    ],
)
def test_a_stop_that_images_outran_is_no_word_any_more(
    word: LineState | None, last_image_ms: int | None, state: str
) -> None:
    """Somebody forgot to say that the line runs again: what comes to a stop then is news."""
    assert believed(word, last_image_ms) == state
