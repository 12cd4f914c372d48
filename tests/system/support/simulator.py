"""The simulator as a real process, with the monitor's ear beside it."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from PIL import Image

from services.shared.bus import Hub
from services.shared.messages import Heartbeat
from tests.support.wait import until

CHECKOUT = Path(__file__).resolve().parents[3]


class Simulator:
    """`python -m services.simulator`; `settings` are those of [simulator]. It may be started again after it ended."""

    def __init__(self, root: Path, *, environment: dict[str, str] | None = None, **settings: object) -> None:
        self.base = root / "images"
        self.original = self.base / "original"
        self.labeled = self.base / "labeled"
        self.log = root / "simulator.log"
        small = {"width": 320, "height": 240, "rate_per_s": 20}
        self._environment = {
            **os.environ,
            "IMAGE_BASE_PATH": str(self.base),
            "COILCAST_STATE_PATH": str(root / "state"),
            "COILCAST_NODE_LANGUAGE": "en",
            **{f"COILCAST_SIMULATOR_{name}".upper(): str(value) for name, value in {**small, **settings}.items()},
            **(environment or {}),
        }
        run = root / "state" / "run"
        run.mkdir(mode=0o700, parents=True)
        self.base.mkdir(exist_ok=True)
        self._hub = Hub(run)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when it has said that it is ready."""
        readies = self.text().count("] ready")
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "services.simulator"],
                cwd=CHECKOUT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        until(lambda: self.text().count("] ready") > readies or self._has_ended(), 20, "a ready simulator")

    @property
    def process(self) -> subprocess.Popen[bytes]:
        assert self._process is not None
        return self._process

    def stop(self, timeout_s: float = 5.0) -> None:
        """As ops would; it must end well."""
        self.process.terminate()
        assert self.process.wait(timeout_s) == 0, self.text()

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def close(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self.kill()
        self._hub.close()

    def text(self) -> str:
        return self.log.read_text("utf-8", "replace") if self.log.exists() else ""

    def says(self, words: str, times: int = 1) -> None:
        """Wait for a line of the log."""
        until(lambda: self.text().count(words) >= times, what=f"{words!r} in the log")

    def originals(self, count: int = 0, timeout_s: float = 20.0) -> list[str]:
        """The names in the originals' folder, oldest first, once there are so many."""
        return self.names(self.original, count, timeout_s)

    def names(self, folder: Path, count: int = 0, timeout_s: float = 20.0) -> list[str]:
        """The names in a folder that are not hidden, oldest first, once there are so many."""

        def enough() -> list[str] | None:
            names = sorted(visible(folder), key=stamp_ms_of)
            return names if len(names) >= count else None

        if count == 0:
            return enough() or []
        return until(enough, timeout_s, f"{count} images in {folder.name}")

    def beat(self) -> Heartbeat:
        """The next heartbeat that has details; the very first has none yet."""
        list(self._hub.forward())
        return until(self._next_beat, 5.0, "a heartbeat")

    def detail(self) -> dict[str, Any]:
        """What the next heartbeat tells."""
        return self.beat().detail

    def _next_beat(self) -> Heartbeat | None:
        beats = [hint for hint in self._hub.forward() if isinstance(hint, Heartbeat) and hint.detail]
        return beats[-1] if beats else None

    def _has_ended(self) -> bool:
        if self.process.poll() is not None:
            raise AssertionError(f"the simulator ended: {self.text()}")
        return False


def visible(folder: Path) -> list[str]:
    """What a watcher would see there."""
    return [path.name for path in folder.iterdir() if not path.name.startswith(".")]


def hidden(*folders: Path) -> list[str]:
    return [path.name for folder in folders for path in folder.iterdir() if path.name.startswith(".")]


def stamp_ms_of(name: str) -> int:
    """When the image was captured, by its name."""
    return int(name.split("_")[2])


def coil_of(name: str) -> int:
    return int(name.split("_")[1])


def twin_of(name: str) -> str:
    return name.replace("_original.", "_labeled.")


def picture(data: bytes) -> Image.Image:
    """The image in a file's content. Raises OSError when it is not whole."""
    if not data.endswith(b"\xff\xd9"):
        raise OSError(f"cut off at {len(data)} bytes")
    with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
        image.load()
        return image.copy()
