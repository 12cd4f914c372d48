"""What the line's signal file says, and whether a word on the line is still to be believed. Pure: time is an argument.

A PLC gateway writes a word into it, or only touches it while the line runs. A file server's clock may be wrong, so when
it was touched is judged by ours, from the second look on.
"""

from __future__ import annotations

from typing import Literal

from services.shared.operations import LineState, LineWord

BY = "signal file"

WORDS: dict[str, LineWord] = {
    "run": "running",
    "running": "running",
    "1": "running",
    "on": "running",
    "stop": "stopped",
    "stopped": "stopped",
    "0": "stopped",
    "off": "stopped",
}


OUTRUN_MS = 120_000
"""What is on its way when the line stops has come by then."""


def believed(word: LineState | None, last_image_ms: int | None) -> LineWord | Literal["unknown"]:
    """The line's state, as far as somebody says. A stop after which images went on coming was forgotten to be taken
    back: it makes no later silence a planned one.
    """
    if word is None:
        return "unknown"
    if word.state == "stopped" and last_image_ms is not None and last_image_ms - word.said_at_ms > OUTRUN_MS:
        return "unknown"
    return word.state


class Signal:
    """The file from one look to the next. Its last word stands while it is missing or cannot be read."""

    def __init__(self, running_within_s: float) -> None:
        self._within_ms = int(running_within_s * 1000)
        self._mtime_ns: int | None = None
        self._touched_ms = 0
        self._has_words = False
        self.said: LineState | None = None
        """What it says of the whole line; None as long as it has said nothing."""

    def look(self, word: str, mtime_ns: int, now_ms: int) -> None:
        """The file's first word, lower case, and when it was touched by its own clock. Other words mean nothing."""
        is_new = mtime_ns != self._mtime_ns
        if is_new:
            # At the first look only its own clock can tell.
            self._touched_ms = now_ms if self._mtime_ns is not None else min(now_ms, mtime_ns // 1_000_000)
            self._mtime_ns = mtime_ns
        if word:
            self._has_words = True
            state = WORDS.get(word)
            if state is not None:
                self._say(state, self._touched_ms)
        elif is_new and self._has_words:
            return  # Somebody is about to write the next word.
        elif now_ms - self._touched_ms < self._within_ms:
            self._say("running", self._touched_ms)
        else:
            self._say("stopped", self._touched_ms + self._within_ms)

    def _say(self, state: LineWord, at_ms: int) -> None:
        before = self.said
        since_ms = before.since_ms if before is not None and before.state == state else at_ms
        self.said = LineState(camera=None, state=state, since_ms=since_ms, said_at_ms=at_ms, by=BY)
