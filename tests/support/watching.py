"""The watcher's parts put together in one process: a real folder, a real catalog, and ears instead of a bus."""

from __future__ import annotations

import io
import time
from collections.abc import Sequence
from pathlib import Path

from services.shared.catalog import CatalogReader, CatalogWriter
from services.shared.events import EventPublisher
from services.shared.logs import make_logger
from services.shared.messages import Event, Published
from services.shared.metrics.figures import Figures
from services.shared.settings import Settings, load_settings
from services.watcher.folders import Folder
from services.watcher.intake import Candidate, Intake
from services.watcher.wording import SENTENCES


class Ears(EventPublisher):
    """Hears what would be published."""

    def __init__(self) -> None:
        self.messages: list[Published] = []

    def publish(self, message: Published) -> None:
        self.messages.append(message)

    @property
    def events(self) -> list[Event]:
        return [event for message in self.messages for event in message.events]

    @property
    def told(self) -> list[tuple[str, str]]:
        return [(event.type, event.image.filename) for event in self.events]


def settings_for(folder: Path, **values: str) -> Settings:
    """Settings with images and state below `folder`; `values` are environment variables."""
    return load_settings(
        {
            "IMAGE_BASE_PATH": str(folder / "images"),
            "COILCAST_STATE_PATH": str(folder / "state"),
            "COILCAST_CONFIG": "/dev/null",
            "COILCAST_NODE_LANGUAGE": "en",
            "COILCAST_WATCH_MODE": "inotify",
            **values,
        }
    )


class Bed:
    """One folder, `main/original`, whose files changed before `import_before_ns` are imported."""

    def __init__(self, tmp_path: Path, import_before_ns: int = 0, **values: str) -> None:
        self.settings = settings_for(tmp_path, **values)
        self.path = self.settings.images.base / "original"
        self.path.mkdir(parents=True)
        self.settings.state.mkdir()
        self.catalog = CatalogWriter(self.settings.catalog_path, "node")
        self.reader = CatalogReader(self.settings.catalog_path)
        self.ears = Ears()
        self.out = io.StringIO()
        self.log = make_logger(self.settings, "Image Receiver", SENTENCES, self.out)
        self.folder = Folder("main", "original", self.path)
        self.folder.row = self.catalog.folder("main", "original", import_before_ns)
        status = self.path.stat()
        self.folder.identity = (status.st_dev, status.st_ino)
        self.figures = Figures.in_memory("watcher-0")
        self.intake = Intake(self.settings, self.catalog, self.ears, self.log, self.figures)

    def close(self) -> None:
        self.reader.close()
        self.catalog.close()

    def look(self, *filenames: str, closed: bool = True) -> int:
        now_ms = time.time_ns() // 1_000_000
        return self.intake.look([Candidate(self.folder, name, now_ms, closed) for name in filenames])

    def write(self, name: str, data: bytes) -> Path:
        path = self.path / name
        path.write_bytes(data)
        return path

    @property
    def rejects(self) -> dict[str, str]:
        return {reject.filename: reject.reason for reject in self.reader.rejects()}

    @property
    def names(self) -> list[str]:
        """The images of the folder, newest arrival first."""
        return [image.filename for image in self.reader.newest(limit=1_000_000)]

    def lines(self, words: str) -> list[str]:
        """The lines of the log with these words in them."""
        self.intake.say()
        return [line for line in self.out.getvalue().splitlines() if words in line]

    def log_names(self) -> Sequence[str]:
        """What the log in the catalog has, oldest first."""
        return [event.image.filename for event in self.reader.events(0, self.reader.head())]
