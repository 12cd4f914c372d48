"""The thread that deletes and re-encodes, so that a disk that hangs does not hang the loop that beats."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

from services.janitor.cleaning import Cleaner
from services.janitor.deleting import Deleter
from services.janitor.folders import ImageFolders
from services.janitor.note import Note
from services.janitor.pinboard import PinBoard
from services.janitor.reencoding import Reencoder
from services.janitor.report import Report
from services.shared.catalog import CatalogReader
from services.shared.errors import CatalogMissing, DatabaseError
from services.shared.runtime import Runtime

LOOK_S = 2.0
"""How much is free is looked at so often, whatever the interval: a line that speeds up must not outrun a watermark."""

STUCK_S = 10.0
"""When nothing could go that had to, it is tried again so soon."""

CATALOG_S = 0.5
WATCHER_S = 0.2
UNREADABLE_S = 30.0
HOUR_MS = 3_600_000
NICE = 10
"""Whoever brings images to the screens goes first."""


class Worker(threading.Thread):
    """Daemonic: it is told to end, and not waited for longer than a frame takes."""

    def __init__(self, runtime: Runtime, report: Report) -> None:
        super().__init__(name="retention", daemon=True)
        self._runtime = runtime
        self._report = report
        self._over = threading.Event()
        self.watched: dict[str, str] | None = None
        """The folders that the watcher watches, and how; None before it has spoken."""
        self.failed: BaseException | None = None
        """Why it ended by itself."""
        self.turned_s = time.monotonic()
        """When it was last between two things; a disk that hangs keeps it from that."""
        self.encoding_since_s: float | None = None
        """When it took up the image that it makes smaller now."""

    def end(self) -> None:
        """Be done soon."""
        self._over.set()

    def run(self) -> None:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
        try:
            while not self._over.is_set():
                try:
                    self._work()
                except CatalogMissing as error:
                    self._runtime.log.debug("no_catalog", error=str(error))
                    self._wait(CATALOG_S)
                except (DatabaseError, OSError) as error:
                    self._report.stuck("cannot_delete", str(error))
                    self._wait(LOOK_S)
        except BaseException as error:  # noqa: BLE001 - raised again where the process waits for it
            self.failed = error

    def _wait(self, timeout_s: float) -> bool:
        """Sleep; whether to go on."""
        self.turned_s = time.monotonic()
        return not self._over.wait(timeout_s) if timeout_s > 0 else not self._over.is_set()

    def _work(self) -> None:
        """As long as the catalog is the one that it is now."""
        settings, runtime = self._runtime.settings, self._runtime
        inode = _inode(settings.catalog_path)

        def wait(timeout_s: float) -> bool:
            # What waits for the watcher waits in vain for what a catalog that was taken away would say.
            return self._wait(timeout_s) and _inode(settings.catalog_path) == inode

        catalog = CatalogReader(settings.catalog_path)
        folders, pins, note = ImageFolders(settings.images.base), PinBoard(settings.operations_path), None
        try:
            note = Note(settings.state / "janitor.note")
            deleter = Deleter(folders, note, settings.images.kinds[0], self._report.deleted)
            cleaner = Cleaner(settings, catalog, pins, folders, deleter, self._report, wait, lambda: self.watched)
            reencoder = None
            if settings.retention.reencode_after_h:
                reencoder = Reencoder(
                    settings.state / "janitor.json",
                    catalog,
                    folders,
                    settings.images.kinds[0],
                    settings.retention.reencode_quality,
                    int(settings.retention.reencode_after_h * HOUR_MS),
                    cleaner.is_kept,
                    self._report,
                    runtime.log,
                )
            self._rounds(cleaner, reencoder, folders, wait)
        finally:
            folders.close()
            catalog.close()
            pins.close()
            if note is not None:
                note.close()

    def _rounds(
        self, cleaner: Cleaner, reencoder: Reencoder | None, folders: ImageFolders, wait: Callable[[float], bool]
    ) -> None:
        interval_s = self._runtime.settings.retention.interval_s
        next_s = 0.0
        while wait(0.0):
            if self.watched is None:
                self._wait(WATCHER_S)
                continue
            now_s = time.monotonic()
            if now_s >= next_s or (cleaner.shortages() and not self._report.is_stuck):
                cleaner.clean()
                next_s = time.monotonic() + (min(interval_s, STUCK_S) if self._report.is_stuck else interval_s)
            rest_s = self._make_smaller(reencoder, folders) if reencoder is not None else None
            look_s = max(0.0, min(LOOK_S, next_s - time.monotonic()))
            self._wait(look_s if rest_s is None else min(rest_s, look_s))

    def _make_smaller(self, reencoder: Reencoder, folders: ImageFolders) -> float | None:
        self.encoding_since_s = time.monotonic()
        try:
            return reencoder.step()
        except OSError as error:
            self._report.not_smaller(str(error))
            return UNREADABLE_S
        finally:
            self.encoding_since_s = None
            folders.close()


def _inode(path: Path) -> int:
    try:
        return path.stat().st_ino
    except FileNotFoundError:
        return 0
