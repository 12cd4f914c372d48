"""The comparisons of folders with the catalog that are under way, and the imports they found: the loop's spare time."""

from __future__ import annotations

import datetime
import time
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal, TypeVar

from services.shared.catalog import CatalogWriter
from services.shared.confirm import is_too_many
from services.shared.logs import Logger
from services.shared.metrics.figures import Figures
from services.shared.names import coil_of
from services.watcher.folders import Folder
from services.watcher.intake import Candidate, Intake
from services.watcher.namelist import NameList
from services.watcher.pace import SLICE_S, Pace
from services.watcher.rescan import Listing, find_gone, find_gone_rejects, list_all, list_changes, list_new

Result = TypeVar("Result")
Steps = Generator[None, None, Result]

Depth = Literal["import", "names", "stats"]
"""import: the catalog knows nothing of the folder, all of it was there first. names: what came and went. stats: also
what changed under its name.
"""

COILS_AT_ONCE = 50
"""`current` has the newest image of so many coils: those are catalogued before the watcher says ready,"""

LOOKS_AT_ONCE = 500
"""unless so many of the newest files turn out to be none."""

MISSED_AFTER_MS = 2000
"""A comparison may come across a file whose event is on its way still; after so long, none came."""


@dataclass
class _Running:
    folder: Folder
    depth: Depth
    steps: Steps[None]
    began_s: float
    cost_s: float = 0.0


@dataclass
class _Import:
    folder: Folder
    names: Iterator[str]
    left: int


