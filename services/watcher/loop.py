"""The watcher's one work loop: live files first, then those that wait, then a slice of whatever can wait longer."""

from __future__ import annotations

import os
import stat
import time
from typing import Any

from services.shared import confirm
from services.shared.catalog import CatalogWriter
from services.shared.errors import CatalogError
from services.shared.events import EventPublisher
from services.shared.runtime import Runtime
from services.watcher.comparison import Background, Depth
from services.watcher.departures import Departures
from services.watcher.folders import Folder, Folders
from services.watcher.inbox import Inbox, Notice
from services.watcher.intake import Candidate, Intake
from services.watcher.observer import Observer

RENAME = 4
"""Of so few notices the order is kept, whatever they are: a file that is renamed goes before it comes."""

BATCH = 200
"""At most so many files are committed at once: a burst shares transactions, a single file waits for nobody."""

TICK_S = 1.0
TRIM_EVENTS = 1000
"""The log is shortened by so many events at a time, in some 3 ms."""

REST_S = 0.001
"""Between two slices of an import, so that it leaves a third of a core to others."""

SAY_AFTER_S = 0.002
"""The log hears of an image once those have had the processor who bring it to the screens."""

COUNT_SHARE = 0.01
"""Counting the rejected files may take this share of the time."""


class Watcher:
    """The folders, the catalog, and what is going on between them."""

    def __init__(
        self, runtime: Runtime, catalog: CatalogWriter, publisher: EventPublisher, inbox: Inbox, observer: Observer
    ) -> None:
        self._runtime = runtime
        self._settings = runtime.settings
        self._log = runtime.log
        self._catalog = catalog
        self._inbox = inbox
        self._observer = observer
        self._folders = Folders(self._settings, observer)
        self._intake = Intake(self._settings, catalog, publisher, runtime.log, runtime.figures)
        interval_s = self._settings.watch.rescan_interval_s
        self._background = Background(
            catalog, self._intake, runtime.log, self._settings.timezone, interval_s, runtime.figures
        )
        self._departures = Departures()
        self._started_ns = time.time_ns()
        self._next_tick_s = 0.0
        self._rejects: dict[str, int] = {}
        self._next_count_s = 0.0

    def start(self) -> None:
        """Arm the folders and bring `current` up to date; what else was there is imported by later turns."""
        self._check_folders(at_start=True)
        while self._background.is_comparing and not self._runtime.stopping:
            self._observer.listen(0.0)
            self._guarded(self._background.slice)
            self._beat()

    def end(self) -> None:
        """Say what is still to be said."""
        self._intake.say()

    def turn(self) -> None:
        """One turn of the loop. Raises CatalogDamaged."""
        self._observer.listen(self._patience_s())
        self._guarded(self._work)
        self._beat()

    def _work(self) -> None:
        notices = self._inbox.take(BATCH)
        if notices:
            self._hear(notices)
        else:
            self._intake.say()
        self._look_again()
        if time.monotonic() >= self._next_tick_s:
            self._next_tick_s = time.monotonic() + TICK_S
            self._hear_people()
            self._check_folders(at_start=False)
            self._intake.tick()
            self._trim()
            self._catalog.tend()
        if not self._inbox and not self._see_off():
            self._background.slice()

    def _guarded(self, work: Any) -> None:
        try:
            work()
        except CatalogError as error:
            self._intake.failed(error, self._folders.folders.values())
        if self._intake.failing:
            for folder in self._folders.folders.values():
                self._background.stop(folder)

    def _patience_s(self) -> float:
        """How long the loop may wait for a notice."""
        gone_s = self._departures.due_s()
        if self._inbox or self._background.is_comparing or (gone_s is not None and gone_s <= time.monotonic()):
            return 0.0
        if self._background:
            return REST_S
        if self._intake.has_to_say:
            return SAY_AFTER_S
        wakes_s = (self._next_tick_s, self._intake.settling.next_s(), gone_s)
        wake_s = min(at_s for at_s in wakes_s if at_s is not None)
        return max(0.0, min(wake_s - time.monotonic(), self._runtime.until_beat_s()))

    def _hear(self, notices: list[Notice]) -> None:
        candidates: list[Candidate] = []
        departures: list[Candidate] = []
        in_order: list[Candidate] = []
        canaries: list[Folder] = []
        closed = {(notice.watch_id, notice.filename) for notice in notices if notice.kind == "closed"}
        for notice in notices:
            if notice.kind == "touched" and (notice.watch_id, notice.filename) in closed:
                continue
            folder = self._folders.by_watch.get(notice.watch_id)
            if folder is None:
                continue
            if notice.kind == "lost":
                self._log.warning("events_lost", folder=folder.name)
                self._runtime.figures.events_lost(folder.camera, folder.kind)
                folder.want_rescan(at_once=True)
                self._next_tick_s = 0.0
            elif notice.kind == "removed":
                self._next_tick_s = 0.0
            elif notice.kind == "canary":
                canaries.append(folder)
            else:
                candidate = self._candidate(folder, notice)
                if candidate is not None:
                    (departures if notice.kind == "gone" else candidates).append(candidate)
                    in_order.append(candidate)
        if candidates and departures and len(notices) <= RENAME:
            candidates, departures = in_order, []
        for departure in departures:
            self._departures.put(departure, time.monotonic())
        if len(candidates) == 1:
            # In a burst nobody sleeps.
            self._intake.rouse()
        self._intake.look(candidates)
        for folder in canaries:
            self._intake.canary(folder)

    def _hear_people(self) -> None:
        """Somebody may have said that what is withheld is gone for good."""
        if self._background.withheld and confirm.take(self._settings.run_dir, self._runtime.service):
            confirmed = self._background.confirm()
            self._log.info("gone_confirmed", folders=", ".join(confirmed))
            for folder in self._folders.folders.values():
                if folder.name in confirmed:
                    folder.want_rescan(at_once=True)

    def _see_off(self) -> bool:
        """Look at some of the files that went; whether there were any."""
        began_s = time.monotonic()
        departures = self._departures.take(began_s)
        if departures:
            self._intake.look(departures)
            self._departures.took(len(departures), time.monotonic() - began_s)
        return bool(departures)

    def _candidate(self, folder: Folder, notice: Notice) -> Candidate | None:
        closed = notice.kind == "closed"
        if notice.kind in ("closed", "gone"):
            folder.tally.coming.done(notice.filename)
        if notice.kind == "touched":
            try:
                status = os.lstat(f"{folder.path}/{notice.filename}")
            except OSError:
                return None
            # A file that was only just created is about to be written, and its closing will tell.
            if stat.S_ISREG(status.st_mode) and status.st_nlink == 1 and status.st_size == 0:
                folder.tally.coming.came(notice.filename, notice.at_ms)
                return None
            closed = status.st_nlink > 1
        elif notice.kind == "chmod" and not self._is_rejected(folder, notice.filename):
            return None
        return Candidate(folder, notice.filename, notice.at_ms, closed, live=True)

    def _is_rejected(self, folder: Folder, filename: str) -> bool:
        assert folder.row is not None
        known = self._catalog.known(folder.row.id, [filename]).get(filename)
        return known is not None and known.seq is None

    def _look_again(self) -> None:
        due = self._intake.settling.due(time.monotonic())
        if not due:
            return
        folders = {folder.row.id: folder for folder in self._folders.folders.values() if folder.row and folder.armed}
        now_ms = time.time_ns() // 1_000_000
        candidates = []
        for folder_id, filename in due:
            folder = folders.get(folder_id)
            if folder is None:
                self._intake.settling.forget((folder_id, filename))
            else:
                candidates.append(Candidate(folder, filename, now_ms, live=True))
        self._intake.look(candidates)

    def _check_folders(self, *, at_start: bool) -> None:
        self._folders.discover()
        for folder in self._folders.folders.values():
            now_s = time.monotonic()
            problem, was_armed = folder.problem, folder.armed
            if self._folders.check(folder, now_s):
                # Whatever was there before the watcher is imported, also when its mount comes late.
                try:
                    folder.row = self._catalog.folder(folder.camera, folder.kind, self._started_ns)
                    folder.tally.last = self._catalog.newest(folder.row.id)
                except CatalogError:
                    self._folders.disarm(folder, "")
                    raise
                self._log.info("folder_armed", folder=folder.name, mode=folder.mode, path=str(folder.path))
                self._background.stop(folder)
            elif not folder.armed and (was_armed or folder.problem != problem):
                self._background.stop(folder)
                self._log.warning("folder_missing", folder=folder.name, path=str(folder.path), problem=folder.problem)
            if folder.is_due(now_s) and not self._intake.failing:
                self._background.compare(folder, self._depth(folder, at_start=at_start))

    def _depth(self, folder: Folder, *, at_start: bool) -> Depth:
        assert folder.row is not None
        if not at_start:
            return "stats"
        return "import" if folder.row.import_before_ns == self._started_ns else "names"

    def _trim(self) -> None:
        settings = self._settings.catalog
        older_than_ms = int((time.time() - settings.log_keep_days * 86400) * 1000)
        self._catalog.trim(older_than_ms, settings.log_keep_events, TRIM_EVENTS)

    def _beat(self) -> None:
        if self._runtime.is_beat_due():
            self._guarded(self._count_rejects)
            self._look_at_coming()
            queue = len(self._inbox) + len(self._intake.settling) + len(self._departures)
            self._runtime.beat(seq=self._catalog.head, queue=queue, **self._detail())

    def _look_at_coming(self) -> None:
        now_ms = time.time_ns() // 1_000_000
        for folder in self._folders.folders.values():
            if folder.armed:
                folder.tally.coming.look(folder.path, now_ms)

    def _count_rejects(self) -> None:
        began_s = time.monotonic()
        if began_s >= self._next_count_s:
            self._rejects = self._catalog.reject_counts()
            now_s = time.monotonic()
            self._next_count_s = now_s + (now_s - began_s) / COUNT_SHARE

    def _detail(self) -> dict[str, Any]:
        folders, waiting = self._folders.folders.values(), self._intake.settling.counts()
        return {
            "folders": {
                folder.name: folder.tally.told(waiting[folder.row.id] if folder.row else 0) for folder in folders
            },
            "modes": {folder.name: folder.mode for folder in folders if folder.armed},
            "missing": {folder.name: folder.problem for folder in folders if not folder.armed},
            "rejects": self._rejects,
            "importing": self._background.importing,
            "withheld": ", ".join(
                f"{name}: {missing} / {expected}" for name, (missing, expected) in self._background.withheld.items()
            ),
            "error": self._intake.failing,
        }
