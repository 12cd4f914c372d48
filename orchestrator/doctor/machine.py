"""What the machine gives the node: filesystems, limits, processes, the clock."""

from __future__ import annotations

import ctypes
import datetime
import importlib.metadata
import os
import platform
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from orchestrator import leftovers
from orchestrator.doctor.part import Noticed, Part, Patient
from services.shared.mounts import mount_of
from services.shared.version import VERSION

LEAST_FREE_PERCENT = 5.0
LEAST_INOTIFY = {"max_user_instances": 64, "max_user_watches": 4096, "max_queued_events": 8192}
LEAST_DESCRIPTORS = 4096
SAID_WITHIN_S = 3.0
TIME_ERROR = 5
"""adjtimex(2): the clock is not synchronised."""

TIMEX_BYTES = 512
"""More than `struct timex` has."""


def versions(_: Patient) -> Part:
    """coilcast, Python, the packages, the system."""
    packages = sorted(f"{one.metadata['Name']} {one.version}" for one in importlib.metadata.distributions())
    lines = [
        f"coilcast {VERSION}",
        f"python {sys.version}",
        f"executable {sys.executable}",
        f"kernel {platform.platform()}",
        _read("/etc/os-release"),
        *packages,
    ]
    return Part({"versions.txt": "\n".join(lines)})


def image_folder(patient: Patient) -> Part:
    return _filesystem("images", patient.settings.images.base)


def state_folder(patient: Patient) -> Part:
    return _filesystem("state", patient.settings.state)


def _filesystem(role: str, path: Path) -> Part:
    mount = mount_of(path)
    lines = [str(path), f"mount {mount.mount_point}, {mount.fstype}, id {mount.id}"]
    noticed = []
    try:
        status, found = os.statvfs(path), path.stat()
    except OSError as error:
        return Part({f"folders/{role}.txt": "\n".join([*lines, str(error)])})
    lines.append(
        f"owner {found.st_uid}:{found.st_gid}, mode {found.st_mode:o}, device {found.st_dev}; we are {os.getuid()}"
    )
    size, free = status.f_blocks * status.f_frsize, status.f_bavail * status.f_frsize
    lines.append(f"bytes: {size} in all, {free} free")
    lines.append(f"inodes: {status.f_files} in all, {status.f_favail} free")
    for what, whole, left in (("bytes", size, free), ("inodes", status.f_files, status.f_favail)):
        if whole and 100 * left / whole < LEAST_FREE_PERCENT:
            percent = round(100 * left / whole, 1)
            noticed.append(Noticed("disk_low", {"path": str(path), "what": what, "percent": percent}))
    return Part({f"folders/{role}.txt": "\n".join(lines)}, noticed)


def mounts(_: Patient) -> Part:
    """What is mounted where, as this process sees it, and how full the local filesystems are."""
    return Part({"mounts.txt": _read("/proc/self/mountinfo")})


def machine(_: Patient) -> Part:
    """Load, memory, pressure, kernel messages where they may be read."""
    files = {f"machine/{name}.txt": _read(f"/proc/{name}") for name in ("loadavg", "meminfo", "uptime", "cpuinfo")}
    files |= {f"machine/pressure-{name}.txt": _read(f"/proc/pressure/{name}") for name in ("cpu", "io", "memory")}
    files["machine/kernel.txt"] = _said("dmesg", "--ctime", "--level=err,warn")[-100_000:]
    files["machine/unit.txt"] = _said("systemctl", "status", "--no-pager", "--lines=0", "coilcast")
    return Part(files)


def limits(_: Patient) -> Part:
    """inotify and descriptors."""
    noticed, lines = [], []
    for name, least in LEAST_INOTIFY.items():
        text = _read(f"/proc/sys/fs/inotify/{name}").strip()
        lines.append(f"fs.inotify.{name} {text}")
        if text.isdigit() and int(text) < least:
            noticed.append(Noticed("inotify_low", {"name": name, "value": int(text), "least": least}, grave=False))
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    lines.append(f"nofile {soft} soft, {hard} hard")
    if 0 <= hard < LEAST_DESCRIPTORS:
        noticed.append(Noticed("descriptors_low", {"value": hard, "least": LEAST_DESCRIPTORS}, grave=False))
    lines += [f"{name} {resource.getrlimit(number)}" for name, number in _other_limits()]
    return Part({"limits.txt": "\n".join(lines)}, noticed)


def _other_limits() -> Iterator[tuple[str, int]]:
    for name in ("RLIMIT_AS", "RLIMIT_FSIZE", "RLIMIT_NPROC", "RLIMIT_MEMLOCK"):
        yield name, getattr(resource, name)


def processes(patient: Patient) -> Part:
    """Each process of the node: what the kernel says of it."""
    run_dir, texts = patient.settings.run_dir, []
    for path in sorted(run_dir.glob("*.lock")):
        pid = leftovers.holder(run_dir, path.stem)
        texts.append(f"== {path.stem}: {pid or 'does not run'}")
        if pid:
            texts.append(_read(f"/proc/{pid}/cmdline").replace("\0", " "))
            texts += [_read(f"/proc/{pid}/{name}") for name in ("status", "wchan", "limits", "cgroup", "io")]
            texts.append(f"descriptors: {_descriptors(pid)}")
    return Part({"processes.txt": "\n".join(texts)})


def clock(patient: Patient) -> Part:
    """What time it is here, and whether somebody sees to it."""
    now = datetime.datetime.now(datetime.UTC)
    lines = [f"{now.isoformat()} UTC", now.astimezone(patient.settings.timezone).isoformat()]
    state = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.create_string_buffer(TIMEX_BYTES))
    lines += [f"adjtimex: {state}", _said("timedatectl", "show"), _said("chronyc", "-n", "tracking")]
    noticed = [Noticed("clock_free", {}, grave=False)] if state == TIME_ERROR else []
    return Part({"clock.txt": "\n".join(lines)}, noticed)


def _descriptors(pid: int) -> str:
    try:
        return str(sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir()))
    except OSError as error:
        return str(error)


def _read(path: str) -> str:
    try:
        return Path(path).read_text("utf-8", "replace")
    except OSError as error:
        return f"{path}: {error.strerror}"


def _said(*words: str) -> str:
    """What a program says, if there is one and it says it soon."""
    try:
        ended = subprocess.run(
            words,
            capture_output=True,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
            timeout=SAID_WITHIN_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{words[0]}: {error}"
    return ended.stdout + ended.stderr
