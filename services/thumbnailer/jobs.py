"""Which image is next. Pure: time is an argument.

An image stands in one of three lines, each of which is bounded:

    live     as images come; the newest first
    wanted   somebody waits for it; whoever asked last first
    ahead    before anybody asks: only while nothing stands in the other two; as they were put, the last one first

While something stands in both, `live` and `wanted` take turns: a busy line starves nobody who waits, and somebody who
leafs through the past delays the newest image by at most one other. A line that is full drops its oldest: the previews
of that image are made when somebody asks.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from typing import Literal, NamedTuple

CAPACITY = 1000

Line = Literal["live", "wanted", "ahead"]


class Job(NamedTuple):
    """An image whose previews are to be made, and the line it stood in."""

    seq: int
    line: Line


class Jobs:
    """At most CAPACITY live and as many wanted ones, `ahead` before anybody asks, and CAPACITY that are set aside."""

    def __init__(self, ahead: int) -> None:
        self._live = _Newest(CAPACITY)
        self._wanted = _Stack(CAPACITY)
        self._ahead = _Stack(ahead)
        self._aside: dict[int, tuple[float, Line]] = {}
        self._last: Line = "wanted"

    def __len__(self) -> int:
        return len(self._live) + len(self._wanted) + len(self._ahead) + len(self._aside)

    @property
    def live(self) -> int:
        """How many images have come that have no previews yet."""
        return len(self._live)

    def came(self, seq: int) -> None:
        """A new image."""
        if seq not in self._aside and seq not in self._wanted:
            self._live.put(seq)

    def want(self, seq: int) -> None:
        """Somebody waits for it. One that was set aside stays there until its time."""
        if seq in self._aside:
            self._aside[seq] = (self._aside[seq][0], "wanted")
        else:
            self._live.discard(seq)
            self._ahead.discard(seq)
            self._wanted.put(seq)

    def spare(self, seqs: Iterable[int]) -> None:
        """Images to be done ahead of time; those given last come first."""
        for seq in seqs:
            if not (seq in self._aside or seq in self._live or seq in self._wanted):
                self._ahead.put(seq)

    def forget(self, seq: int) -> None:
        """The image is gone."""
        self._aside.pop(seq, None)
        for line in (self._live, self._wanted, self._ahead):
            line.discard(seq)

    def take(self, now_s: float) -> Job | None:
        """The next one; None when there is nothing to do now."""
        self._bring_back(now_s)
        line = self._next_line()
        if line is None:
            return None
        if line != "ahead":
            self._last = line
        return Job(self._line(line).pop(), line)

    def aside(self, job: Job, until_s: float) -> None:
        """It cannot be done now: look at it again at `until_s`."""
        self._aside[job.seq] = (until_s, job.line)
        if len(self._aside) > CAPACITY:
            del self._aside[next(iter(self._aside))]

    def next_s(self) -> float | None:
        """When the next of those that were set aside comes back; None when there is none."""
        return min((until_s for until_s, _ in self._aside.values()), default=None)

    @property
    def is_waiting(self) -> bool:
        """Whether take() has something at once."""
        return self._next_line() is not None

    def _bring_back(self, now_s: float) -> None:
        due = [(seq, line) for seq, (until_s, line) in self._aside.items() if until_s <= now_s]
        for seq, line in due:
            del self._aside[seq]
            self._line(line).put(seq)

    def _next_line(self) -> Line | None:
        if self._live and self._wanted:
            return "wanted" if self._last == "live" else "live"
        if self._live:
            return "live"
        if self._wanted:
            return "wanted"
        return "ahead" if self._ahead else None

    def _line(self, line: Line) -> _Newest | _Stack:
        if line == "live":
            return self._live
        return self._wanted if line == "wanted" else self._ahead


class _Newest:
    """The highest number comes out first; the lowest is dropped when it is full."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._seqs: list[int] = []

    def __len__(self) -> int:
        return len(self._seqs)

    def __contains__(self, seq: int) -> bool:
        at = bisect_left(self._seqs, seq)
        return at < len(self._seqs) and self._seqs[at] == seq

    def put(self, seq: int) -> None:
        if seq not in self:
            self._seqs.insert(bisect_left(self._seqs, seq), seq)
            if len(self._seqs) > self._capacity:
                del self._seqs[0]

    def pop(self) -> int:
        return self._seqs.pop()

    def discard(self, seq: int) -> None:
        if seq in self:
            del self._seqs[bisect_left(self._seqs, seq)]


class _Stack:
    """The number put last comes out first; the one put first is dropped when it is full. Put again, it is the last."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._seqs: dict[int, None] = {}

    def __len__(self) -> int:
        return len(self._seqs)

    def __contains__(self, seq: int) -> bool:
        return seq in self._seqs

    def put(self, seq: int) -> None:
        self._seqs.pop(seq, None)
        self._seqs[seq] = None
        if len(self._seqs) > self._capacity:
            del self._seqs[next(iter(self._seqs))]

    def pop(self) -> int:
        return self._seqs.popitem()[0]

    def discard(self, seq: int) -> None:
        self._seqs.pop(seq, None)
