"""`current_images`, built once for all who ask for the same at about the same time: a crowd that comes back does."""

from __future__ import annotations

from services.gateway.frames import text_frame
from services.gateway.live import Filter, Key
from services.gateway.lookup import Lookup
from services.gateway.wire import CurrentImages, encode, now_ms, on_wire

KEPT = 100
KEPT_MS = 1000
"""Each says when it was made, which is to be now."""

Snapshot = tuple[bytes, list[tuple[Key, int]]]
"""The frame, and the seq of what a client then shows of each folder."""


class Snapshots:
    """Kept as long as nothing else may be newest."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup
        self._kept: dict[Filter, Snapshot] = {}
        self._version = -1
        self._at_ms = 0

    def get(self, wanted: Filter) -> Snapshot:
        """What there is of it. Raises CatalogError when only the catalog could tell."""
        at_ms = now_ms()
        is_old = not 0 <= at_ms - self._at_ms < KEPT_MS
        if is_old or self._version != self._lookup.live.version or len(self._kept) >= KEPT:
            self._version, self._at_ms = self._lookup.live.version, at_ms
            self._kept.clear()
        if wanted not in self._kept:
            images = self._lookup.current(wanted)
            frame = text_frame(encode(CurrentImages({k: on_wire(v) for k, v in images.items()}, at_ms)))
            found = [((one.camera, one.kind), one.seq) for one in images.values()]
            self._kept[wanted] = frame, self._lookup.live.shown(wanted) or found
        return self._kept[wanted]
