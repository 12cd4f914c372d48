"""A catalog, image folders and whoever deletes from them in one process; the watcher's part is played."""

from __future__ import annotations

import io
import os
import time
from pathlib import Path
from typing import Any

from services.janitor.cleaning import Cleaner
from services.janitor.deleting import Deleter
from services.janitor.folders import ImageFolders
from services.janitor.note import Note
from services.janitor.pinboard import PinBoard
from services.janitor.report import Report
from services.janitor.wording import REASONS, SENTENCES
from services.shared.catalog import CatalogReader, CatalogWriter, Gone, Held, Sighting
from services.shared.files import folder_of
from services.shared.logs import make_logger
from services.shared.metrics.figures import Figures
from services.shared.operations import Pins
from services.shared.phrases import phrases
from tests.support.pictures import jpeg, name_of
from tests.support.watching import settings_for

OLD_MS = time.time_ns() // 1_000_000 - 30 * 86_400_000
"""When the image with number 0 was captured, written and seen; each further one a minute later."""


class Bed:
    """`values` are environment variables. The watcher logs removals whenever the janitor pauses, unless `is_deaf`."""

    def __init__(self, tmp_path: Path, **values: str) -> None:
        free = {"COILCAST_RETENTION_KEEP_FREE_PERCENT": "0", "COILCAST_RETENTION_MAX_DELETES_PER_S": "10000"}
        self.settings = settings_for(tmp_path, **{**free, **values})
        self.base = self.settings.images.base
        self.settings.state.mkdir()
        self.writer = CatalogWriter(self.settings.catalog_path, "node")
        self.reader = CatalogReader(self.settings.catalog_path)
        self.pins = Pins(self.settings.operations_path)
        self._own_pins = PinBoard(self.settings.operations_path)
        self.figures = Figures.in_memory()
        self.out = io.StringIO()
        self.log = make_logger(self.settings, "Janitor", SENTENCES, self.out)
        self.report = Report(self.log, self.figures, phrases("en", REASONS))
        self.folders = ImageFolders(self.base)
        self.note = Note(self.settings.state / "janitor.note")
        self.deleter = Deleter(self.folders, self.note, "original", self.report.deleted)
        self.is_deaf = False
        self.pauses_s: list[float] = []
        self.most_pauses = 1000
        names = ("main/original", "main/labeled", "side/original")
        self.watched: dict[str, str] | None = dict.fromkeys(names, "inotify")
        self.cleaner = Cleaner(
            self.settings,
            self.reader,
            self._own_pins,
            self.folders,
            self.deleter,
            self.report,
            self._wait,
            lambda: self.watched,
        )

    def close(self) -> None:
        self.note.close()
        self.folders.close()
        self.pins.close()
        self._own_pins.close()
        self.reader.close()
        self.writer.close()

    def add(self, number: int, *kinds: str, camera: str = "main", data: bytes | None = None, **fields: Any) -> None:
        """The frame with this number in these kinds."""
        for kind in kinds or ("original",):
            folder = folder_of(self.base, camera, kind)
            folder.mkdir(parents=True, exist_ok=True)
            at_ms = OLD_MS + number * 60_000
            path = folder / name_of(number, kind)
            path.write_bytes(data or jpeg(f"{number}{kind}"))
            os.utime(path, ns=(at_ms * 1_000_000, at_ms * 1_000_000))
            status = path.stat()
            values: dict[str, Any] = {
                "coil": "2891", "captured_at_ms": at_ms, "written_at_ms": at_ms, "seen_at_ms": at_ms, "width": 64,
                "height": 48, "media_type": "image/jpeg", "fingerprint": number,
            }  # fmt: skip
            sighting = Sighting(
                folder_id=self.writer.folder(camera, kind, 0).id,
                filename=path.name,
                size_bytes=status.st_size,
                mtime_ns=status.st_mtime_ns,
                inode=status.st_ino,
                **{**values, **fields},
            )
            self.writer.record([sighting])

    def held(self, number: int, kind: str = "original", camera: str = "main") -> Held:
        """As the catalog has it."""
        folder = next(one for one in self.reader.held_folders() if (one.camera, one.kind) == (camera, kind))
        return next(one for one in self.reader.oldest(folder.id) if one.filename == name_of(number, kind))

    def there(self, kind: str = "original", camera: str = "main") -> list[int]:
        """The numbers of the frames whose files are in a folder."""
        names = {path.name for path in folder_of(self.base, camera, kind).iterdir()}
        return [number for number in range(1000) if name_of(number, kind) in names]

    def log_removals(self) -> None:
        for folder in self.reader.held_folders():
            path = folder_of(self.base, folder.camera, folder.kind)
            gone = [held.filename for held in self.reader.oldest(folder.id) if not (path / held.filename).exists()]
            self.writer.record([Gone(folder_id=folder.id, filename=name, at_ms=1) for name in gone])

    def _wait(self, timeout_s: float) -> bool:
        self.pauses_s.append(timeout_s)
        if timeout_s and not self.is_deaf:
            self.log_removals()
        return len(self.pauses_s) < self.most_pauses
