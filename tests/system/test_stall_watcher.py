"""Why images stop, provoked for real, where the watcher is the reason."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from tests.support.wait import until
from tests.system.orchestrator.node import Node
from tests.system.support.stalling import line

WATCHER = "watcher-0"
PIDFD_GETFD = 438
IN_DELETE_SELF = 0x400


@contextlib.contextmanager
def killing(node: Node, name: str) -> Iterator[None]:
    """Each process of this name, as soon as it is there."""
    ended = threading.Event()

    def kill() -> None:
        while not ended.wait(0.01):
            if pid := node.pid(name):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def blind(pid: int, folder: Path) -> None:
    """The process's watch stays, and tells of nothing any more (pidfd_getfd(2), inotify_add_watch(2))."""
    libc = ctypes.CDLL(None, use_errno=True)
    entries = Path(f"/proc/{pid}/fd").iterdir()
    eyes = [int(entry.name) for entry in entries if str(entry.readlink()) == "anon_inode:inotify"]
    assert eyes
    watcher = os.pidfd_open(pid)
    try:
        for number in eyes:
            fd = libc.syscall(PIDFD_GETFD, watcher, number, 0)
            assert fd >= 0, os.strerror(ctypes.get_errno())
            try:
                assert libc.inotify_add_watch(fd, bytes(folder), IN_DELETE_SELF) >= 0
            finally:
                os.close(fd)
    finally:
        os.close(watcher)


def test_a_watcher_that_keeps_ending() -> None:
    """Files come meanwhile; they are found when it is back."""
    with line() as running:
        # One that lives for a moment may find an image that was written before.
        began_s = time.time()
        with killing(running.node, WATCHER):
            told = running.names("watcher_dead", since_s=began_s)
            assert told["severity"] == "critical"
            assert "service-orchestrator logs watcher" in told["advice"]["en"]
            until(lambda: "service_loop" in running.firing(), 20, "the alert of its loop")
        running.clears(running.resumed())


def test_a_watcher_that_hangs() -> None:
    """It is known before it is replaced."""
    with line(COILCAST_SUPERVISION_HEARTBEAT_TIMEOUT_S="12") as running:
        os.kill(running.node.pid(WATCHER), signal.SIGSTOP)
        told = running.names("watcher_hung")
        assert told["changed_at"] == told["started_at"]
        running.clears(running.resumed())


def test_a_watcher_that_sees_nothing() -> None:
    """Its watch is in place, its loop turns, files come; the canary shows it, and what the advice says helps."""
    with line(COILCAST_WATCH_RESCAN_INTERVAL_S="3600") as running:
        pid = running.node.pid(WATCHER)
        for kind in ("original", "labeled"):
            blind(pid, running.base / kind)
        told = running.names("watcher_blind")
        assert "service-orchestrator restart watcher" in told["advice"]["en"]
        assert "canary_lost" not in running.firing()
        assert running.node.service(WATCHER)["state"] == "ready"
        assert running.node.run("restart", "watcher").returncode == 0
        running.clears(running.resumed())
