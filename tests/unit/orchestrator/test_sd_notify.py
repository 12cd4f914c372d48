"""What systemd hears, as a socket of one's own hears it."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from orchestrator.sd_notify import Notifier


def bound(address: str) -> socket.socket:
    made = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    made.bind(address)
    made.setblocking(False)
    return made


def heard(end: socket.socket) -> list[list[str]]:
    """Every datagram that is there, as its lines."""
    found = []
    while True:
        try:
            found.append(end.recv(65536).decode().split("\n"))
        except BlockingIOError:
            return found


@pytest.mark.parametrize("abstract", [False, True])
def test_each_step_is_told(tmp_path: Path, abstract: bool) -> None:
    """To a socket in a folder or an abstract one; a status is told when it changes."""
    address = f"\0coilcast-test-{os.getpid()}" if abstract else str(tmp_path / "notify")
    env = {"NOTIFY_SOCKET": address.replace("\0", "@"), "WATCHDOG_USEC": "1000000", "WATCHDOG_PID": str(os.getpid())}
    with bound(address) as end:
        systemd = Notifier(env)
        systemd.starting("waiting")
        systemd.starting("waiting")
        systemd.ready("serving")
        systemd.alive("serving")
        systemd.alive("degraded")
        systemd.stopping("stopping")
        assert heard(end) == [
            ["EXTEND_TIMEOUT_USEC=30000000", "STATUS=waiting"],
            ["READY=1", "STATUS=serving"],
            ["WATCHDOG=1"],
            ["WATCHDOG=1", "STATUS=degraded"],
            ["STOPPING=1", "STATUS=stopping"],
        ]


@pytest.mark.parametrize("env", [{}, {"WATCHDOG_USEC": "1000000", "WATCHDOG_PID": "1"}])
def test_a_watchdog_that_is_not_ours_is_not_fed(tmp_path: Path, env: dict[str, str]) -> None:
    """None is set, or it is another process's."""
    with bound(str(tmp_path / "notify")) as end:
        systemd = Notifier({"NOTIFY_SOCKET": str(tmp_path / "notify"), **env})
        systemd.alive("fine")
        systemd.alive("fine")
        assert heard(end) == [["STATUS=fine"]]


@pytest.mark.parametrize("named", ["", "/no/such/socket", "vsock:2:1234"])
def test_without_anybody_who_listens_nothing_happens(named: str) -> None:
    """Not under systemd, or it is away."""
    Notifier({"NOTIFY_SOCKET": named}).ready("serving")
