"""Whatever dies or hangs is brought back."""

from __future__ import annotations

import os
import signal
import time

import pytest

from tests.support.wait import until
from tests.system.orchestrator.node import TIMEOUT_S, Node, seconds_since


@pytest.mark.parametrize("name", ["watcher-0", "gateway-0", "thumbnailer-0"])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_service_is_brought_back(running: Node, name: str, number: signal.Signals) -> None:
    """Another process is ready, whoever ended the one before, and the status counts it."""
    before = running.service(name)
    os.kill(before["pid"], number)
    after = running.await_replaced(name, before["pid"], 10)
    assert after["restarts"] == before["restarts"] + 1
    assert running.status()["status"] == "ok"


def test_a_stopped_service_is_replaced(running: Node) -> None:
    """A process that was sent SIGSTOP falls silent, and neither hears SIGABRT nor survives SIGKILL."""
    pid = running.pid("thumbnailer-0")
    began_s = time.monotonic()
    os.kill(pid, signal.SIGSTOP)
    running.await_replaced("thumbnailer-0", pid, 15)
    # With the default timeout, of 5 s, this much room is left below the promised 8 s.
    assert seconds_since(began_s) < TIMEOUT_S + 3.0


def test_a_hung_loop_leaves_its_stack_in_the_log(running: Node) -> None:
    """Whoever looks for the reason finds where it hung."""
    pid = running.pid("gateway-0")
    order = running.behave("hang", "gateway-0")
    until(lambda: running.pid("gateway-0") != pid, 15, "the end of what hangs")
    order.unlink()
    running.await_replaced("gateway-0", pid, 15)
    log = running.log("gateway-0")
    assert "Fatal Python error: Aborted" in log
    assert "_where_it_hangs" in log
    assert "gateway-0 has been silent for" in running.run("logs", "monitor").stdout


def test_a_crash_loop_is_slowed_visible_and_not_given_up(running: Node) -> None:
    """`status` shows it and ends with 1; when the cause is gone the service comes back by itself."""
    order = running.behave("crash", "thumbnailer-0")
    os.kill(running.pid("thumbnailer-0"), signal.SIGKILL)
    slowed = until(
        lambda: (found := running.service("thumbnailer-0"))["state"] == "slowed" and found, 20, "a slowed service"
    )
    assert slowed["next_try_ms"] > 0
    seen = running.run("status")
    assert seen.returncode == 1
    assert "keeps ending (exit code 1)" in seen.stdout
    assert "next try in" in seen.stdout
    order.unlink()
    until(lambda: running.run("status").returncode == 0, 20, "a node that is well again")


def test_a_killed_monitor_comes_back_and_restarts_nothing(running: Node) -> None:
    """Everything it watched runs on, and is watched again."""
    names = ["watcher-0", "gateway-0", "thumbnailer-0"]
    pids = {name: running.pid(name) for name in names}
    monitor = running.pid("monitor")
    os.kill(monitor, signal.SIGKILL)
    until(lambda: running.pid("monitor") not in (0, monitor), 10, "another monitor")
    until(lambda: running.status().get("status") == "ok", 10, "a node that is well")
    assert {name: running.service(name)["pid"] for name in names} == pids
    os.kill(pids["gateway-0"], signal.SIGKILL)
    running.await_replaced("gateway-0", pids["gateway-0"], 10)


def test_a_service_that_dies_without_a_monitor_is_found_dead(running: Node) -> None:
    """The next monitor starts what its predecessor could not."""
    pid, monitor = running.pid("watcher-0"), running.pid("monitor")
    os.kill(monitor, signal.SIGKILL)
    os.kill(pid, signal.SIGKILL)
    running.await_replaced("watcher-0", pid, 15)


def test_a_stopped_machine_is_nobodys_silence(running: Node) -> None:
    """A monitor that itself stood still longer than the timeout kills nobody for it."""
    pids = sorted(running.processes())
    monitor = running.pid("monitor")
    os.kill(monitor, signal.SIGSTOP)
    for name in ("watcher-0", "gateway-0", "thumbnailer-0"):
        os.kill(running.pid(name), signal.SIGSTOP)
    began_s = time.monotonic()
    until(lambda: seconds_since(began_s) > 2 * TIMEOUT_S, 10, "a standstill longer than the timeout")
    os.kill(monitor, signal.SIGCONT)
    for name in ("watcher-0", "gateway-0", "thumbnailer-0"):
        os.kill(running.pid(name), signal.SIGCONT)
    until(lambda: "stood still" in running.log("monitor"), 5, "the monitor's word on it")
    until(lambda: running.run("status").returncode == 0, 10, "a node that is well")
    assert sorted(running.processes()) == pids
