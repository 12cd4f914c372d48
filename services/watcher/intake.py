"""From a name in a folder to a line in the catalog and a message on the bus: the one way in for events and rescans."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import msgspec

from services.shared import canary
from services.shared.catalog import CatalogWriter, Change, Gone, Rejected, Sighting
from services.shared.errors import CatalogDamaged, CatalogError
from services.shared.events import EventPublisher
from services.shared.formats import END_MARKED, Bad, Incomplete, Picture
from services.shared.inspect import Inspection, Limits, inspect
from services.shared.logs import Logger
from services.shared.messages import Event
from services.shared.metrics.figures import Figures
from services.shared.names import coil_and_time
from services.shared.rejects import reject_text
from services.shared.settings import Settings
from services.watcher.folders import Folder
from services.watcher.settle import Key, Settling

YOUNG_NS = 250_000_000
"""A file written to this lately, that nobody has closed as far as is known, may still be in its writer's hands."""

REJECTS_TOLD = 10_000
"""So many rejected files are remembered as told of in the log."""

UNSAID = 100
"""So many events may wait to be written into the log."""

_SEEN = {"new": "image_seen", "changed": "image_changed", "removed": "image_removed"}


class Candidate(NamedTuple):
    """A name to look at, and when it was first heard of (Unix ms). `closed`: whoever wrote it is done with it. `live`:
    it changed under our eyes, so that it is no import, whatever the clock says that stamped it.
    """

    folder: Folder
    filename: str
    seen_at_ms: int
    closed: bool = False
    live: bool = False


