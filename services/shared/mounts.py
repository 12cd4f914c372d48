"""Which filesystem a folder is on, as /proc/self/mountinfo tells (proc_pid_mountinfo(5)), and what follows from it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "ncpfs", "fuse.sshfs",
     "fuse.glusterfs", "fuse.s3fs", "fuse.rclone", "fuse.davfs2"}
)  # fmt: skip
"""Another host may write there: SQLite's locks and shared memory do not hold (sqlite.org/wal.html, 1)."""

BLIND = frozenset({"overlay", "virtiofs", "vboxsf", "vmhgfs", "prl_fs"})
"""Local to this kernel's eyes, yet not every write becomes an inotify event."""


@dataclass(frozen=True)
class Mount:
    """One mounted filesystem. `id` changes when something else is mounted there."""

    id: int
    mount_point: str
    fstype: str
    source: str = ""
    """The device, or `server:/export`, as whoever mounted it said."""

    @property
    def is_network(self) -> bool:
        return self.fstype in NETWORK

    @property
    def needs_polling(self) -> bool:
        """Whether inotify misses writes here: network and FUSE filesystems, overlay, folders shared with a host."""
        return self.is_network or self.fstype in BLIND or self.fstype == "fuse" or self.fstype.startswith("fuse.")


def mount_of(path: Path) -> Mount:
    """The mount that `path` (or, while it is missing, its nearest parent) is on."""
    return find_mount(os.path.realpath(path), read_mounts())


def read_mounts() -> str:
    """What is mounted, as this process sees it. No filesystem is asked: this never hangs."""
    return Path("/proc/self/mountinfo").read_text("utf-8", "surrogateescape")


def find_mount(real_path: str, mountinfo: str) -> Mount:
    """The mount with the longest mount point above `real_path`; of equal ones the last, which hides the others."""
    best = Mount(id=0, mount_point="/", fstype="unknown")
    for line in mountinfo.splitlines():
        left, _, right = line.partition(" - ")
        fields = left.split(" ")
        if len(fields) < 5 or not right:
            continue
        mount_point = _unescape(fields[4])
        if not _is_under(real_path, mount_point) or len(mount_point) < len(best.mount_point):
            continue
        fstype, source, *_ = (*right.split(" "), "")
        best = Mount(id=int(fields[0]), mount_point=mount_point, fstype=fstype, source=_unescape(source))
    return best


def _is_under(path: str, mount_point: str) -> bool:
    return path == mount_point or path.startswith(mount_point.rstrip("/") + "/")


def _unescape(text: str) -> str:
    for octal, character in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        text = text.replace(octal, character)
    return text
