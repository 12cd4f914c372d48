"""Plays a camera and its model: an image of each kind several times a second, until told otherwise."""

from __future__ import annotations

import contextlib
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Literal

from tests.support.pictures import jpeg, name_of

How = Literal["whole", "truncated", "unfinished"]

EVERY_S = 0.25
CHUNK = b"\x55" * 1000


class Camera:
    """Writes below `base` from a thread of its own. Where it cannot write it tries again, as a camera does."""

    def __init__(self, base: Path, kinds: tuple[str, ...] = ("original", "labeled")) -> None:
        self._base = base
        self._writing: dict[str, How] = dict.fromkeys(kinds, "whole")
        self._number = 0
        self._open: dict[str, Path] = {}
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="camera")

    def __enter__(self) -> Camera:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._ended.set()
        self._thread.join()

    def writes(self, *kinds: str, how: How = "whole") -> float:
        """From now on these and no others, in this way; what was begun is done. Returns when that was, Unix time."""
        with self._lock:
            self._open.clear()
            self._writing = dict.fromkeys(kinds, how)
            return time.time()

    def _run(self) -> None:
        while not self._ended.wait(EVERY_S):
            with self._lock:
                self._number += 1
                for kind, how in self._writing.items():
                    with contextlib.suppress(OSError):
                        self._write(kind, how)

    def _write(self, kind: str, how: How) -> None:
        folder, name = self._base / kind, name_of(self._number, kind)
        data = jpeg(name)
        if how == "unfinished":
            path = self._open.setdefault(kind, folder / name)
            with path.open("ab") as file:
                file.write(data[:-2] if file.tell() == 0 else CHUNK)
        elif how == "truncated":
            (folder / name).write_bytes(data[:-100])
        else:
            hidden = folder / f".{name}.tmp"
            hidden.write_bytes(data)
            hidden.rename(folder / name)
