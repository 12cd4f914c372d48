"""`python -m orchestrator.monitor.probe FD`: the probe, a child of the monitor that is asked over the socket FD.

What is on one filesystem is looked at by one thread, so that one that hangs delays no other. The main thread touches
no storage: when the monitor is gone, the socket says so, and the process ends, whatever hangs.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Sequence

from orchestrator.monitor.probe.looks import look, path_of
from orchestrator.monitor.probe.questions import HELLO, LARGEST_BYTES, Ask, Leave, decode_question, encode
from services.shared import canary
from services.shared.mounts import find_mount, read_mounts

LEAVES_WITHIN_S = 0.5


def main() -> None:
    """Until the monitor says so, or is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    monitor = socket.socket(fileno=int(sys.argv[1]))
    monitor.send(encode(HELLO))
    looking: list[threading.Thread] = []
    while data := monitor.recv(LARGEST_BYTES):
        question = decode_question(data)
        if isinstance(question, Leave):
            _leave(question.folders, looking)
            break
        mounts = read_mounts()
        looking = [thread for thread in looking if thread.is_alive()]
        for asks in _by_filesystem(question.asks, mounts):
            looking.append(threading.Thread(target=_answer, args=(monitor, asks, mounts), daemon=True))
            looking[-1].start()
    # Not sys.exit(): it would wait for threads that hang.
    os._exit(0)


def _answer(monitor: socket.socket, asks: Sequence[Ask], mounts: str) -> None:
    for ask in asks:
        try:
            monitor.send(encode(look(ask, mounts)))
        except OSError:
            return  # The monitor is gone.


def _by_filesystem(asks: Sequence[Ask], mounts: str) -> list[list[Ask]]:
    """In groups that hang together. Told by the paths alone: whoever resolves a link has touched the storage."""
    groups: dict[int, list[Ask]] = {}
    for ask in asks:
        mount = find_mount(str(path_of(ask.path).absolute()), mounts)
        groups.setdefault(mount.id, []).append(ask)
    return list(groups.values())


def _leave(folders: Sequence[bytes], looking: Sequence[threading.Thread]) -> None:
    """Once nobody writes canaries any more, which storage that hangs may delay for a moment at most."""
    deadline_s = time.monotonic() + LEAVES_WITHIN_S
    removing = threading.Thread(target=_remove, args=(folders,), daemon=True)
    for thread in looking:
        thread.join(max(0.0, deadline_s - time.monotonic()))
    removing.start()
    removing.join(max(0.1, deadline_s - time.monotonic()))


def _remove(folders: Sequence[bytes]) -> None:
    for folder in folders:
        canary.remove(path_of(folder))


if __name__ == "__main__":
    main()
