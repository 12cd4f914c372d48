"""How full the filesystems are, how much has to go, and when they would be full. Pure, but for measure()."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from services.shared.catalog import HeldFolder, Inflow
from services.shared.files import folder_of
from services.shared.retention.plan import Shortage

SLACK_SHARE = 0.02
"""So much more than the watermark asks for is freed, so that the next image is not below it again."""

LEAST_WINDOW_MS = 60_000
"""From less than this no rate is made."""


class Space(NamedTuple):
    """A filesystem with image folders on it, as statvfs(3) tells."""

    device: int
    path: str
    folder_ids: frozenset[int]
    total_bytes: int
    free_bytes: int
    total_files: int
    free_files: int

    @property
    def free_percent(self) -> float:
        """Of bytes or of inodes, of which there is less; where inodes are not counted, of bytes."""
        return 100 * min(_share(self.free_bytes, self.total_bytes), _share(self.free_files, self.total_files))


class Forecast(NamedTuple):
    """How fast images come, and when nothing will be free at that rate if nothing goes; None is never."""

    bytes_per_day: float
    files_per_day: float
    full_in_s: float | None


def measure(base: Path, folders: Mapping[int, HeldFolder]) -> list[Space]:
    """The filesystems that the folders are on; what is missing is left out. Raises OSError when one does not answer."""
    by_device: dict[int, tuple[Path, set[int]]] = {}
    for number, folder in folders.items():
        path = folder_of(base, folder.camera, folder.kind)
        try:
            device = path.stat().st_dev
        except FileNotFoundError:
            continue
        by_device.setdefault(device, (path, set()))[1].add(number)
    return [space_of(device, path, frozenset(numbers)) for device, (path, numbers) in by_device.items()]


def space_of(device: int, path: Path, folder_ids: frozenset[int]) -> Space:
    """Raises OSError."""
    found = os.statvfs(path)
    return Space(
        device,
        str(path),
        folder_ids,
        found.f_blocks * found.f_frsize,
        # What is free for anybody: root's reserve is nobody's images.
        found.f_bavail * found.f_frsize,
        found.f_files,
        found.f_favail,
    )


def shortage(space: Space, keep_free_percent: float) -> Shortage | None:
    """What has to go from there, None when enough is free."""
    if not keep_free_percent or space.free_percent >= keep_free_percent:
        return None
    wanted = keep_free_percent / 100 * (1 + SLACK_SHARE)
    missing_bytes = int(space.total_bytes * wanted) - space.free_bytes
    missing_files = int(space.total_files * wanted) - space.free_files
    return Shortage(space.folder_ids, max(0, missing_bytes), max(0, missing_files))


def forecast(space: Space, inflow: Inflow | None, now_ms: int) -> Forecast | None:
    """At the rate of what came lately; None when nothing came, or for too short a time to tell."""
    if inflow is None or now_ms - inflow.since_ms < LEAST_WINDOW_MS:
        return None
    days = (now_ms - inflow.since_ms) / 86_400_000
    bytes_per_day, files_per_day = inflow.size_bytes / days, inflow.count / days
    waits_s = [space.free_bytes / bytes_per_day * 86400] if bytes_per_day else []
    if files_per_day and space.total_files:
        waits_s.append(space.free_files / files_per_day * 86400)
    return Forecast(bytes_per_day, files_per_day, min(waits_s, default=None))


def _share(free: int, total: int) -> float:
    return free / total if total else 1.0
