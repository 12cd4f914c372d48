"""The image folders: which there are, whether each is watched, and when it must be compared with the catalog.

         there, watch taken                          deleted, moved away, unmounted, replaced, watch broken
missing ────────────────────▶ armed ────────────────────────────────────────────────────────────────▶ missing
                                each arming asks for a rescan; check() turns the wheel once a second
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from services.shared.catalog import FolderState
from services.shared.files import MAIN_CAMERA
from services.shared.mounts import mount_of
from services.shared.names import is_camera
from services.shared.settings import Settings
from services.watcher.observer import Observer, WatchMode
from services.watcher.quiet import Quiet
from services.watcher.tally import Tally

RESCAN_SHARE = 0.02
"""Rescans of one folder take at most this share of a core in the long run."""

POLLED_RESCAN_S = 60.0
"""A file overwritten in place moves no folder's mtime, and in a polled folder no event tells of it either."""


@dataclass
class Folder:
    """One `<kind>` of one camera."""

    camera: str
    kind: str
    path: Path
    row: FolderState | None = None
    watch_id: int | None = None
    mode: WatchMode = "inotify"
    identity: tuple[int, int] | None = None
    """(device, inode) of the directory that is watched."""
    had_files: bool = False
    """Files were met in this directory since it was armed: if it is empty now, they were taken away."""
    rescan_wanted: bool = False
    next_rescan_s: float = 0.0
    quiet: Quiet = field(default_factory=Quiet)
    problem: str = ""
    tally: Tally = field(default_factory=Tally)

    @property
    def name(self) -> str:
        return f"{self.camera}/{self.kind}"

    @property
    def armed(self) -> bool:
        return self.watch_id is not None

    def is_due(self, now_s: float) -> bool:
        """Whether a rescan should start now."""
        return self.armed and self.rescan_wanted and now_s >= self.next_rescan_s

    def is_itself(self) -> bool:
        """Whether the directory that is watched is still what its path leads to."""
        try:
            return _identity(self.path.stat()) == self.identity
        except OSError:
            return False

    def want_rescan(self, *, at_once: bool = False) -> None:
        """Something may have been missed."""
        self.rescan_wanted = True
        self.quiet.forget()
        if at_once:
            self.next_rescan_s = 0.0

    def rescanned(self, began_s: float, now_s: float, cost_s: float, interval_s: float) -> None:
        """A rescan has ended that took `cost_s` of the loop's time."""
        self.quiet.listed(began_s)
        self.next_rescan_s = now_s + max(interval_s, cost_s / RESCAN_SHARE)


@dataclass
class Folders:
    """All folders that the settings ask for and those of cameras that appeared."""

    settings: Settings
    observer: Observer
    by_watch: dict[int, Folder] = field(default_factory=dict)
    folders: dict[tuple[str, str], Folder] = field(default_factory=dict)

    def discover(self) -> None:
        """Take in the folders that were not known before: `main`'s always, another camera's when they are there."""
        base, kinds = self.settings.images.base, self.settings.images.kinds
        for camera in (MAIN_CAMERA, *_cameras(base, kinds)):
            for kind in kinds:
                path = base / kind if camera == MAIN_CAMERA else base / camera / kind
                if (camera, kind) not in self.folders and (camera == MAIN_CAMERA or path.is_dir()):
                    self.folders[camera, kind] = Folder(camera, kind, path)

    def check(self, folder: Folder, now_s: float) -> bool:
        """Arm a folder that is there and is not the directory that is watched, if any is. True when it was armed."""
        try:
            status = folder.path.stat()
        except OSError as error:
            self.disarm(folder, error.strerror or str(error))
            return False
        watch_id = folder.watch_id
        if watch_id is not None and _identity(status) == folder.identity and self.observer.is_watching(watch_id):
            if not folder.quiet.holds(status.st_mtime_ns, now_s):
                folder.rescan_wanted = True
            if folder.mode == "polling" and now_s - folder.next_rescan_s > POLLED_RESCAN_S:
                folder.rescan_wanted = True
            return False
        self.disarm(folder, "")
        try:
            self._arm(folder)
        except OSError as error:
            folder.problem = error.strerror or str(error)
            return False
        folder.identity, folder.had_files, folder.problem = _identity(status), False, ""
        folder.want_rescan(at_once=True)
        folder.quiet.holds(status.st_mtime_ns, now_s)
        return True

    def disarm(self, folder: Folder, problem: str) -> None:
        """It is gone, or no longer what is watched."""
        folder.problem = problem
        if folder.watch_id is not None:
            self.by_watch.pop(folder.watch_id, None)
            self.observer.unwatch(folder.watch_id)
            folder.watch_id = folder.identity = None

    def _arm(self, folder: Folder) -> None:
        wanted = self.settings.watch.mode
        blind = wanted == "auto" and mount_of(folder.path).needs_polling
        try:
            folder.mode = "polling" if wanted == "polling" or blind else "inotify"
            folder.watch_id = self.observer.watch(folder.path, folder.mode, folder.tally.coming)
        except PermissionError:
            raise
        except OSError:
            # The limit of inotify watches or instances is reached: better late than never.
            if wanted != "auto":
                raise
            folder.mode = "polling"
            folder.watch_id = self.observer.watch(folder.path, folder.mode, folder.tally.coming)
        self.by_watch[folder.watch_id] = folder


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


def _cameras(base: Path, kinds: tuple[str, ...]) -> list[str]:
    try:
        with os.scandir(base) as entries:
            return sorted(entry.name for entry in entries if is_camera(entry.name, kinds) and entry.is_dir())
    except OSError:
        return []
