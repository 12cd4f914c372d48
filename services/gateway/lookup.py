"""Finding images: in memory where it knows, else in the catalog by an index: a fraction of a millisecond."""

from __future__ import annotations

from collections.abc import Sequence

from services.gateway.live import EVERYTHING, Filter, Live, Ranked
from services.shared.catalog import CatalogReader
from services.shared.messages import Event, Image


class Lookup:
    """Raises CatalogError when the catalog cannot be read."""

    def __init__(self, live: Live, catalog: CatalogReader, kinds: Sequence[str]) -> None:
        self.live = live
        self._catalog = catalog
        self._kinds = kinds

    def apply(self, event: Event) -> None:
        """The log has grown by `event`. Where the newest image went, the one before it is newest again."""
        for key, coil in self.live.apply(event):
            found = self._catalog.newest_ranked(camera=key[0], kind=key[1], coil=coil)
            self.live.replace(key, coil, Ranked(*found[0]) if found else None)

    def refresh(self, *, whole: bool = False) -> None:
        """Take in what was imported since, or everything anew: no event tells of that."""
        for camera in self._catalog.cameras():
            for kind in self._kinds:
                newest = self._catalog.newest(camera=camera, kind=kind)
                whole = whole or (newest[0] if newest else None) != self.live.newest_of((camera, kind))
        if whole:
            self.live.load(self._catalog.current_ranked())

    def current(self, wanted: Filter = EVERYTHING) -> dict[str, Image]:
        """The newest of each kind, and of each kind of the newest coils as `<kind>_<coil>`."""
        if wanted.coil is None or self.live.knows_coil(wanted.coil):
            return self.live.current(wanted)
        found = {}
        for kind in self._kinds if wanted.kind is None else [wanted.kind]:
            for image in self._catalog.newest(camera=wanted.camera, kind=kind, coil=wanted.coil):
                found[kind] = found[f"{kind}_{wanted.coil}"] = image
        return found

    def newest(self, wanted: Filter) -> Image | None:
        """The newest image that matches."""
        if wanted.coil is None or self.live.knows_coil(wanted.coil):
            ranked = self.live.newest(wanted)
            return ranked.image if ranked else None
        found = self._catalog.newest(camera=wanted.camera, kind=wanted.kind, coil=wanted.coil)
        return found[0] if found else None

    def find(self, camera: str, kind: str, filename: str) -> Image | None:
        """The present version of a file; None also for what cannot be a name."""
        if any("\ud800" <= character <= "\udfff" for part in (camera, kind, filename) for character in part):
            return None
        return self._catalog.find(camera, kind, filename)

    def image(self, seq: int) -> Image | None:
        """The version `seq`, if it is still the present one of its file."""
        return self._catalog.image(seq) if seq < 1 << 63 else None

    def head(self) -> int:
        """Where the log ends, which may be further than was heard here."""
        return self._catalog.head()

    def trimmed(self) -> int:
        """Events up to this seq have left the log."""
        return self._catalog.trimmed()

    def cameras(self) -> list[str]:
        """The cameras whose folders were seen; `main` first, and always there."""
        return list(dict.fromkeys(["main", *self._catalog.cameras()]))
