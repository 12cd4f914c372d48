"""A line with a janitor as a real process: what it deletes, the watcher logs and the thumbnailer tidies up."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from services.shared.operations import Pins
from tests.support.pictures import name_of, real
from tests.support.wait import until
from tests.system.support.thumbnailer import Line
from tests.system.support.watcher import CHECKOUT

KINDS = ("original", "labeled")


class Household(Line):
    """`start()` the watcher, `make()` a thumbnailer, `tidy()` a janitor. Settings are environment variables."""

    def __init__(self, root: Path, **settings: str) -> None:
        quiet = {"COILCAST_RETENTION_KEEP_FREE_PERCENT": "0", "COILCAST_RETENTION_INTERVAL_S": "1"}
        super().__init__(root, **{**quiet, **settings})
        self.janitor_log = root / "janitor.log"
        self.janitor: subprocess.Popen[bytes] | None = None

    def until(self, condition: Callable[[], Any], timeout_s: float, what: str) -> None:
        """Like the function, and as the monitor does: what processes say of themselves is passed on meanwhile."""

        def come_true() -> Any:
            self.listen()
            return condition()

        try:
            until(come_true, timeout_s, what)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.text()[-2000:]}\n{self.log_text()[-2000:]}") from None

    def tidy(self, *prefix: str) -> subprocess.Popen[bytes]:
        """Start the janitor; what `prefix` has before it starts it."""
        with self.janitor_log.open("ab") as log:
            self.janitor = subprocess.Popen(
                [*prefix, sys.executable, "-m", "services.janitor"],
                cwd=CHECKOUT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        return self.janitor

    def end_janitor(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Its exit code."""
        assert self.janitor is not None
        self.janitor.send_signal(number)
        code, self.janitor = self.janitor.wait(10), None
        return code

    def close(self) -> None:
        if self.janitor is not None and self.janitor.poll() is None:
            self.end_janitor(signal.SIGKILL)
        super().close()

    def frames(self, first: int, last: int) -> None:
        """So many frames, each in both kinds, written as a camera writes."""
        data = {kind: real("JPEG", 64, 48) for kind in KINDS}
        for number in range(first, last):
            for kind in KINDS:
                self.put(number, kind, data[kind] + number.to_bytes(4, "big") + b"\xff\xd9")

    def put(self, number: int, kind: str, data: bytes) -> Path:
        path = self.base / kind / name_of(number, kind)
        hidden = path.with_name(f".{path.name}")
        hidden.write_bytes(data)
        hidden.rename(path)
        return path

    def there(self, kind: str = "original") -> list[int]:
        """The numbers of the frames whose files are there."""
        names = {path.name for path in (self.base / kind).iterdir()}
        return [number for number in range(5000) if name_of(number, kind) in names]

    def catalogued(self, kind: str = "original") -> list[int]:
        """The numbers of the frames that the catalog has."""
        names = {image.filename for image in self.reader.newest(kind=kind, limit=100_000)}
        return [number for number in range(5000) if name_of(number, kind) in names]

    def seqs(self) -> set[int]:
        return {image.seq for image in self.reader.newest(limit=100_000)}

    def previewed(self) -> set[int]:
        """The images of which there are previews."""
        return {int(name.split(".")[0]) for name in self.files() if not name.startswith(".")}

    def agrees(self) -> bool:
        """Whether folders, catalog and previews have the same images."""
        folders = [self.there(kind) for kind in KINDS]
        return folders == [self.catalogued(kind) for kind in KINDS] and self.previewed() == self.seqs()

    def grow_old(self) -> None:
        """Nothing that came within the last moments goes."""
        newest_ms = max(image.seen_at_ms for image in self.reader.newest(limit=100_000))
        until(lambda: time.time_ns() // 1_000_000 - newest_ms > 10_000, 15, "images that are old enough")

    def pin(self, number: int, kind: str) -> None:
        with closing(Pins(self.state / "operations.db")) as pins:
            pins.pin_file("main", kind, name_of(number, kind), "Kim", "", 1)

    def log_text(self) -> str:
        return self.janitor_log.read_text("utf-8", "replace") if self.janitor_log.exists() else ""


def free_share(path: Path) -> float:
    found = os.statvfs(path)
    return found.f_bavail / found.f_blocks
