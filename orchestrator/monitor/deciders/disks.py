"""A disk fills up: within a day as it goes on, or it is nearly full already. Bytes or inodes."""

from __future__ import annotations

from collections.abc import Iterator

from orchestrator.monitor.deciders.view import Firing, View
from orchestrator.monitor.evidence import DiskEvidence
from orchestrator.monitor.telling import said, trouble
from orchestrator.monitor.trend import Trend
from services.shared.operations import Severity, Trouble

DISK_FILLING = "disk_filling"

SOON_S = 86_400.0
LATER_S = 1.25 * SOON_S
"""A disk that fills up within the one is told of; it is well again when it takes the other."""

NEARLY_FULL = 0.02
ROOMY = 0.03
"""Less than this share free is told of whatever the trend; well again with the other."""

KEPT_UP = 0.9
"""Where retention keeps a share of the disk free, bytes as well as inodes, it is in charge as long as this much of that
share is."""

Figure = tuple[str, int, int]
"""bytes | inodes, how many are free, of how many."""


class Disks:
    """The filesystem of the images and that of the state folder. Where they are one, it is told of once, as that of the
    images: retention looks after it.
    """

    names = frozenset({DISK_FILLING})

    def __init__(self, keep_free_percent: float) -> None:
        self._keep_free = keep_free_percent / 100
        self._trends: dict[str, Trend] = {}

    def __call__(self, view: View, firing: Firing) -> Firing:
        wanted: dict[str, Trouble] = {}
        seen: set[int] = set()
        for disk in sorted(view.disks, key=lambda disk: disk.role != "images"):
            if disk.place is not None and disk.place.device in seen:
                continue
            if disk.place is not None:
                seen.add(disk.place.device)
            key = f"{DISK_FILLING}/{disk.role}"
            told = self._judge(disk, view.now_s, firing.get(key))
            if told is not None:
                wanted[key] = told
        return wanted

    def _judge(self, disk: DiskEvidence, now_s: float, before: Trouble | None) -> Trouble | None:
        if not disk.answered:
            return before
        figures = list(_figures(disk))
        if not figures:
            return before
        for what, free, total in figures:
            limit = ROOMY if _is(before, what, "critical") else NEARLY_FULL
            if free / total < limit:
                return _trouble(disk, what, "nearly_full", "critical")
        for what, free, total in figures:
            trend = self._trends.setdefault(f"{disk.role}/{what}", Trend())
            trend.add(now_s, -free)
            is_told = _is(before, what, "warning")
            if trend.slope is None:
                if is_told:
                    return before
                continue
            if disk.role == "images" and self._keep_free and free / total >= self._held(is_told):
                continue
            if trend.slope > 0 and free / trend.slope < (LATER_S if is_told else SOON_S):
                return _trouble(disk, what, "filling", "warning")
        return None

    def _held(self, is_told: bool) -> float:
        """With so large a share free retention is in charge of this disk."""
        return self._keep_free if is_told else self._keep_free * KEPT_UP


def _figures(disk: DiskEvidence) -> Iterator[Figure]:
    if disk.free_bytes is not None and disk.total_bytes:
        yield "bytes", disk.free_bytes, disk.total_bytes
    if disk.free_inodes is not None and disk.total_inodes:
        yield "inodes", disk.free_inodes, disk.total_inodes


def _is(before: Trouble | None, what: str, severity: Severity) -> bool:
    return before is not None and (before.reason, before.severity) == (what, severity)


def _trouble(disk: DiskEvidence, what: str, how: str, severity: Severity) -> Trouble:
    mount = disk.place.mount_point if disk.place is not None else disk.path
    fields = {"role": said(f"role_{disk.role}", {}), "mount": mount}
    return trouble(DISK_FILLING, severity, f"{how}_{what}", fields, reason=what)
