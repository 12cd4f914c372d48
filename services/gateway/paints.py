"""When images went out to clients and got onto a screen, as the screens report it. Pure."""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import NamedTuple

from services.shared.deliveries import Delivery
from services.shared.messages import Image

REMEMBERED = 200
"""Reports that the figures are of."""

SENT = 10_000
"""Images that a report may still be about: two minutes of a line with 80 a second."""

LONGEST_MS = 600_000.0
"""Beyond this, and below zero by more than a clock's error, a report is a mistake."""

CLOCK_ERROR_MS = 1000.0


class Sent(NamedTuple):
    """An image that was given to clients, and what became of it since."""

    kind: str
    written_at_ms: int
    delivery: Delivery


class Paints:
    """The last images and reports. What clients send is not trusted: it counts only for an image that was sent."""

    def __init__(self) -> None:
        self._sent: OrderedDict[int, Sent] = OrderedDict()
        self._took_ms: deque[float] = deque(maxlen=REMEMBERED)

    def pushed(self, image: Image, at_ms: int) -> Delivery | None:
        """The image is given to a client. Returns what is new of it: None when it is not the first."""
        if image.seq in self._sent:
            return None
        delivery = Delivery(seq=image.seq, pushed_at_ms=at_ms)
        self._sent[image.seq] = Sent(image.kind, image.written_at_ms, delivery)
        if len(self._sent) > SENT:
            self._sent.popitem(last=False)
        return delivery

    def painted(self, seq: int, at_ms: float) -> Delivery | None:
        """A screen has shown the image at `at_ms`, Unix time by the server's clock as far as it knows it.

        Returns what is new of it: None when another screen was earlier, or the report cannot be.
        """
        if seq not in self._sent:
            return None
        kind, written_at_ms, known = self._sent[seq]
        if not -CLOCK_ERROR_MS <= (took_ms := at_ms - written_at_ms) <= LONGEST_MS:
            return None
        self._took_ms.append(max(0.0, took_ms))
        # No screen had it before it was sent: what is earlier is the clock's error.
        painted_at_ms = max(round(at_ms), known.pushed_at_ms)
        if known.painted_at_ms is not None and known.painted_at_ms <= painted_at_ms:
            return None
        delivery = Delivery(seq=seq, pushed_at_ms=known.pushed_at_ms, painted_at_ms=painted_at_ms)
        self._sent[seq] = Sent(kind, written_at_ms, delivery)
        return delivery

    def sent(self, seq: int) -> Sent | None:
        """One of the last images."""
        return self._sent.get(seq)

    def find(self, seq: int) -> Delivery | None:
        """What is known of one of the last images."""
        sent = self._sent.get(seq)
        return None if sent is None else sent.delivery

    def summary(self) -> dict[str, float]:
        """The median and the 95th percentile, from written to painted, in ms; empty before the first report."""
        if not self._took_ms:
            return {}
        ordered = sorted(self._took_ms)
        return {
            "painted_p50_ms": round(ordered[len(ordered) // 2], 1),
            "painted_p95_ms": round(ordered[int(len(ordered) * 0.95)], 1),
        }