class Intake:
    """Looks at files, records what they are, publishes what was recorded: nothing is published before its commit."""

    def __init__(
        self, settings: Settings, catalog: CatalogWriter, publisher: EventPublisher, log: Logger, figures: Figures
    ) -> None:
        self._limits = Limits(settings.images.max_file_size_bytes, settings.images.max_megapixels * 1_000_000)
        self._zone = settings.timezone
        self._korean = settings.node.language == "ko"
        self._catalog = catalog
        self._publisher = publisher
        self._log = log
        self._figures = figures
        self._published = catalog.head
        self._told: dict[tuple[int, str], tuple[str, int, int]] = {}
        self._unsaid: list[Event] = []
        self.settling = Settling(settings.watch.settle_s)
        self.failing = ""
        """The catalog's last error while it cannot be used, else empty."""

    def look(self, candidates: Iterable[Candidate], missed_after_ms: int | None = None) -> int:
        """Look at the files and record them in this order; a file that is not whole waits in `settling`.

        Returns how many are images. Where no event led here, live ones that were written `missed_after_ms` ago or more
        count as missed by events. When the catalog cannot be written, the folders ask for a rescan, which finds
        everything again. Raises CatalogDamaged.
        """
        merged: dict[tuple[str, str], Candidate] = {}
        for candidate in candidates:
            key = (candidate.folder.name, candidate.filename)
            before = merged.get(key)
            if before is not None:
                closed, live = candidate.closed or before.closed, candidate.live or before.live
                candidate = candidate._replace(closed=closed, live=live)
            merged[key] = candidate
        changes = [(candidate.folder, change) for candidate in merged.values() if (change := self._change(candidate))]
        folders = {folder.name: folder for folder, _ in changes}
        if any(isinstance(change, Gone) for _, change in changes):
            # Where another directory is under the path, every file seems gone; the next check of the folders sees it.
            away = {name for name, folder in folders.items() if not folder.is_itself()}
            changes = [pair for pair in changes if not (isinstance(pair[1], Gone) and pair[0].name in away)]
        if changes:
            self._record([change for _, change in changes], folders, missed_after_ms)
        return sum(isinstance(change, Sighting) for _, change in changes)

    def tick(self) -> None:
        """Tell followers where the log ends; what was imported since is in this range and nowhere else."""
        if self.failing:
            self._record([], {})
        self.rouse()

    def rouse(self, canary: str = "") -> None:
        """An image is about to come: for a word that says nothing new, followers that sleep are awake by then."""
        tick = self._catalog.tick()
        self._publisher.publish(msgspec.structs.replace(tick, first=self._published + 1, canary=canary))
        self._published = tick.last

    def canary(self, folder: Folder) -> None:
        """The monitor has written its canary there: prove that the catalog can be written, and pass it on.

        Raises CatalogError.
        """
        written_ms = canary.read(folder.path)
        if written_ms is None:
            return
        seen_ms = time.time_ns() // 1_000_000
        folder.tally.canary = (written_ms, seen_ms, 0)
        self._catalog.prove()
        self.rouse(f"{folder.name} {written_ms}")
        folder.tally.canary = (written_ms, seen_ms, time.time_ns() // 1_000_000)

    @property
    def has_to_say(self) -> bool:
        """Whether say() would write."""
        return bool(self._unsaid)

    def say(self) -> None:
        """Write of what was recorded into the log, once there is time: who is to hear of it on the bus goes first."""
        unsaid, self._unsaid = self._unsaid, []
        for event in unsaid:
            # Retention removes a hundred thousand at a time, and that nobody wants to read.
            say = self._log.debug if event.type == "removed" else self._log.info
            say(_SEEN[event.type], kind=event.image.kind, filename=event.image.filename)

    def failed(self, error: CatalogError, folders: Iterable[Folder]) -> None:
        """The catalog could not be used: say so once, and find it all again later. Raises CatalogDamaged."""
        if isinstance(error, CatalogDamaged):
            raise error
        if not self.failing:
            self._log.error("catalog_failed", error=str(error))
        self.failing = str(error)
        for folder in folders:
            folder.want_rescan(at_once=True)

    def _change(self, candidate: Candidate) -> Change | None:
        folder, filename, seen_at_ms, closed, live = candidate
        row = folder.row
        assert row is not None
        path, key = str(folder.path), (row.id, filename)
        found = inspect(path, filename, self._limits, closed=closed)
        if found is not None and not (closed or self._is_left_alone(found, key)):
            found = found._replace(verdict=Incomplete())
        if found is not None and isinstance(found.verdict, Incomplete):
            patience = self.settling.not_whole(key, found.size_bytes, found.mtime_ns, time.monotonic())
            if patience == "full":
                folder.want_rescan()
            folder.tally.coming.moved(seen_at_ms)
            if patience != "give up":
                return None
            found = inspect(path, filename, self._limits, closed=True)
        self.settling.forget(key)
        if found is None:
            return Gone(folder_id=row.id, filename=filename, at_ms=seen_at_ms)
        if isinstance(found.verdict, Picture):
            folder.had_files = True
            imported = not live and found.ctime_ns < row.import_before_ns
            return self._sighting(row.id, filename, found, found.verdict, seen_at_ms, imported)
        # What only a comparison found may have lain there for long.
        at_ms = seen_at_ms if live else min(seen_at_ms, found.ctime_ns // 1_000_000)
        folder.tally.rejected = (found.verdict.reason, at_ms)
        return self._rejected(folder, row.id, filename, found, found.verdict, seen_at_ms)

    def _is_left_alone(self, found: Inspection, key: Key) -> bool:
        """Whether what looks like an image is one, though nobody said that its writer is done."""
        if not isinstance(found.verdict, Picture) or abs(time.time_ns() - found.mtime_ns) > YOUNG_NS:
            return True
        # With the end of a new image all of it is there. Over an old one, the end may still be the old one's.
        folder_id, filename = key
        known = self._catalog.known(folder_id, [filename]).get(filename)
        return found.verdict.media_type in END_MARKED and (known is None or known.seq is None)

    def _sighting(
        self, folder_id: int, filename: str, found: Inspection, picture: Picture, seen_at_ms: int, imported: bool
    ) -> Sighting:
        coil, captured = coil_and_time(filename, self._zone)
        return Sighting(
            folder_id=folder_id,
            filename=filename,
            coil=coil,
            captured_at_ms=found.mtime_ns // 1_000_000 if captured is None else captured,
            # ctime, not mtime: rsync and cp -p set the mtime back, the ctime is when the file came to be what it is.
            written_at_ms=found.ctime_ns // 1_000_000,
            seen_at_ms=seen_at_ms,
            size_bytes=found.size_bytes,
            width=picture.width,
            height=picture.height,
            media_type=picture.media_type,
            mtime_ns=found.mtime_ns,
            inode=found.inode,
            fingerprint=found.fingerprint,
            imported=imported,
        )

    def _rejected(
        self, folder: Folder, folder_id: int, filename: str, found: Inspection, verdict: Bad | Incomplete, at_ms: int
    ) -> Rejected:
        key, reject = (folder_id, filename), (verdict.reason, found.size_bytes, found.mtime_ns)
        if self._told.get(key) != reject:
            if len(self._told) >= REJECTS_TOLD:
                self._told.clear()
            self._told[key] = reject
            why = reject_text(verdict.reason, korean=self._korean)
            self._figures.rejected(folder.camera, folder.kind, verdict.reason)
            self._log.warning("image_rejected", kind=folder.kind, filename=filename, reason=verdict.reason, why=why)
        return Rejected(
            folder_id=folder_id,
            filename=os.fsencode(filename),
            reason=verdict.reason,
            size_bytes=found.size_bytes,
            mtime_ns=found.mtime_ns,
            at_ms=at_ms,
        )

    def _record(self, changes: list[Change], folders: Mapping[str, Folder], missed_after_ms: int | None = None) -> None:
        began_s = time.monotonic()
        try:
            published = self._catalog.record(changes)
        except CatalogError as error:
            self.failed(error, folders.values())
            return
        if self.failing:
            self.failing = ""
            self._log.info("catalog_works")
        if published.events:
            took_s, now_s = time.monotonic() - began_s, time.time()
            range_first = self._published + 1
            self._publisher.publish(msgspec.structs.replace(published, first=range_first, committed_at_s=now_s))
            self._published = published.last
            for event in published.events:
                if event.shown and event.type != "removed":
                    folders[f"{event.image.camera}/{event.image.kind}"].tally.saw(event.seq, event.image.seen_at_ms)
            self._figures.committed(took_s)
            self._figures.logged(published.epoch, published.events, now_s)
            if missed_after_ms is not None:
                self._count_missed(published.events, missed_after_ms)
        self._unsaid += published.events
        if len(self._unsaid) > UNSAID:
            self.say()

    def _count_missed(self, events: Iterable[Event], after_ms: int) -> None:
        for event in events:
            image = event.image
            if event.type != "removed" and image.seen_at_ms - image.written_at_ms >= after_ms:
                self._figures.rescan_found(image)
