"""The hidden names of uploads, and what a gateway that was killed has left under them."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from services.shared.files import MAIN_CAMERA, folder_of
from services.shared.names import is_camera

PREFIX = ".upload-"

OLD_S = 3600.0
"""A file of another gateway that nobody has written to for so long is nobody's: an upload must not pause like that."""

REST_EVERY = 500
REST_S = 0.001
"""The event loop goes on beside a folder of a million files."""


def hidden_name(owner: str, salt: str, ending: str) -> str:
    """The name of an upload that is under way."""
    return f"{PREFIX}{owner}-{salt}{ending}"


def sweep(base: Path, kinds: Sequence[str], owner: str, life: str) -> int:
    """Remove what uploads have left: those of `owner` from before this life of it, with which the salt of its own
    begins, and the old ones of others.

    Returns how many. Never raises: what cannot be looked at now can be at the next start.
    """
    removed = 0
    for folder in _folders(base, tuple(kinds)):
        with contextlib.suppress(OSError), os.scandir(folder) as entries:
            for number, entry in enumerate(entries):
                if number % REST_EVERY == REST_EVERY - 1:
                    time.sleep(REST_S)
                if entry.name.startswith(PREFIX) and _is_left(entry, owner, life):
                    with contextlib.suppress(OSError):
                        Path(entry.path).unlink()
                        removed += 1
    return removed


def _is_left(entry: os.DirEntry[str], owner: str, life: str) -> bool:
    try:
        if not entry.is_file(follow_symlinks=False):
            return False
        whose, _, salt = entry.name.removeprefix(PREFIX).rpartition("-")
        if whose == owner:
            return not salt.startswith(life)
        return time.time() - entry.stat(follow_symlinks=False).st_mtime > OLD_S
    except OSError:
        return False


def _folders(base: Path, kinds: tuple[str, ...]) -> Iterator[Path]:
    cameras = [MAIN_CAMERA]
    with contextlib.suppress(OSError), os.scandir(base) as entries:
        cameras += [entry.name for entry in entries if is_camera(entry.name, kinds) and entry.is_dir()]
    for camera in cameras:
        for kind in kinds:
            yield folder_of(base, camera, kind)
