"""One round of retention: look how full it is, plan, delete in bursts that wait for the watcher, until all is well."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from itertools import islice

from services.janitor.clock import CalmClock
from services.janitor.deleting import Deleter
from services.janitor.folders import ImageFolders
from services.janitor.pace import BURST, Pace, lead
from services.janitor.pinboard import PinBoard
from services.janitor.relief import SETTLES_S, Relief
from services.janitor.report import Report
from services.shared.catalog import CatalogReader, Held
from services.shared.retention import CatalogStock, Going, Plan, Shortage, limits_for, measure, shortage
from services.shared.settings import Settings

LOT = 500
"""So many frames are planned at a time: then it is looked anew how much there is."""

FAILURES = 20
"""After so many frames in a row that cannot be deleted, a round ends."""

SETTLE_LOOK_S = 1.0

LOOK_S = 0.02
"""While the watcher has to catch up, it is looked so often whether it has."""


class Cleaner:
    """Used by one thread. Every method raises CatalogError, DatabaseError, OSError when it cannot be done now.

    `wait` sleeps and says whether to go on; `watched` has the folders, such as `main/original`, that the watcher
    watches, and how (`inotify` or `polling`); None while it has not spoken. No other is touched: nobody would log it.
    """

    def __init__(
        self,
        settings: Settings,
        catalog: CatalogReader,
        pins: PinBoard,
        folders: ImageFolders,
        deleter: Deleter,
        report: Report,
        wait: Callable[[float], bool],
        watched: Callable[[], Mapping[str, str] | None],
    ) -> None:
        self._settings = settings.retention
        self._base = settings.images.base
        self._kinds = settings.images.kinds
        self._catalog = catalog
        self._pins = pins
        self._folders = folders
        self._deleter = deleter
        self._report = report
        self._wait = wait
        self._watched = watched
        self._pace = Pace(settings.retention.max_deletes_per_s)
        self._relief = Relief()
        self._clock = CalmClock(*_clocks())
        self._free_bytes = 0
        self._newest: set[int] = set()
        self._skipped: set[int] = set()
        self._leaving: deque[Held] = deque()
        self._failures = 0

    def is_kept(self, held: Held) -> bool:
        """Whether it is pinned, as of this moment, or was found to be better left alone in this round."""
        pinned = self._pins.now()
        return held.seq in self._skipped or pinned.holds(held.camera, held.kind, held.filename, held.coil)

    def shortages(self) -> list[Shortage]:
        """The filesystems of which too little is free."""
        spaces = measure(self._base, {folder.id: folder for folder in self._stock().held_folders()})
        self._report.measured(spaces)
        self._free_bytes = sum(space.free_bytes for space in spaces)
        found = [shortage(space, self._settings.keep_free_percent) for space in spaces]
        return [one for one in found if one is not None]

    def clean(self) -> None:
        """Until nothing has to go any more, or nothing can. After it no image folder is open, which could not be
        unmounted.
        """
        try:
            self._clean()
        finally:
            self._folders.close()

    def _clean(self) -> None:
        if self._watched() is None:
            return
        self._pins.renew()
        self._skipped.clear()
        self._failures = 0
        halves = self._deleter.finish(self._is_pinned)
        while self._wait(0.0):
            # A mount may have come or gone.
            self._folders.renew()
            plan = self._plan()
            lot = list(islice(plan, LOT))
            if not lot:
                error = self._deleter.error if self._failures or halves else self._in_vain()
                self._report.ended(unmet=bool(plan.unmet), error=error)
                return
            if not self._carry_out(lot):
                self._report.ended(unmet=False, error=self._in_vain() or self._deleter.error)
                return

    def _plan(self) -> Plan:
        self._forget_logged()
        shortages = self.shortages()
        if not shortages:
            self._relief.is_over()
        return Plan(
            self._stock(),
            lambda folder: limits_for(self._settings, folder.camera, folder.kind),
            self.is_kept,
            self._clock.now_ms(*_clocks()),
            [] if self._in_vain() else shortages,
            self._leaving,
        )

    def _stock(self) -> CatalogStock:
        return CatalogStock(self._catalog, self._kinds, self._watched() or ())

    def _carry_out(self, lot: list[Going]) -> bool:
        """False when one after the other fails, or the process is told to end."""
        for start in range(0, len(lot), BURST):
            burst = lot[start : start + BURST]
            if not self._await_turn(burst):
                return False
            is_for_room = burst[0].reason == "watermark"
            if is_for_room and not self.shortages():
                # Somebody else has made room: nothing more than is needed goes.
                return True
            self._newest = {
                seq for folder in {one.folder_id for going in burst for one in going.images}
                for seq in self._catalog.newest_seqs(folder)
            }  # fmt: skip
            free_bytes, sofar = self._free_bytes, self._report.sofar
            outcomes = self._deleter.delete(burst, self._is_still_kept)
            self._report.noted(self._deleter.note_error)
            count = 0
            for going, outcome in zip(burst, outcomes, strict=True):
                if outcome == "gone":
                    self._leaving.extend(going.images)
                    count += len(going.images)
                else:
                    self._skipped.update(one.seq for one in going.images)
                self._failures = self._failures + 1 if outcome == "failed" else self._failures * (outcome != "gone")
            self._pace.deleted(count, time.monotonic())
            if self._failures >= FAILURES:
                return False
            if is_for_room and not self._makes_room(free_bytes, sofar):
                return False
        return True

    def _makes_room(self, free_bytes: int, sofar: tuple[int, int]) -> bool:
        """Whether it is of use to go on deleting for a watermark. Before the burst that was the last one so many bytes
        were free, and so many files and bytes were deleted.
        """
        self.shortages()
        count, size_bytes = (now - before for now, before in zip(self._report.sofar, sofar, strict=True))
        self._relief.deleted(count, size_bytes, free_bytes, self._free_bytes)
        if not self._relief.is_doubtful:
            return True
        until_s = time.monotonic() + SETTLES_S
        while not self._relief.has_come(self._free_bytes):
            if time.monotonic() >= until_s:
                self._relief.gave_up(time.monotonic())
                return False
            if not self._wait(SETTLE_LOOK_S):
                return False
            self.shortages()
        return True

    def _in_vain(self) -> str:
        """Why nothing is deleted for a watermark now; empty when it is."""
        return self._report.in_vain() if self._relief.is_in_vain(time.monotonic()) else ""

    def _await_turn(self, burst: list[Going]) -> bool:
        """Wait for the pace, and for the watcher to have logged most of what went; False when told to end."""
        if not self._wait(self._pace.wait_s(time.monotonic())):
            return False
        folder = burst[0].images[0]
        is_polled = (self._watched() or {}).get(f"{folder.camera}/{folder.kind}") == "polling"
        most = lead(self._catalog.counted(folder.folder_id) if is_polled else 0, is_polled=is_polled)
        while self._forget_logged() > most:
            self._report.waits()
            if not self._wait(LOOK_S):
                return False
        return True

    def _forget_logged(self) -> int:
        """How many are deleted that the catalog still has."""
        watched = self._watched() or {}
        while self._leaving:
            oldest = self._leaving[0]
            # Of a folder that is away nothing is logged until it is back.
            if f"{oldest.camera}/{oldest.kind}" in watched and self._catalog.is_present(oldest.seq):
                break
            self._leaving.popleft()
        return len(self._leaving)

    def _is_pinned(self, held: Held) -> bool:
        return self.is_kept(held) and held.seq not in self._skipped

    def _is_still_kept(self, held: Held) -> bool:
        return held.seq in self._newest or self.is_kept(held)


def _clocks() -> tuple[int, int]:
    """The wall's and how long the machine has been up, both in ms."""
    return time.time_ns() // 1_000_000, time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000
