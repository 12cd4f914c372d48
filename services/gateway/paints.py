"""How long images took from being written to being on a screen, as the screens report it. Pure."""

from __future__ import annotations

from collections import OrderedDict, deque

from services.shared.messages import Image

REMEMBERED = 200
"""Images that a report may still be about, and reports that the figures are of."""

LONGEST_MS = 600_000.0
"""Beyond this, and below zero by more than a clock's error, a report is a mistake."""

CLOCK_ERROR_MS = 1000.0


class Paints:
    """The last reports. What clients send is not trusted: it counts only for an image that was sent to them."""

    def __init__(self) -> None:
        self._written_at_ms: OrderedDict[int, int] = OrderedDict()
        self._took_ms: deque[float] = deque(maxlen=REMEMBERED)

    def expect(self, image: Image) -> None:
        """The image goes out to the screens."""
        self._written_at_ms[image.seq] = image.written_at_ms
        if len(self._written_at_ms) > REMEMBERED:
            self._written_at_ms.popitem(last=False)

    def painted(self, seq: int, at_ms: float) -> None:
        """A screen has shown the image at `at_ms`, Unix time by the server's clock as far as it knows it."""
        written_at_ms = self._written_at_ms.get(seq)
        if written_at_ms is not None and -CLOCK_ERROR_MS <= (took_ms := at_ms - written_at_ms) <= LONGEST_MS:
            self._took_ms.append(max(0.0, took_ms))

    def summary(self) -> dict[str, float]:
        """The median and the 95th percentile in ms; empty before the first report."""
        if not self._took_ms:
            return {}
        ordered = sorted(self._took_ms)
        return {
            "painted_p50_ms": round(ordered[len(ordered) // 2], 1),
            "painted_p95_ms": round(ordered[int(len(ordered) * 0.95)], 1),
        }
