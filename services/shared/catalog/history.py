"""Looking back by capture time: pages, coils, how many there are when. All of it is found by an index, none by a scan.

An index has the images of one folder, or of one coil in one folder, in the order of their capture times. What is asked
of several folders is put together from a walk through each; a walk goes no further than what it gives is taken.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Generator
from itertools import chain, islice
from typing import Any, Literal

from msgspec import Struct

from services.shared.catalog.rows import IMAGES, Rows, image_from_row
from services.shared.catalog.schema import translated
from services.shared.messages import Image

Order = Literal["newest", "oldest"]

FIRST_MS, LAST_MS = -(1 << 62), 1 << 62
"""Beyond all capture times."""

_SECOND, _MINUTE, _HOUR, _DAY = 1000, 60_000, 3_600_000, 86_400_000
WIDTHS_MS = (
    *(_SECOND * count for count in (1, 2, 5, 10, 15, 30)),
    *(_MINUTE * count for count in (1, 2, 5, 10, 15, 30)),
    *(_HOUR * count for count in (1, 2, 3, 6, 12)),
    _DAY,
)
"""What a bucket may be wide; beyond the last, it is doubled."""

BUCKETS = 1000

LEAPS = 5000
"""From coil to coil, each some microseconds: beyond so many coils all images are counted instead."""

_COILS = (
    # The plus keeps SQLite to the index that is in the order of the coils.
    "SELECT coil, count(*), min(captured_at_ms), max(captured_at_ms) AS last FROM images "
    "WHERE coil IS NOT NULL AND (?1 IS NULL OR +folder_id IN (SELECT id FROM folders WHERE camera = ?1))"
)


class History(Struct, frozen=True, kw_only=True):
    """One page of images; `before` continues after it, None at the end."""

    images: list[Image]
    before: tuple[int, int] | None


class Coil(Struct, frozen=True, kw_only=True):
    """A coil that was seen: how many images, and when by capture time (Unix ms)."""

    coil: str
    count: int
    first_at_ms: int
    last_at_ms: int
    last_image: Image


class Density(Struct, frozen=True, kw_only=True):
    """How many images were captured when: (start, count) of each bucket that has any, in from_ms <= captured < to_ms.

    Without any image there is no from and no to.
    """

    from_ms: int | None
    to_ms: int | None
    width_ms: int
    buckets: list[tuple[int, int]]


class CaptureTimes(Rows):
    """Queries by capture time."""

    def history(
        self,
        *,
        camera: str | None = None,
        kind: str | None = None,
        coil: str | None = None,
        from_ms: int | None = None,
        to_ms: int | None = None,
        before: tuple[int, int] | None = None,
        limit: int = 100,
        order: Order = "newest",
    ) -> History:
        """Images of from_ms <= captured < to_ms; `before` is the (captured_at_ms, seq) that ended the page before."""
        first_ms, end_ms = FIRST_MS if from_ms is None else from_ms, LAST_MS if to_ms is None else to_ms
        with translated(self._path):
            walks = [
                self._walk(folder_id, coil, first_ms, end_ms, before, order)
                for folder_id in self._folders(camera, kind)
            ]
            merged = heapq.merge(*walks, key=lambda row: (row[5], row[0]), reverse=order == "newest")
            rows = list(islice(merged, limit + 1))
            for walk in walks:
                walk.close()
        images = [image_from_row(row) for row in rows[:limit]]
        more = len(rows) > limit
        return History(images=images, before=(images[-1].captured_at_ms, images[-1].seq) if more else None)

    def twins(self, image: Image) -> dict[str, Image]:
        """The same frame in the camera's other kinds: same coil, same capture time."""
        folders = self._all("SELECT id, kind FROM folders WHERE camera = ? AND kind <> ?", image.camera, image.kind)
        found = {}
        for folder_id, kind in folders:
            twin = self._first(
                f"{IMAGES} WHERE images.folder_id = ? AND images.captured_at_ms = ? AND images.coil IS ? "
                "ORDER BY images.seq DESC LIMIT 1",
                folder_id,
                image.captured_at_ms,
                image.coil,
            )
            if twin is not None:
                found[kind] = twin
        return found

    def coils(self, limit: int = 200, *, camera: str | None = None) -> list[Coil]:
        """The coils seen last by capture time, newest first."""
        rows = self._last_coils(limit, camera)
        if rows is None:
            rows = self._all(f"{_COILS} GROUP BY coil ORDER BY last DESC LIMIT ?2", camera, limit)
        coils = []
        for coil, count, first_at_ms, last_at_ms in rows:
            newest = self.history(camera=camera, coil=coil, limit=1).images
            if newest:
                coils.append(
                    Coil(coil=coil, count=count, first_at_ms=first_at_ms, last_at_ms=last_at_ms, last_image=newest[0])
                )
        return coils

    def density(
        self,
        *,
        camera: str | None = None,
        kind: str | None = None,
        coil: str | None = None,
        from_ms: int | None = None,
        to_ms: int | None = None,
        buckets: int = BUCKETS,
    ) -> Density:
        """As few and as narrow as `buckets` allow; from and to are by default the first and last that match."""
        first_ms, end_ms = FIRST_MS if from_ms is None else from_ms, LAST_MS if to_ms is None else to_ms
        where, values = _of(coil)
        spans: dict[int, tuple[int, int]] = {}
        for folder_id in self._folders(camera, kind):
            # One aggregate a query: only then does SQLite look at one end of the index and at nothing between.
            within = f"FROM images WHERE {where} AND captured_at_ms >= ? AND captured_at_ms < ?"
            first, last = self._all(
                f"SELECT (SELECT min(captured_at_ms) {within}), (SELECT max(captured_at_ms) {within})",
                *(folder_id, *values, first_ms, end_ms) * 2,
            )[0]
            if first is not None:
                spans[folder_id] = first, last
        if not spans:
            return Density(from_ms=None, to_ms=None, width_ms=WIDTHS_MS[0], buckets=[])
        from_ms = min(first for first, _ in spans.values()) if from_ms is None else from_ms
        to_ms = max(last for _, last in spans.values()) + 1 if to_ms is None else to_ms
        width_ms = width_for(from_ms, to_ms, buckets)
        counted: Counter[int] = Counter()
        for folder_id, (first, _) in spans.items():
            self._count(counted, folder_id, coil, first, to_ms, width_ms)
        return Density(from_ms=from_ms, to_ms=to_ms, width_ms=width_ms, buckets=sorted(counted.items()))

    def _last_coils(self, limit: int, camera: str | None) -> list[Any] | None:
        """Counted are only those that are asked for, the others are leapt over; None when that would be too many."""
        lasts = self._all(
            "WITH RECURSIVE names (coil) AS (SELECT min(coil) FROM images WHERE coil IS NOT NULL "
            "  UNION ALL SELECT (SELECT min(coil) FROM images WHERE coil > names.coil) FROM names "
            "  WHERE names.coil IS NOT NULL LIMIT ?2) "
            "SELECT coil, (SELECT max((SELECT max(captured_at_ms) FROM images "
            "  WHERE images.coil = names.coil AND images.folder_id = folders.id)) FROM folders "
            "  WHERE ?1 IS NULL OR camera = ?1) FROM names WHERE coil IS NOT NULL",
            camera,
            LEAPS + 1,
        )
        if len(lasts) > LEAPS:
            return None
        found = sorted((last, coil) for coil, last in lasts if last is not None)[-limit:]
        # No row for a coil whose last image went meanwhile.
        return [
            row
            for _, coil in reversed(found)
            for row in self._all(f"{_COILS} AND coil = ?2 GROUP BY coil", camera, coil)
        ]

    def _walk(
        self, folder_id: int, coil: str | None, first_ms: int, end_ms: int, after: tuple[int, int] | None, order: Order
    ) -> Generator[Any, None, None]:
        """The folder's rows in order of capture, and of seq in one moment, from after the image `after` on."""
        where, values = _of(coil)
        is_newest = order == "newest"
        beyond = "<" if is_newest else ">"
        way = "DESC" if is_newest else "ASC"
        if after is not None:
            at_ms, seq = after
            if first_ms <= at_ms < end_ms:
                # By itself: an index is not entered in the midst of one moment by a comparison of pairs.
                yield from self._each(
                    f"{IMAGES} WHERE {where} AND images.captured_at_ms = ? AND images.seq {beyond} ? "
                    f"ORDER BY images.seq {way}",
                    folder_id, *values, at_ms, seq,
                )  # fmt: skip
            if is_newest:
                end_ms = min(end_ms, at_ms)
            else:
                first_ms = max(first_ms, at_ms + 1)
        yield from self._each(
            f"{IMAGES} WHERE {where} AND images.captured_at_ms >= ? AND images.captured_at_ms < ? "
            f"ORDER BY images.captured_at_ms {way}, images.seq {way}",
            folder_id, *values, first_ms, end_ms,
        )  # fmt: skip

    def _count(
        self, counted: Counter[int], folder_id: int, coil: str | None, at_ms: int | None, end_ms: int, width_ms: int
    ) -> None:
        """From bucket to bucket: GROUP BY would sort in each image by itself, which takes four times as long."""
        where, values = _of(coil)
        query = (
            f"SELECT (SELECT count(*) FROM images WHERE {where} AND captured_at_ms >= ? AND captured_at_ms < ?), "
            f"(SELECT min(captured_at_ms) FROM images WHERE {where} AND captured_at_ms >= ? AND captured_at_ms < ?)"
        )
        while at_ms is not None:
            start_ms = at_ms // width_ms * width_ms
            stop_ms = min(start_ms + width_ms, end_ms)
            count, at_ms = self._all(query, folder_id, *values, at_ms, stop_ms, folder_id, *values, stop_ms, end_ms)[0]
            counted[start_ms] += count


def width_for(from_ms: int, to_ms: int, buckets: int) -> int:
    """The narrowest width of which from..to needs no more than so many buckets; each starts at a multiple of it."""
    if from_ms < 0 < to_ms:
        # However wide, one ends where the other starts.
        buckets = max(buckets, 2)
    for width_ms in chain(WIDTHS_MS, (WIDTHS_MS[-1] << doubled for doubled in range(1, 64))):
        if (to_ms - 1) // width_ms - from_ms // width_ms < buckets:
            return width_ms
    raise AssertionError("no time is that long")


def _of(coil: str | None) -> tuple[str, tuple[str, ...]]:
    if coil is None:
        return "images.folder_id = ?", ()
    return "images.folder_id = ? AND images.coil = ?", (coil,)
