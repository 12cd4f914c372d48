"""What is newest, and what happened lately, kept in memory. Pure: fed by the log, asked by everybody."""

from __future__ import annotations

import bisect
from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from msgspec import Struct

from services.shared.messages import Event, Image

RECENT_EVENTS = 1000
"""So far back clients resume without anybody asking the catalog."""

COILS = 50
"""The newest coils whose newest images `current_images` has."""

Key = tuple[str, str]
"""(camera, kind): the folder."""


class Filter(Struct, frozen=True):
    """What a client wants to see; None is everything."""

    camera: str | None = None
    kind: str | None = None
    coil: str | None = None

    def wants(self, image: Image) -> bool:
        return (
            (self.kind is None or self.kind == image.kind)
            and (self.coil is None or self.coil == image.coil)
            and (self.camera is None or self.camera == image.camera)
        )


EVERYTHING = Filter()


class Ranked(NamedTuple):
    """An image with its place in the order of arrival."""

    rank: int
    image: Image


class Live:
    """The node as this gateway knows it: up to `head` in the log of `epoch`."""

    def __init__(self, epoch: str, head: int, current: Iterable[tuple[int, Image]], recent: Iterable[Event]) -> None:
        """`recent`: all events of the log after some seq up to `head`, in order."""
        self.epoch = epoch
        self.head = head
        self.version = 0
        """Another number whenever something else may be newest."""
        self._recent: deque[Event] = deque(recent, RECENT_EVENTS)
        self._recent_after = self._recent[0].seq - 1 if self._recent else head
        self._newest: dict[Key, Ranked] = {}
        self._coils: dict[str, dict[Key, Ranked]] = {}
        self.load(current)

    def load(self, current: Iterable[tuple[int, Image]]) -> None:
        """Take over what the catalog says is newest: (place in the order of arrival, image)."""
        self.version += 1
        self._newest.clear()
        self._coils.clear()
        for rank, image in current:
            self._take(Ranked(rank, image))

    def apply(self, event: Event) -> list[tuple[Key, str | None]]:
        """The log has grown by `event`. Returns the places (folder, coil or None) whose newest image went by it.

        Whoever reads the catalog says by replace() what is newest there now.
        """
        self.head = event.seq
        if len(self._recent) == RECENT_EVENTS:
            self._recent_after = self._recent[0].seq
        self._recent.append(event)
        if event.type == "removed":
            places = self._places_of(event.image.seq, event.image)
            self.version += bool(places)
            return places
        self.version += 1
        rank = event.seq
        if not event.shown:
            ranks = [ranked.rank for ranked in self._holding(event.previous_seq, event.image)]
            if not ranks:
                return []
            rank = ranks[0]
        self._take(Ranked(rank, event.image), instead_of=event.previous_seq)
        return []

    def advance(self, head: int) -> None:
        """The log has grown to `head` by imports, which are no events."""
        self.head = max(self.head, head)

    def replace(self, key: Key, coil: str | None, found: Ranked | None) -> None:
        """The newest image of a place is now `found`."""
        self.version += 1
        images = self._newest if coil is None else self._coils.get(coil, {})
        images.pop(key, None)
        if found is not None:
            images[key] = found
        elif coil is not None and not images:
            self._coils.pop(coil, None)

    def since(self, seq: int, limit: int | None = None) -> list[Event] | None:
        """The events after `seq`, None when memory does not go back so far."""
        if seq < self._recent_after:
            return None
        start = bisect.bisect_right(self._recent, seq, key=lambda event: event.seq)
        stop = len(self._recent) if limit is None else min(len(self._recent), start + limit)
        return [self._recent[index] for index in range(start, stop)]

    def newest(self, wanted: Filter) -> Ranked | None:
        """The newest image that matches, as far as memory knows: not of a coil that `knows_coil` denies."""
        return max(self._matching(wanted), default=None, key=lambda ranked: ranked.rank)

    def knows_coil(self, coil: str) -> bool:
        return coil in self._coils

    def current(self, wanted: Filter = EVERYTHING) -> dict[str, Image]:
        """The newest of each kind, and of each kind of the newest coils as `<kind>_<coil>`."""
        chosen: dict[str, Ranked] = {}
        for ranked in self._matching(wanted):
            _keep_newer(chosen, ranked.image.kind, ranked)
        for coil, images in self._coils.items():
            for ranked in images.values():
                if wanted.wants(ranked.image):
                    _keep_newer(chosen, f"{ranked.image.kind}_{coil}", ranked)
        return {name: ranked.image for name, ranked in chosen.items()}

    def shown(self, wanted: Filter) -> list[tuple[Key, int]]:
        """What a client that asks for `wanted` shows of each folder: the seq of its newest image that matches."""
        return [((image.camera, image.kind), image.seq) for _, image in self._matching(wanted)]

    def newest_image(self, seq: int) -> Image | None:
        """The image `seq` if it is the newest of its folder."""
        return next((ranked.image for ranked in self._newest.values() if ranked.image.seq == seq), None)

    def newest_of(self, key: Key) -> Image | None:
        """The newest image of a folder."""
        ranked = self._newest.get(key)
        return ranked.image if ranked else None

    def _matching(self, wanted: Filter) -> Iterator[Ranked]:
        images = self._newest if wanted.coil is None else self._coils.get(wanted.coil, {})
        return (ranked for ranked in images.values() if wanted.wants(ranked.image))

    def _take(self, ranked: Ranked, instead_of: int | None = None) -> None:
        rank, image = ranked
        key = (image.camera, image.kind)
        held = self._newest.get(key)
        if held is None or rank >= held.rank or held.image.seq == instead_of:
            self._newest[key] = ranked
        if image.coil is None:
            return
        of_coil = self._coils.setdefault(image.coil, {})
        held = of_coil.get(key)
        if held is None or rank >= held.rank or held.image.seq == instead_of:
            of_coil[key] = ranked
        if len(self._coils) > COILS:
            oldest = min(self._coils, key=lambda coil: max(one.rank for one in self._coils[coil].values()))
            del self._coils[oldest]

    def _holding(self, seq: int | None, image: Image) -> list[Ranked]:
        key = (image.camera, image.kind)
        found = [self._newest.get(key), self._coils.get(image.coil or "", {}).get(key)]
        return [ranked for ranked in found if ranked is not None and ranked.image.seq == seq]

    def _places_of(self, seq: int, image: Image) -> list[tuple[Key, str | None]]:
        key = (image.camera, image.kind)
        places: list[tuple[Key, str | None]] = []
        held = self._newest.get(key)
        if held is not None and held.image.seq == seq:
            places.append((key, None))
        held = self._coils.get(image.coil or "", {}).get(key)
        if held is not None and held.image.seq == seq:
            places.append((key, image.coil))
        return places


def _keep_newer(chosen: dict[str, Ranked], name: str, ranked: Ranked) -> None:
    held = chosen.get(name)
    if held is None or ranked.rank > held.rank:
        chosen[name] = ranked
