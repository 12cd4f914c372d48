"""Why no images come: one reason, found by looking, the first that matches. Pure."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from orchestrator.monitor.evidence import NO_DEVICE, DiskEvidence, FolderEvidence, Place
from services.shared.mounts import NETWORK

StallReason = Literal[
    "storage_unmounted",
    "storage_replaced",
    "storage_hangs",
    "disk_full",
    "inodes_full",
    "folder_missing",
    "folder_unreadable",
    "watcher_dead",
    "watcher_hung",
    "watcher_blind",
    "files_rejected",
    "files_unfinished",
    "line_stopped",
    "source_silent",
]
STALL_REASONS: tuple[StallReason, ...] = get_args(StallReason)

BLOCKING = frozenset(STALL_REASONS[: STALL_REASONS.index("files_rejected")])
"""No image can come through, whatever the source does; the others are the source's own."""

NUMBERED_ANEW = NETWORK | {"btrfs", "zfs", "bcachefs", "virtiofs"}
"""They get another device number each time they are mounted: known by their source."""

FULL_BYTES = 64 * 1024 * 1024
FULL_SHARE = 0.01
"""Less than both of these free, and a large image does not fit."""


@dataclass(frozen=True)
class Seen:
    """What a reason is found from. `recent_ms`: what happened longer ago than that says nothing of now."""

    folder: FolderEvidence
    state_disk: DiskEvidence | None
    now_ms: int
    recent_ms: int

    def is_news(self, at_ms: int | None) -> bool:
        """Whether it happened lately, and after the last image. What is yet to come is of a clock that was set back."""
        last_ms = self.folder.last_image_ms
        return at_ms is not None and (last_ms is None or at_ms > last_ms) and abs(self.now_ms - at_ms) <= self.recent_ms


@dataclass(frozen=True)
class Finding:
    """The reason, what else its sentence tells (`fields`), and which of its sentences says it best (`variant`)."""

    reason: StallReason
    variant: str
    fields: Mapping[str, Any]


def diagnose(seen: Seen) -> Finding:
    """The first rule that matches; there is always one."""
    for reason, rule in RULES:
        told = rule(seen)
        if told is not None:
            fields = dict(told)
            return Finding(reason, str(fields.pop("variant", reason)), {"folder": seen.folder.name} | fields)
    variant = "source_silent" if seen.folder.line == "running" else "source_silent_or_stopped"
    return Finding("source_silent", variant, {"folder": seen.folder.name})


Rule = Callable[[Seen], Mapping[str, Any] | None]
"""What the reason's sentence tells; None when it is not the reason."""


def _unmounted(seen: Seen) -> Mapping[str, Any] | None:
    known, place = seen.folder.known_place, seen.folder.place
    if known is None or place is None or known.mount_point == place.mount_point:
        return None
    return {"mount": known.mount_point} if _is_below(known.mount_point, place.mount_point) else None


def _replaced(seen: Seen) -> Mapping[str, Any] | None:
    known, place = seen.folder.known_place, seen.folder.place
    if known is None or place is None or _is_same(known, place):
        return None
    return {"mount": place.mount_point, "was": _named(known), "now": _named(place)}


def _hangs(seen: Seen) -> Mapping[str, Any] | None:
    if seen.folder.answered:
        return None
    place = seen.folder.place
    return {"mount": place.mount_point if place else "?"}


def _disk_full(seen: Seen) -> Mapping[str, Any] | None:
    folder, state = seen.folder, seen.state_disk
    if _is_full(folder.free_bytes, folder.total_bytes):
        return {"mount": folder.place.mount_point if folder.place else "?"}
    # The watcher records nothing without room for the catalog.
    if state is not None and folder.watch_problem and _is_full(state.free_bytes, state.total_bytes):
        return {"mount": state.path}
    return None


def _inodes_full(seen: Seen) -> Mapping[str, Any] | None:
    folder = seen.folder
    if folder.free_inodes != 0 or not folder.total_inodes:
        return None
    return {"mount": folder.place.mount_point if folder.place else "?"}


def _missing(seen: Seen) -> Mapping[str, Any] | None:
    return None if seen.folder.exists else {}


def _unreadable(seen: Seen) -> Mapping[str, Any] | None:
    return {"error": seen.folder.error} if seen.folder.error else None


def _watcher_dead(seen: Seen) -> Mapping[str, Any] | None:
    return {} if seen.folder.watcher in ("dead", "starting") else None


def _watcher_hung(seen: Seen) -> Mapping[str, Any] | None:
    return {} if seen.folder.watcher == "hung" else None


def _watcher_blind(seen: Seen) -> Mapping[str, Any] | None:
    if seen.folder.watch_problem:
        return {"variant": "watcher_failing", "problem": seen.folder.watch_problem}
    is_lost = seen.folder.canary == "lost" and seen.folder.canary_stage in ("watcher", "catalog", None)
    return {"mode": seen.folder.mode or "-"} if is_lost else None


def _rejected(seen: Seen) -> Mapping[str, Any] | None:
    rejected = seen.folder.rejected
    return {"rejected": rejected[0]} if rejected is not None and seen.is_news(rejected[1]) else None


def _unfinished(seen: Seen) -> Mapping[str, Any] | None:
    return {} if seen.is_news(seen.folder.unfinished_at_ms) else None


def _line_stopped(seen: Seen) -> Mapping[str, Any] | None:
    return {} if seen.folder.line == "stopped" else None


RULES: tuple[tuple[StallReason, Rule], ...] = (
    ("storage_unmounted", _unmounted),
    ("storage_replaced", _replaced),
    ("storage_hangs", _hangs),
    ("disk_full", _disk_full),
    ("inodes_full", _inodes_full),
    ("folder_missing", _missing),
    ("folder_unreadable", _unreadable),
    ("watcher_dead", _watcher_dead),
    ("watcher_hung", _watcher_hung),
    ("watcher_blind", _watcher_blind),
    ("files_rejected", _rejected),
    ("files_unfinished", _unfinished),
    ("line_stopped", _line_stopped),
)


def _is_below(path: str, parent: str) -> bool:
    return path != parent and path.startswith(parent.rstrip("/") + "/")


def _is_same(known: Place, place: Place) -> bool:
    if known.mount_point != place.mount_point:
        return False
    if known.fstype in NUMBERED_ANEW and (known.fstype, known.source) == (place.fstype, place.source):
        return True
    if known.device == NO_DEVICE:
        return known.fstype == place.fstype
    return known.device == place.device


def _named(place: Place) -> str:
    return f"{place.source or '-'} ({place.fstype}, {os.major(place.device)}:{os.minor(place.device)})"


def _is_full(free_bytes: int | None, total_bytes: int | None) -> bool:
    if free_bytes is None or not total_bytes:
        return False
    return free_bytes < min(FULL_BYTES, total_bytes * FULL_SHARE)
