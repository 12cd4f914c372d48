"""What the catalog says there is, as a plan asks for it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from services.shared.catalog import CatalogReader, Held, HeldFolder, Holding


class CatalogStock:
    """How much there is is asked once and kept; which images is asked as far as a plan goes. Raises CatalogError.

    Of kinds that are not among `kinds` any more nobody knows anything but the catalog: they are as good as not there.
    `watched` are the folders that a plan is about, all of those kinds by default.
    """

    def __init__(self, catalog: CatalogReader, kinds: Collection[str], watched: Collection[str] | None = None) -> None:
        self._catalog = catalog
        self._kinds = kinds
        self._watched = watched
        self._holding: dict[int, Holding] | None = None

    def held_folders(self) -> Sequence[HeldFolder]:
        folders = [folder for folder in self._catalog.held_folders() if folder.kind in self._kinds]
        return [folder for folder in folders if self._watched is None or folder.name in self._watched]

    def count_of(self, folder_id: int) -> int:
        if self._holding is not None:
            return self._all_held(folder_id).count
        return self._catalog.counted(folder_id)

    def size_bytes_of(self, folder_id: int) -> int:
        return self._all_held(folder_id).size_bytes

    def oldest(self, folder_id: int) -> Iterator[Held]:
        return self._catalog.oldest(folder_id)

    def captured_before(self, folder_id: int, at_ms: int) -> Iterator[Held]:
        return self._catalog.captured_before(folder_id, at_ms)

    def captured_from(self, folder_id: int, at_ms: int) -> Iterator[Held]:
        return self._catalog.captured_from(folder_id, at_ms)

    def frame(self, held: Held) -> tuple[Held, ...]:
        return tuple(one for one in self._catalog.frame(held) if one.kind in self._kinds)

    def newest_seqs(self, folder_id: int) -> set[int]:
        return self._catalog.newest_seqs(folder_id)

    def _all_held(self, folder_id: int) -> Holding:
        """All images are read for it: some 0.2 s a million."""
        if self._holding is None:
            self._holding = self._catalog.holding()
        return self._holding.get(folder_id, Holding(0, 0))
