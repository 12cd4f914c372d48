"""restart, scale and reload on a node that runs."""

from __future__ import annotations

import os
import signal
import socket
import threading

from tests.support.wait import until
from tests.system.orchestrator.node import Node


class Caller:
    """Connects again and again; counts answers and refusals, and by whom it was answered."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._call)
        self.answered_by: set[str] = set()
        self.answers = 0
        self.failures: list[str] = []

    def __enter__(self) -> Caller:
        self._thread.start()
        until(lambda: self.answers, 5, "a first answer")
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _call(self) -> None:
        while not self._over.is_set():
            try:
                with socket.create_connection(("127.0.0.1", self._port), timeout=5) as connection:
                    self.answered_by.add(connection.recv(20).decode())
                    self.answers += 1
            except OSError as error:
                self.failures.append(repr(error))


def test_a_reload_replaces_the_gateway_and_nobody_is_refused(running: Node) -> None:
    """A client that connects in a loop is answered by the old one, its company and the new one, without a gap."""
    before = running.pid("gateway-0")
    with Caller(running.port) as caller:
        answer = running.run("reload")
    assert answer.returncode == 0, answer
    assert [failure for failure in caller.failures if "Refused" in failure] == []
    assert running.pid("gateway-0") != before
    assert list(running.status()["services"]) == ["watcher-0", "gateway-0", "thumbnailer-0"]


def test_scaling_up_and_down(running: Node) -> None:
    """More processes share the work, each with a log of its own; what is too many ends."""
    assert running.run("scale", "gateway", "3").stdout.splitlines()[-1] == "gateway processes: 3"
    services = running.status()["services"]
    assert {name for name, service in services.items() if service["state"] == "ready"} >= {"gateway-1", "gateway-2"}
    assert "gateway-2 says hello" in running.run("logs", "gateway").stdout
    assert running.run("scale", "gateway", "1").returncode == 0
    assert "gateway-1" not in running.status()["services"]
    assert running.pid("gateway-1") == running.pid("gateway-2") == 0


def test_a_scaled_service_survives_a_new_monitor(running: Node) -> None:
    """What was added is in supervisord, where the next monitor finds it; it is brought back like the others."""
    assert running.run("scale", "thumbnailer", "2").returncode == 0
    pid, monitor = running.pid("thumbnailer-1"), running.pid("monitor")
    os.kill(monitor, signal.SIGKILL)
    until(lambda: running.pid("monitor") not in (0, monitor), 10, "another monitor")
    until(lambda: running.status().get("services"), 10, "a status")
    assert running.service("thumbnailer-1")["pid"] == pid
    os.kill(pid, signal.SIGKILL)
    running.await_replaced("thumbnailer-1", pid, 10)
    assert running.run("scale", "thumbnailer", "1").returncode == 0


def test_a_restart_on_purpose(running: Node) -> None:
    """One after the other, told as it goes, and not counted as a restart by accident."""
    before = running.service("gateway-0")
    answer = running.run("restart", "gateway")
    assert answer.stdout.splitlines() == [
        "gateway-0: stopping",
        "gateway-0: starting",
        "gateway-0: ready",
        "gateway-0 restarted",
    ]
    after = running.service("gateway-0")
    assert after["pid"] != before["pid"]
    assert after["restarts"] == before["restarts"]


def test_the_monitor_can_be_restarted_too(running: Node) -> None:
    """Nothing else is touched by it."""
    monitor, gateway = running.pid("monitor"), running.pid("gateway-0")
    assert running.run("restart", "monitor").returncode == 0
    until(lambda: running.pid("monitor") not in (0, monitor), 10, "another monitor")
    until(lambda: running.run("status").returncode == 0, 10, "a node that is well")
    assert running.pid("gateway-0") == gateway


def test_what_is_refused_says_why_and_changes_nothing(running: Node) -> None:
    """One line and exit code 1."""
    pids = sorted(running.processes())
    for arguments, why in (
        (("scale", "watcher", "2"), "it alone writes the catalog"),
        (("scale", "gateway", "0"), "give 1 to 64"),
        (("restart", "gatway"), "there is no gatway here"),
    ):
        answer = running.run(*arguments)
        assert (answer.returncode, answer.stderr.count("\n")) == (1, 1), answer
        assert why in answer.stderr
    assert sorted(running.processes()) == pids