class Background:
    """At most one comparison and one import a folder. Each call of slice() does a little of the oldest."""

    def __init__(
        self,
        catalog: CatalogWriter,
        intake: Intake,
        log: Logger,
        zone: datetime.tzinfo,
        interval_s: float,
        figures: Figures,
    ) -> None:
        self._catalog = catalog
        self._intake = intake
        self._log = log
        self._zone = zone
        self._interval_s = interval_s
        self._figures = figures
        self._pace = Pace()
        self._comparisons: dict[str, _Running] = {}
        self._imports: dict[str, _Import] = {}
        self.withheld: dict[str, tuple[int, int]] = {}
        """Of which folder how many images of how many have no file any more, and are not removed for that."""
        self._confirmed: set[str] = set()
        self._importing: set[str] = set()
        """The folders of which the log was told that their import began."""

    def __bool__(self) -> bool:
        return bool(self._comparisons or self._imports)

    @property
    def is_comparing(self) -> bool:
        return bool(self._comparisons)

    @property
    def importing(self) -> int:
        """How many images are still to be imported."""
        return sum(pending.left for pending in self._imports.values())

    def confirm(self) -> list[str]:
        """What is withheld is meant to be gone: the folders' next comparison removes it. Returns which these are."""
        self._confirmed.update(self.withheld)
        return list(self.withheld)

    def compare(self, folder: Folder, depth: Depth) -> None:
        """Begin, unless it is under way."""
        if folder.name not in self._comparisons:
            folder.rescan_wanted = False
            # What is left of an import will be found again, and only one of the two lists is ever in memory.
            self._imports.pop(folder.name, None)
            self._comparisons[folder.name] = _Running(folder, depth, self._steps(folder, depth), time.monotonic())

    def stop(self, folder: Folder) -> None:
        """The folder is gone or another one: what was read of it is worth nothing."""
        self._comparisons.pop(folder.name, None)
        self._imports.pop(folder.name, None)

    def slice(self) -> None:
        """About SLICE_S of a comparison, or else of an import. Raises CatalogError."""
        began_s = time.monotonic()
        work = self._compare_on if self._comparisons else self._import_on
        while work() and time.monotonic() - began_s < SLICE_S:
            pass

    def _compare_on(self) -> bool:
        """One step of the oldest comparison; False when it was the last one."""
        running = next(iter(self._comparisons.values()))
        folder, started_s = running.folder, time.monotonic()
        try:
            next(running.steps)
            return True
        except StopIteration:
            del self._comparisons[folder.name]
            if running.depth == "names" or self._intake.failing:
                folder.want_rescan(at_once=True)
            else:
                folder.rescanned(running.began_s, time.monotonic(), running.cost_s, self._interval_s)
            self._figures.rescanned(folder.camera, folder.kind)
        except OSError:
            # The folder went away under the comparison; the next check of the folders sees it.
            self.stop(folder)
            folder.want_rescan()
        finally:
            running.cost_s += time.monotonic() - started_s
        return False

    def _steps(self, folder: Folder, depth: Depth) -> Steps[None]:
        row = folder.row
        assert row is not None
        if depth == "import":
            listing = yield from list_all(folder.path, self._zone)
        elif depth == "names":
            listing = yield from list_new(folder.path, row, self._catalog, self._zone)
        else:
            listing = yield from list_changes(folder.path, row, self._catalog, self._zone)
        folder.had_files = folder.had_files or listing.listed > 0
        if listing.imports:
            yield from self._make_current_right(folder, listing.imports)
        # While the watcher was away nothing else could tell of them.
        yield from self._look(folder, listing.live.descending(), 0 if depth == "names" else MISSED_AFTER_MS)
        yield from self._find_gone(folder, listing)
        if listing.imports:
            self._imports[folder.name] = _Import(folder, listing.imports.descending(), len(listing.imports))
            if folder.name not in self._importing:
                self._importing.add(folder.name)
                self._log.info("import_started", folder=folder.name, count=len(listing.imports))

    def _make_current_right(self, folder: Folder, imports: NameList) -> Steps[None]:
        """Record the newest image, and the newest of each of the newest coils."""
        seen: set[str | None] = set()
        looks = 0
        for at, filename in enumerate(imports.descending()):
            coil = coil_of(filename)
            if coil not in seen:
                looks += 1
                if self._intake.look([Candidate(folder, filename, time.time_ns() // 1_000_000)]):
                    seen.add(coil)
                yield
                if len(seen) >= COILS_AT_ONCE or looks >= LOOKS_AT_ONCE:
                    return
            elif at % 500 == 0:
                yield

    def _find_gone(self, folder: Folder, listing: Listing) -> Steps[None]:
        row = folder.row
        assert row is not None
        gone = yield from find_gone_rejects(folder.path, row, self._catalog)
        if listing.matched < listing.expected:
            if not folder.had_files:
                # An image folder that was never seen with a file in it is more likely a mount that is missing.
                self._log.warning("folder_empty", folder=folder.name, count=listing.expected)
                return
            missing = yield from find_gone(folder.path, row, self._catalog)
            if not self._holds_back(folder, len(missing), listing.expected):
                gone += missing
        else:
            self.withheld.pop(folder.name, None)
        yield from self._look(folder, gone)

    def _holds_back(self, folder: Folder, missing: int, expected: int) -> bool:
        """Whether so many images are missing that somebody has to say that they are meant to be."""
        if not is_too_many(missing, expected) or folder.name in self._confirmed:
            self.withheld.pop(folder.name, None)
            self._confirmed.discard(folder.name)
            return False
        if folder.name not in self.withheld:
            self._log.warning("gone_withheld", folder=folder.name, count=missing, expected=expected)
        self.withheld[folder.name] = (missing, expected)
        return True

    def _look(self, folder: Folder, filenames: Iterable[str], missed_after_ms: int | None = None) -> Steps[None]:
        names = iter(filenames)
        while self._look_at_some(folder, names, missed_after_ms):
            yield

    def _import_on(self) -> bool:
        """One step of the oldest import; False when there is none."""
        if not self._imports:
            return False
        pending = next(iter(self._imports.values()))
        looked_at = self._look_at_some(pending.folder, pending.names)
        pending.left -= looked_at
        if not looked_at:
            del self._imports[pending.folder.name]
            self._importing.discard(pending.folder.name)
            self._log.info("import_done", folder=pending.folder.name)
        return True

    def _look_at_some(self, folder: Folder, names: Iterator[str], missed_after_ms: int | None = None) -> int:
        batch = list(islice(names, self._pace.count))
        if batch:
            began_s, now_ms = time.monotonic(), time.time_ns() // 1_000_000
            self._intake.look([Candidate(folder, name, now_ms) for name in batch], missed_after_ms)
            self._pace.took(len(batch), time.monotonic() - began_s)
        return len(batch)
