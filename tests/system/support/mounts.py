"""Filesystems that come and go. Needs the right to mount; each context leaves nothing mounted."""

from __future__ import annotations

import contextlib
import ctypes
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.support.wait import until


@contextlib.contextmanager
def mounted(path: Path, options: str = "size=64m") -> Iterator[None]:
    """A memory filesystem at `path`, taken away at the end however often it was mounted or not."""
    with _unmounting(path):
        mount(path, options)
        yield


@contextlib.contextmanager
def bound(source: Path, path: Path) -> Iterator[None]:
    """What is below `source`, at `path` too."""
    with _unmounting(path):
        bind(source, path)
        yield


@contextlib.contextmanager
def overlay(path: Path, layers: Path) -> Iterator[None]:
    """An overlay filesystem at `path` whose layers are kept below `layers`, in memory."""
    layers.mkdir()
    with mounted(layers), _unmounting(path):
        lower, upper, work = (layers / name for name in ("lower", "upper", "work"))
        for folder in (lower, upper, work):
            folder.mkdir()
        options = f"lowerdir={lower},upperdir={upper},workdir={work}"
        _run("mount", "-t", "overlay", "-o", options, "coilcast-test", path)
        yield


@contextlib.contextmanager
def hanging(path: Path) -> Iterator[None]:
    """A filesystem at `path` whose server says nothing: whoever asks it anything waits until the end (fuse(4))."""
    options = "fd={},rootmode=40000,user_id=0,group_id=0"
    server = os.open("/dev/fuse", os.O_RDWR | os.O_CLOEXEC)
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        done = libc.mount(b"coilcast-test", bytes(path), b"fuse", 0, options.format(server).encode())
        assert done == 0, f"{os.strerror(ctypes.get_errno())}; these tests need to mount: run them as root"
        yield
    finally:
        os.close(server)
        while _is_mounted(path):
            unmount(path)


def mount(path: Path, options: str = "size=64m") -> None:
    _run("mount", "-t", "tmpfs", "-o", options, "coilcast-test", path)


def detach(path: Path) -> None:
    """Unmount the uppermost at once, whoever is reading below it."""
    _run("umount", "--lazy", path)


def bind(source: Path, path: Path) -> None:
    _run("mount", "--bind", source, path)


def unmount(path: Path) -> None:
    """As soon as nobody is reading below it."""
    until(lambda: subprocess.run(["umount", path], capture_output=True, check=False).returncode == 0, what="the umount")


@contextlib.contextmanager
def _unmounting(path: Path) -> Iterator[None]:
    try:
        yield
    finally:
        while _is_mounted(path):
            unmount(path)


def _is_mounted(path: Path) -> bool:
    """Path.is_mount() does not see a bind mount of the same filesystem."""
    lines = Path("/proc/self/mountinfo").read_text("utf-8").splitlines()
    return str(path.resolve()) in (line.split(" ")[4] for line in lines)


def _run(*words: str | Path) -> None:
    ended = subprocess.run(words, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, f"{ended.stderr.strip()}; these tests need to mount: run them as root"
