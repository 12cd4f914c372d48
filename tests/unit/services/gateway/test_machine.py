"""What the kernel tells of filesystems and processes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from services.gateway.machine import space, usage

PR_SET_NAME = 15
WORK = f"""
import ctypes, time
ctypes.CDLL(None).prctl({PR_SET_NAME}, b") R 9 9 (", 0, 0, 0)
data = b"x" * (40 << 20)
while time.process_time() < 0.3:
    pass
print("done", flush=True)
time.sleep(60)
"""
"""A process of 40 MB that has worked for 0.3 s, and whose name looks like more fields of its `stat`."""


def test_space_is_what_an_ordinary_user_may_still_fill(tmp_path: Path) -> None:
    """As shutil and df have it."""
    found, expected = space(tmp_path), shutil.disk_usage(tmp_path)
    assert found.total_bytes == expected.total
    assert abs(found.free_bytes - expected.free) < 100 << 20
    if found.total_inodes is not None:
        assert found.free_inodes is not None
        assert 0 <= found.free_inodes <= found.total_inodes


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    """And no figure."""
    with pytest.raises(FileNotFoundError):
        space(tmp_path / "nowhere")


def test_what_a_process_takes_is_told() -> None:
    """Its memory, and the time it has worked; whatever it calls itself."""
    process = subprocess.Popen([sys.executable, "-c", WORK], stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == b"done\n"
        found = usage([process.pid, os.getpid(), 0])
        assert set(found) == {process.pid, os.getpid()}
        memory_bytes, cpu_s = found[process.pid]
        assert memory_bytes is not None
        assert 40 << 20 <= memory_bytes <= 200 << 20
        assert cpu_s is not None
        assert 0.25 <= cpu_s <= 10
    finally:
        process.kill()
        process.wait(10)
        process.stdout.close()
    assert usage([process.pid]) == {process.pid: (None, None)}
