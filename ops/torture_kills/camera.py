"""The line under torture: somebody who writes images, overwrites some and takes some away, at a steady rate."""

from __future__ import annotations

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from images import image

PIECE_PAUSE_S = 0.02
"""A file that is written in two pieces is half there for so long."""

REACH = 200
"""How far back what is overwritten or removed may lie."""

COIL_IMAGES = 100


class Camera(threading.Thread):
    """Does one thing to one file `rate` times a second, until stop(). `rng` decides what, not when."""

    def __init__(self, folders: list[Path], rate: float, rng: random.Random) -> None:
        super().__init__(name="camera", daemon=True)
        self._folders = folders
        self._period_s = 1.0 / rate
        self._rng = rng
        self._number = 0
        self._taken_ms = 0
        self._present: list[Path] = []
        self._halt = threading.Event()
        self._acted = threading.Event()
        self.done: Counter[str] = Counter()
        """What was done how often."""
        self.error = ""

    def run(self) -> None:
        next_s = time.monotonic()
        try:
            while not self._halt.is_set():
                self._act()
                self._acted.set()
                next_s = max(next_s + self._period_s, time.monotonic() - self._period_s)
                self._halt.wait(max(0.0, next_s - time.monotonic()))
        except OSError as error:
            self.error = f"the camera ended: {error}"

    def stop(self) -> None:
        self._halt.set()
        self.join()

    def await_next(self, timeout_s: float) -> None:
        """Return the moment the next thing was done to a file, or after `timeout_s`."""
        self._acted.clear()
        self._acted.wait(timeout_s)

    def _act(self) -> None:
        what, act = self._rng.choices(self._ACTS, self._WEIGHTS)[0]
        if self._number < REACH // 10:
            what, act = self._ACTS[0]
        self._number += 1
        act(self)
        self.done[what] += 1

    def _new(self) -> None:
        self._rename_in(self._fresh())

    def _new_in_pieces(self) -> None:
        self._write_in_place(self._fresh())

    def _overwrite(self) -> None:
        self._rename_in(self._some())

    def _overwrite_in_place(self) -> None:
        self._write_in_place(self._some())

    def _remove(self) -> None:
        path = self._some()
        self._present.remove(path)
        path.unlink()

    def _fresh(self) -> Path:
        folder = self._rng.choice(self._folders)
        self._taken_ms = max(self._taken_ms + 1, time.time_ns() // 1_000_000)
        stamp = time.strftime("%Y%m%d%H%M%S", time.gmtime(self._taken_ms // 1000))
        path = folder / f"{stamp}_{2891 + self._number // COIL_IMAGES}_{self._taken_ms}_{folder.name}.jpg"
        self._present.append(path)
        return path

    def _some(self) -> Path:
        """One of the last; the very last as often as all others together."""
        reach = min(len(self._present), REACH)
        return self._present[-1 if self._rng.random() < 0.5 else -self._rng.randint(1, reach)]

    def _rename_in(self, path: Path) -> None:
        hidden = path.with_name(f".{path.name}")
        hidden.write_bytes(self._picture())
        hidden.rename(path)

    def _write_in_place(self, path: Path) -> None:
        data = self._picture()
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        try:
            os.write(fd, data[: len(data) // 2])
            self._halt.wait(PIECE_PAUSE_S)
            os.write(fd, data[len(data) // 2 :])
        finally:
            os.close(fd)

    def _picture(self) -> bytes:
        return image(self._number, self._rng.randint(1000, 20_000))

    _ACTS: tuple[tuple[str, Callable[[Camera], None]], ...] = (
        ("new", _new),
        ("new, in pieces", _new_in_pieces),
        ("overwritten", _overwrite),
        ("overwritten in place", _overwrite_in_place),
        ("removed", _remove),
    )
    _WEIGHTS = (70, 8, 8, 6, 8)
