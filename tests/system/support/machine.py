"""A machine with a real systemd, in namespaces of its own: its root is this one's with everything that is changed kept
in memory. Needs root; nothing of it is left at the end.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.wait import until

SYSTEMD = Path("/lib/systemd/systemd")

BOOT = r"""
set -eu
PATH=$PATH:/usr/sbin:/sbin
share=$1 folder=$2 borrowed=$3
mount --make-rprivate /
mount -t tmpfs coilcast-test "$folder"
mkdir "$folder/upper" "$folder/work" "$folder/root"
mount -t overlay -o "lowerdir=/,upperdir=$folder/upper,workdir=$folder/work" coilcast-test "$folder/root"
cd "$folder/root"
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mkdir -p sys/fs/cgroup && mount -t cgroup2 cgroup2 sys/fs/cgroup
for name in run tmp dev; do mount -t tmpfs -o mode=755 coilcast-test "$name"; done
chmod 1777 tmp
for name in null zero full random urandom tty; do touch "dev/$name" && mount --bind "/dev/$name" "dev/$name"; done
mkdir dev/shm dev/pts share borrowed old
mount -t tmpfs coilcast-test dev/shm
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
ln -s pts/ptmx dev/ptmx
mount --bind "$share" share
mount --bind "$borrowed" borrowed
: >etc/fstab
echo 0123456789abcdef0123456789abcdef >etc/machine-id
printf '[Unit]\nDefaultDependencies=no\nRequires=systemd-journald.service\n' >etc/systemd/system/test.target
# An address on the loopback is only reached when that is up.
python3 -c 'import fcntl, socket, struct
fcntl.ioctl(socket.socket(), 0x8914, struct.pack("16sh14x", b"lo", 0x41))'
pivot_root . old
umount -l /old
# As systemd does it on a machine that is no container: what is mounted later is mounted for services, too.
mount --make-rshared /
exec env -i container=lxc PATH=/usr/sbin:/usr/bin:/sbin:/bin \
    /lib/systemd/systemd --system --unit=test.target --log-target=console
"""
"""Run in the new namespaces. $1 is at /share there, $3 at /borrowed; $2 is an empty folder."""


class Machine:
    """One that has booted."""

    def __init__(self, pid: int, share: Path) -> None:
        self._pid = pid
        self.share = share

    def run(self, *words: str, timeout_s: float = 60, **env: str) -> subprocess.CompletedProcess[str]:
        """A command in it, to its end."""
        plain = {"PATH": "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}
        return subprocess.run(
            ["nsenter", "--target", str(self._pid), "--all", "--", *words],
            env=plain | env,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )

    def said(self, *words: str, timeout_s: float = 60, **env: str) -> str:
        """What a command says that must not fail."""
        ended = self.run(*words, timeout_s=timeout_s, **env)
        assert ended.returncode == 0, f"{words}: {ended.stdout}{ended.stderr}"
        return ended.stdout + ended.stderr

    def shown(self, unit: str, name: str) -> str:
        """A property of a unit."""
        return self.said("systemctl", "show", unit, f"--property={name}", "--value").strip()


@contextlib.contextmanager
def booted(borrowed: str) -> Iterator[Machine]:
    """A machine; skips the test where none can be booted."""
    if os.getuid() != 0 or not SYSTEMD.exists():
        pytest.skip("needs root and Debian's package systemd")
    with tempfile.TemporaryDirectory(prefix="cc-machine-") as name, _cgroup() as cgroup:
        folder, share, log = Path(name) / "root", Path(name) / "share", Path(name) / "log"
        folder.mkdir()
        share.mkdir(mode=0o755)
        Path(name).chmod(0o755)
        enter = f'echo $$ >"{cgroup}/cgroup.procs"; exec "$@"'
        unshare = ["unshare", "--mount", "--pid", "--cgroup", "--net", "--uts", "--ipc", "--fork", "--kill-child"]
        script = ["bash", "-c", BOOT, "boot", str(share), str(folder), borrowed]
        with log.open("wb") as out:
            process = subprocess.Popen(
                ["bash", "-c", enter, "enter", *unshare, *script], stdin=subprocess.DEVNULL, stdout=out, stderr=out
            )
        try:
            machine = _once_booted(process, share, log)
            yield machine
        finally:
            # With the first process of its namespace everything in it ends.
            process.kill()
            process.wait(10)


def _once_booted(process: subprocess.Popen[bytes], share: Path, log: Path) -> Machine:
    def running() -> Machine | None:
        if process.poll() is not None:
            pytest.skip(f"no machine can be booted here: {log.read_text('utf-8', 'replace')[-500:]}")
        for child in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split():
            if Path(f"/proc/{child}/comm").read_text().strip() == "systemd":
                machine = Machine(int(child), share)
                if machine.run("systemctl", "is-active", "test.target").stdout.strip() == "active":
                    return machine
        time.sleep(0.1)
        return None

    return until(running, 30, "a machine that has booted")


@contextlib.contextmanager
def _cgroup() -> Iterator[Path]:
    """A group of its own, below which systemd may do as it likes."""
    mounts = Path("/proc/self/mountinfo").read_text().splitlines()
    points = [line.split()[4] for line in mounts if " - cgroup2 " in line]
    if not points:
        pytest.skip("there is no cgroup2 here")
    own = Path("/proc/self/cgroup").read_text().split("0::/")[-1].strip()
    group = Path(points[0]) / own / f"coilcast-test-{os.getpid()}"
    try:
        group.mkdir()
    except OSError as error:
        pytest.skip(f"no group can be made here: {error}")
    try:
        yield group
    finally:
        until(lambda: _removed(group), 10, "an empty group")


def _removed(group: Path) -> bool:
    for folder, _, _ in os.walk(group, topdown=False):
        try:
            Path(folder).rmdir()
        except OSError:
            return False
    return True


def can_borrow() -> bool:
    """Whether the system's own Python, which a service takes, can use the packages of this one."""
    python = shutil.which("python3", path="/usr/bin")
    if python is None:
        return False
    code = "import ensurepip, sys; print(*sys.version_info[:2])"
    said = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False).stdout.split()
    return said == [str(part) for part in sys.version_info[:2]]
