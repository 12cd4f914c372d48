"""Whither a figure goes, however it jumps on the way: the median of the slopes between all pairs of samples. Pure.

That is Theil and Sen's estimator: almost a third of the samples may be anything, such as a large copy that is gone
again, and the slope stays that of the rest.
"""

from __future__ import annotations

from collections import deque
from statistics import median

SAMPLE_EVERY_S = 60.0
SAMPLES = 360
"""Six hours of them are remembered."""

POINTS = 60
"""So many of those, evenly spread, are compared with one another: some 2,000 pairs, a millisecond."""

SPAN_S = 1800.0
"""Nothing is said from samples of less time."""


class Trend:
    """Samples of one figure. `_s` is monotonic."""

    def __init__(self) -> None:
        self._samples: deque[tuple[float, float]] = deque(maxlen=SAMPLES)
        self._slope: float | None = None

    def add(self, now_s: float, value: float) -> None:
        """Take a sample, unless the last one was taken a moment ago."""
        if self._samples and now_s - self._samples[-1][0] < SAMPLE_EVERY_S:
            return
        self._samples.append((now_s, value))
        self._slope = _slope(list(self._samples))

    @property
    def slope(self) -> float | None:
        """By how much it grows in a second; None while too little is known."""
        return self._slope


def _slope(samples: list[tuple[float, float]]) -> float | None:
    if samples[-1][0] - samples[0][0] < SPAN_S:
        return None
    last = len(samples) - 1
    count = min(POINTS, len(samples))
    points = [samples[round(index * last / (count - 1))] for index in range(count)]
    return median(
        (later - earlier) / (later_s - earlier_s)
        for index, (earlier_s, earlier) in enumerate(points)
        for later_s, later in points[index + 1 :]
    )
