"""Who goes: pure, over a Stock that tells what there is. Time is an argument.

An image goes with its frame, which is the same moment of the same coil by the same camera in all kinds: together or not
at all. A frame stays while one of it is the newest of its folder, is pinned, has only just come (its other half may be
on its way), or is in a folder that the stock does not list, as it is away. Of what may go the oldest goes first: by
arrival, so that a camera whose clock jumped loses nothing that came a minute ago; imported images, which came before
all others, by capture.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Literal, NamedTuple, Protocol

from services.shared.catalog import Held, HeldFolder
from services.shared.retention.limits import DAY_MS, Limits

Reason = Literal["age", "count", "bytes", "watermark"]

YOUNG_MS = 10_000
"""What came so lately stays: whatever belongs to it may be still to come."""

BLOCK_BYTES = 4096
"""A file takes up whole blocks."""


class Going(NamedTuple):
    """A frame that goes, and why."""

    images: tuple[Held, ...]
    reason: Reason


class Shortage(NamedTuple):
    """A filesystem on which too little is free: its folders, and how much has to go from there."""

    folder_ids: frozenset[int]
    size_bytes: int
    files: int = 0


class Stock(Protocol):
    """What there is. `oldest` is in the order of arrival, the other two in that of capture."""

    def held_folders(self) -> Sequence[HeldFolder]: ...
    def count_of(self, folder_id: int) -> int: ...
    def size_bytes_of(self, folder_id: int) -> int: ...
    def oldest(self, folder_id: int) -> Iterator[Held]: ...
    def captured_before(self, folder_id: int, at_ms: int) -> Iterator[Held]: ...
    def captured_from(self, folder_id: int, at_ms: int) -> Iterator[Held]: ...
    def frame(self, held: Held) -> tuple[Held, ...]: ...
    def newest_seqs(self, folder_id: int) -> set[int]: ...


class Plan:
    """Iterated, it gives what goes, frame by frame. `unmet` has what remains of the shortages once that is over."""

    def __init__(
        self,
        stock: Stock,
        limits: Callable[[HeldFolder], Limits],
        is_kept: Callable[[Held], bool],
        now_ms: int,
        shortages: Sequence[Shortage] = (),
        leaving: Iterable[Held] = (),
    ) -> None:
        """`leaving`: deleted already, and the stock does not know it yet. What they took up is free."""
        self._stock = stock
        self._is_kept = is_kept
        self._now_ms = now_ms
        self._shortages = shortages
        self._folders = stock.held_folders()
        self._limits: Mapping[int, Limits] = {folder.id: limits(folder) for folder in self._folders}
        self._newest = {seq for folder in self._folders for seq in stock.newest_seqs(folder.id)}
        self._decided: set[int] = set()
        self._gone = {folder.id: _Gone() for folder in self._folders}
        for held in leaving:
            self._decided.add(held.seq)
            if held.folder_id in self._gone:
                self._gone[held.folder_id].count += 1
                self._gone[held.folder_id].size_bytes += held.size_bytes
        self.unmet: list[Shortage] = []

    def __iter__(self) -> Iterator[Going]:
        for folder in self._folders:
            yield from self._too_old(folder.id, self._limits[folder.id])
            yield from self._too_many(folder.id, self._limits[folder.id])
            yield from self._too_large(folder.id, self._limits[folder.id])
        for shortage in self._shortages:
            yield from self._too_full(shortage)
            left = self._left(shortage)
            if left.size_bytes > 0 or left.files > 0:
                self.unmet.append(left)

    def _too_old(self, folder_id: int, limits: Limits) -> Iterator[Going]:
        if limits.max_age_ms is None:
            return
        before_ms = self._now_ms - limits.max_age_ms
        # A clock that was wrong makes an image neither old nor young: then counts when the file was written. Where it
        # stamped the file as well (rsync and the like keep the times), when it came.
        ahead = self._stock.captured_from(folder_id, self._now_ms + DAY_MS)
        for held in chain(self._stock.captured_before(folder_id, before_ms), ahead):
            came_since = held.arrival > 0 and before_ms <= held.seen_at_ms <= self._now_ms
            if held.mtime_ns < before_ms * 1_000_000 and not came_since:
                yield from self._take(held, "age")

    def _too_many(self, folder_id: int, limits: Limits) -> Iterator[Going]:
        if limits.max_count is None:
            return
        over = self._stock.count_of(folder_id) - limits.max_count
        yield from self._while(lambda: self._gone[folder_id].count < over, self._stock.oldest(folder_id), "count")

    def _too_large(self, folder_id: int, limits: Limits) -> Iterator[Going]:
        if limits.max_bytes is None:
            return
        over = self._stock.size_bytes_of(folder_id) - limits.max_bytes
        yield from self._while(lambda: self._gone[folder_id].size_bytes < over, self._stock.oldest(folder_id), "bytes")

    def _too_full(self, shortage: Shortage) -> Iterator[Going]:
        walks = [self._stock.oldest(folder.id) for folder in self._folders if folder.id in shortage.folder_ids]
        oldest = heapq.merge(*walks, key=lambda held: (held.arrival, held.seq))

        def is_short() -> bool:
            left = self._left(shortage)
            return left.size_bytes > 0 or left.files > 0

        yield from self._while(is_short, oldest, "watermark")

    def _while(self, is_over: Callable[[], bool], oldest: Iterator[Held], reason: Reason) -> Iterator[Going]:
        while is_over() and (held := next(oldest, None)) is not None:
            yield from self._take(held, reason)

    def _take(self, held: Held, reason: Reason) -> Iterator[Going]:
        if held.seq in self._decided or self._stays(held):
            return
        frame = self._stock.frame(held)
        self._decided.update(one.seq for one in frame)
        if any(one.folder_id not in self._gone or self._stays(one) for one in frame):
            return
        for one in frame:
            gone = self._gone[one.folder_id]
            gone.count += 1
            gone.size_bytes += one.size_bytes
            gone.freed_files += 1
            gone.freed_bytes += -(-one.size_bytes // BLOCK_BYTES) * BLOCK_BYTES
        yield Going(frame, reason)

    def _stays(self, held: Held) -> bool:
        # What was imported came long ago, however lately it was seen.
        is_young = held.arrival > 0 and 0 <= self._now_ms - held.seen_at_ms < YOUNG_MS
        return held.seq in self._newest or is_young or self._is_kept(held)

    def _left(self, shortage: Shortage) -> Shortage:
        gone = [self._gone[number] for number in shortage.folder_ids if number in self._gone]
        return Shortage(
            shortage.folder_ids,
            shortage.size_bytes - sum(one.freed_bytes for one in gone),
            shortage.files - sum(one.freed_files for one in gone),
        )


class _Gone:
    """What was taken from one folder."""

    def __init__(self) -> None:
        self.count = 0
        self.size_bytes = 0
        self.freed_files = 0
        self.freed_bytes = 0
