"""What is known of each image folder at a moment: put together by the thin parts, read by the pure diagnosis.

Nothing here is judged yet. What could not be found out is None, `unknown` or empty, never a guess.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

WatcherState = Literal["ok", "dead", "hung", "starting"]
CanaryState = Literal["ok", "lost", "unplaced", "off"]
CanaryStage = Literal["watcher", "catalog", "gateway", "client"]
LineState = Literal["running", "stopped", "unknown"]
DiskRole = Literal["images", "state"]


NO_DEVICE = 0
"""It is not known any more."""


class Place(Struct, frozen=True):
    """Which filesystem a path is on: the device (st_dev), and the mount as /proc/self/mountinfo has it."""

    device: int
    mount_point: str
    fstype: str
    source: str = ""


class FolderEvidence(Struct, frozen=True, kw_only=True):
    """One kind of one camera. `_ms` is Unix time."""

    camera: str
    kind: str
    answered: bool = True
    """The storage answered in time; while it does not, what the probe said last stands below."""
    exists: bool = True
    error: str = ""
    """Why the folder cannot be listed, as in `Permission denied`; empty when it can."""
    place: Place | None = None
    known_place: Place | None = None
    """Where the folder was when images flowed last, also before this monitor; None when they never did."""
    free_bytes: int | None = None
    """For who may write there without being root,"""
    total_bytes: int | None = None
    free_inodes: int | None = None
    """None also where the filesystem does not count any."""
    total_inodes: int | None = None
    watcher: WatcherState = "ok"
    mode: str = ""
    """`inotify` or `polling`; empty when it is not watched."""
    watch_problem: str = ""
    """Why the watcher cannot watch it, or cannot record anything; empty when it can."""
    canary: CanaryState = "off"
    """ok: the last one that was due went the whole way; lost: it did not; unplaced: none can be written here."""
    canary_stage: CanaryStage | None = None
    """The first stage that did not see the one that was lost."""
    last_seq: int | None = None
    """Of the newest live image; None before the first, and while the watcher does not say."""
    arrived: int = 0
    """How many live images the present watcher saw here; begins again with it."""
    last_image_ms: int | None = None
    """When the newest live image was seen."""
    rejected: tuple[str, int] | None = None
    """Why the last file was rejected, and when."""
    unfinished: int = 0
    """So many files wait to become whole."""
    unfinished_at_ms: int | None = None
    """When a file that is not finished last came or grew, hidden and temporary names included."""
    line: LineState = "unknown"

    @property
    def name(self) -> str:
        return f"{self.camera}/{self.kind}"


class DiskEvidence(Struct, frozen=True, kw_only=True):
    """The filesystem of the images, or that of the state folder; None for what is not known."""

    role: DiskRole
    answered: bool = True
    path: str = ""
    place: Place | None = None
    free_bytes: int | None = None
    total_bytes: int | None = None
    free_inodes: int | None = None
    total_inodes: int | None = None
