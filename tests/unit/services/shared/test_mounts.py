"""Which filesystem a path is on."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.shared.mounts import find_mount, mount_of

MOUNTINFO = r"""
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 22 0:26 / /mnt/nas rw - nfs4 nas:/images rw
31 22 0:27 / /mnt/nas2 rw - cifs //nas/images rw
32 22 0:28 / /mnt/with\040space rw - fuse.sshfs host: rw
33 22 0:29 / /srv rw - xfs /dev/vdb rw
34 33 0:30 / /srv rw - overlay overlay rw
garbage
"""


@pytest.mark.parametrize(
    ("path", "fstype", "polling", "network"),
    [
        ("/etc/passwd", "ext4", False, False),
        ("/mnt/nas", "nfs4", True, True),
        ("/mnt/nas/original/a.jpg", "nfs4", True, True),
        ("/mnt/nas2/x", "cifs", True, True),
        ("/mnt/nasty", "ext4", False, False),
        ("/mnt/with space/x", "fuse.sshfs", True, True),
        ("/srv/images", "overlay", True, False),
    ],
)
def test_the_longest_mount_point_decides(path: str, fstype: str, polling: bool, network: bool) -> None:
    """The mount is the deepest above the path, the later of two at one place; it decides how to watch."""
    mount = find_mount(path, MOUNTINFO)
    assert (mount.fstype, mount.needs_polling, mount.is_network) == (fstype, polling, network)


def test_this_machine_tells_its_root() -> None:
    """The real mountinfo has a mount for any path."""
    assert mount_of(Path("/proc/self")).fstype == "proc"
