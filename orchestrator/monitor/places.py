"""Where the folders were when images flowed last: what a storage that is gone, or another one, is told by. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from orchestrator.monitor.evidence import NO_DEVICE, Place

FORGOTTEN_AFTER_MS = 7 * 86_400_000
"""Where no image came for so long, a new monitor expects nothing."""

KEPT_EVERY_MS = 3_600_000
"""So often at least it is written down that images still flow."""


class PlaceKept(Struct, frozen=True):
    """Where a folder was when an image last came, and when that was."""

    place: Place
    at_ms: int


class Places:
    """By folder, as in `main/original`."""

    def __init__(self) -> None:
        self._present: dict[str, tuple[Place, int]] = {}
        """Where each is, and since when it was found there."""
        self._kept: dict[str, PlaceKept] = {}
        self._written: dict[str, PlaceKept] = {}
        self._is_recalled = False

    def found(self, name: str, place: Place | None, now_ms: int) -> None:
        """The probe found the folder there; None: it is not there."""
        if place is None:
            self._present.pop(name, None)
        elif self._present.get(name, (None, 0))[0] != place:
            self._present[name] = (place, now_ms)

    def flowed(self, name: str, image_ms: int) -> None:
        """Its newest image is of that time. One from before it was found where it is says nothing of that place."""
        place, since_ms = self._present.get(name, (None, 0))
        if place is not None and image_ms > since_ms:
            self._kept[name] = PlaceKept(place, image_ms)

    def recall(self, earlier: Mapping[str, PlaceKept], now_ms: int, booted_ms: int = 0) -> None:
        """What an earlier monitor kept, once that is known."""
        if not self._is_recalled:
            self._is_recalled = True
            self._written = dict(earlier)
            fresh = {name: one for name, one in earlier.items() if now_ms - one.at_ms < FORGOTTEN_AFTER_MS}
            for name, one in fresh.items():
                if one.at_ms < booted_ms:
                    # Disks are numbered anew with each start of the machine.
                    fresh[name] = replace(one, place=replace(one.place, device=NO_DEVICE))
            self._kept = fresh | self._kept

    def to_keep(self) -> Mapping[str, PlaceKept] | None:
        """What is to be written down now; None when all that matters is."""
        if not self._is_recalled or not any(map(self._is_news, self._kept)):
            return None
        self._written = dict(self._kept)
        return self._written

    def known(self, name: str) -> Place | None:
        """Where it was when images flowed last."""
        kept = self._kept.get(name)
        return kept.place if kept else None

    def names(self) -> list[str]:
        """The folders that had images lately."""
        return list(self._kept)

    def _is_news(self, name: str) -> bool:
        kept, written = self._kept[name], self._written.get(name)
        return written is None or written.place != kept.place or kept.at_ms - written.at_ms >= KEPT_EVERY_MS
