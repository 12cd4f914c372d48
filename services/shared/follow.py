"""Following the log: hints from the bus, holes from the catalog. Every subscriber is a Follower.

A message that starts beyond the cursor, or a tick that ends beyond it, means that something was missed, and the catalog
has it. So a follower hears each event once, in order, whatever the bus lost.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from services.shared.catalog import CatalogReader
from services.shared.errors import EpochChanged
from services.shared.events import EventSubscriber
from services.shared.messages import Event, Published


class Step(NamedTuple):
    """What one message asks for: first read after < seq <= upto from the catalog, then deliver `events`."""

    after: int
    upto: int
    events: tuple[Event, ...]
    cursor: int

    @property
    def has_gap(self) -> bool:
        return self.upto > self.after


def step(cursor: int, message: Published) -> Step:
    """Where a follower at `cursor` goes with `message`. Pure."""
    if message.first == cursor + 1:
        return Step(after=cursor, upto=cursor, events=message.events, cursor=message.last)
    fresh = tuple(event for event in message.events if event.seq > cursor)
    gap_ends = min(message.first - 1, message.last)
    return Step(after=cursor, upto=max(cursor, gap_ends), events=fresh, cursor=max(cursor, message.last))


class Follower:
    """All events after `after`, each once, in order.

    `fd` turns readable when there is something (edge-triggered: call events() until it is done, and once in a while
    without being asked). `gaps` counts the holes that were read from the catalog, and `on_gap` is called with each;
    `heard_s` is when the watcher last spoke, by time.monotonic(), None before; `committed_at_s` is when the event just
    given was committed, Unix time, 0 for one that was read from the catalog. `on_canary` hears of canaries, once all
    that came before them was taken.
    """

    def __init__(
        self, catalog: CatalogReader, run_dir: Path, after: int, on_gap: Callable[[], object] = lambda: None
    ) -> None:
        self._catalog = catalog
        self._subscriber = EventSubscriber(run_dir)
        self.fd = self._subscriber.fd
        self.cursor = after
        self.gaps = 0
        self._on_gap = on_gap
        self.committed_at_s = 0.0
        self.heard_s: float | None = None
        self.on_canary: Callable[[str], object] | None = None

    def events(self) -> Iterator[Event]:
        """What has happened since the last call. Raises EpochChanged when the catalog was replaced, CatalogError."""
        for message in self._subscriber.drain():
            if message.epoch != self._catalog.epoch:
                raise EpochChanged("the catalog was replaced by another; starting again")
            self.heard_s = time.monotonic()
            move = step(self.cursor, message)
            if move.has_gap:
                self.gaps += 1
                self._on_gap()
                yield from self._read(move.upto)
            self.committed_at_s = message.committed_at_s
            for event in move.events:
                self.cursor = event.seq
                yield event
            self.cursor = move.cursor
            if message.canary and self.on_canary is not None:
                self.on_canary(message.canary)

    def catch_up(self) -> Iterator[Event]:
        """What the catalog has beyond the cursor, without waiting for the bus: at start, and when the bus is silent."""
        yield from self._read(self._catalog.head())

    def wait(self, timeout_s: float) -> bool:
        """True when events() would find something within `timeout_s`; for work loops without an event loop."""
        return self._subscriber.wait(timeout_s)

    def close(self) -> None:
        self._subscriber.close()

    def _read(self, upto: int) -> Iterator[Event]:
        self.committed_at_s = 0.0
        for event in self._catalog.events(self.cursor, upto):
            self.cursor = event.seq
            yield event
        self.cursor = max(self.cursor, upto)
