"""A node as systemd sees it: readiness, watchdog and end over the socket of sd_notify(3), lines for the journal."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator

import pytest

from tests.support.wait import until
from tests.system.orchestrator.node import COMMAND, Node


class Systemd:
    """The end of the socket that systemd has."""

    def __init__(self, address: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(address)
        self._socket.setblocking(False)
        self.heard: list[str] = []

    def listen(self) -> list[str]:
        """Every assignment that has come so far."""
        while True:
            try:
                self.heard += self._socket.recv(65536).decode().split("\n")
            except BlockingIOError:
                return self.heard

    def pings(self) -> int:
        return self.listen().count("WATCHDOG=1")

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def systemd() -> Iterator[Systemd]:
    made = Systemd(f"\0coilcast-{os.getpid()}")
    yield made
    made.close()


@pytest.fixture
def unit(make_node: Callable[..., Node]) -> Node:
    """A node with systemd's variables for a service."""
    return make_node(NOTIFY_SOCKET=f"@coilcast-{os.getpid()}", WATCHDOG_USEC="30000000")


def test_systemd_is_told_of_the_whole_life(unit: Node, systemd: Systemd) -> None:
    """Ready when every service is, alive as long as the monitor is, and that it ends."""
    held = unit.behave("mute", "gateway-0")
    process = unit.begin("up")
    until(
        lambda: any(line.startswith("STATUS=waiting for ") and "gateway-0" in line for line in systemd.listen()),
        20,
        "its status",
    )
    assert any(line.startswith("EXTEND_TIMEOUT_USEC=") for line in systemd.heard)
    assert "READY=1" not in systemd.listen()
    held.unlink()
    os.kill(until(lambda: unit.pid("gateway-0"), 10, "the gateway"), signal.SIGKILL)
    until(lambda: "READY=1" in systemd.listen(), 20, "readiness")
    assert f"STATUS=serving http://127.0.0.1:{unit.port}/" in systemd.heard
    until(lambda: systemd.pings() >= 2, 20, "a fed watchdog")

    # A stopped process does not end itself, as a monitor that hangs would: only systemd can tell.
    monitor = until(lambda: unit.pid("monitor"), 10, "the monitor")
    os.kill(monitor, signal.SIGSTOP)
    try:
        fed = systemd.pings()
        time.sleep(4)
        assert systemd.pings() <= fed + 1
    finally:
        os.kill(monitor, signal.SIGCONT)
    fed = systemd.pings()
    until(lambda: systemd.pings() > fed, 20, "a watchdog that is fed again")

    process.terminate()
    assert process.wait(20) == 0
    assert "STOPPING=1" in systemd.listen()
    assert unit.leftovers() == []


def test_services_do_not_speak_to_systemd(unit: Node, systemd: Systemd) -> None:
    """Their environment does not have its socket: only the process that it started answers for the unit."""
    unit.up()
    for name in ("monitor", "watcher-0"):
        with open(f"/proc/{unit.pid(name)}/environ", "rb") as file:
            assert b"NOTIFY_SOCKET" not in file.read()
    unit.down()


def test_the_journal_gets_lines_with_a_priority_and_without_a_time(node: Node) -> None:
    """What goes wrong as an error, news as information; the services' own lines stay in their files."""
    out = node.out.open("wb")
    status = os.fstat(out.fileno())
    env = node.env | {"JOURNAL_STREAM": f"{status.st_dev}:{status.st_ino}"}
    node.process = subprocess.Popen([COMMAND, "up"], env=env, stdout=out, stderr=out, stdin=subprocess.DEVNULL)
    out.close()
    until(lambda: "http://" in node.said(), 30, "the panel's address")
    node.behave("crash", "gateway-0")
    os.kill(until(lambda: node.pid("gateway-0"), 10, "the gateway"), signal.SIGKILL)
    until(lambda: "<4>degraded: " in node.said() or "<3>down: " in node.said(), 20, "a line of the health")
    node.process.terminate()
    assert node.process.wait(20) == 0
    lines = node.said().splitlines()
    assert all(line[0] == "<" and line[2] == ">" for line in lines), lines
    assert f"<6>serving http://127.0.0.1:{node.port}/" in lines
    assert "<6>" not in node.log("watcher-0")


def test_a_complaint_in_the_journal_is_an_error(node: Node) -> None:
    """One line, with the priority of one."""
    with node.out.open("wb") as out:
        status = os.fstat(out.fileno())
        env = node.env | {"JOURNAL_STREAM": f"{status.st_dev}:{status.st_ino}", "IMAGE_BASE_PATH": "/no/such"}
        code = subprocess.run([COMMAND, "up"], env=env, stdout=out, stderr=out, timeout=30, check=False).returncode
    assert code == 2
    assert node.said().startswith("<3>service-orchestrator: the image folder /no/such does not exist")
