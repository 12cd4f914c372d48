"""Alerts of a real node on their way to people: told, told that it is over, silenced, taken up after a kill."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.shared.operations import Alerts, Outbox, Said, Trouble
from tests.support.receivers import Hook, hook
from tests.support.wait import until
from tests.system.orchestrator.node import Node

STABLE_S = 5
SERVICE = "thumbnailer-0"


@pytest.fixture
def receiver() -> Iterator[Hook]:
    with hook() as made:
        yield made


@pytest.fixture
def node(receiver: Hook) -> Iterator[Node]:
    """Stand-ins under a real monitor that sends to the receiver and pings it."""
    folder = Path(tempfile.mkdtemp(prefix="cc-"))
    node = Node(
        folder,
        COILCAST_ALERTS_URLS=receiver.url,
        COILCAST_ALERTS_COOLDOWN_S="0",
        COILCAST_ALERTS_DEAD_MAN_URL=f"http://127.0.0.1:{receiver.port}/alive",
        COILCAST_ALERTS_DEAD_MAN_INTERVAL_S="0.5",
        COILCAST_SUPERVISION_STABLE_AFTER_S=f"{STABLE_S}",
        COILCAST_NODE_NAME="line-2",
    )
    try:
        yield node
    finally:
        node.end()
        shutil.rmtree(folder)


def kill_in_a_loop(node: Node) -> None:
    """Until the policy slows the service down."""
    pid = 0
    for _ in range(7):
        pid = until(lambda: (found := node.pid(SERVICE)) != pid and found, 20, f"another {SERVICE}")  # noqa: B023
        os.kill(pid, signal.SIGKILL)


def raise_one(node: Node, key: str = "stall/main/original") -> None:
    """As if the monitor had: of a sort that another version knows, so that this one leaves it alone."""
    alerts = Alerts(node.state / "operations.db")
    trouble = Trouble(name="roller_worn", severity="critical", summary=Said("가", "worn"), advice=Said("나", "mend it"))
    alerts.raise_(key, trouble, time.time_ns() // 1_000_000)
    alerts.close()


def test_a_service_in_a_loop_is_told_and_that_it_is_well_again(node: Node, receiver: Hook) -> None:
    """One message each."""
    node.up()
    kill_in_a_loop(node)
    until(lambda: receiver.taken, 20, "the message")
    assert receiver.titles() == [f"[alert · warning] {SERVICE} keeps ending: killed by a signal (line-2)"]
    assert f"where: node line-2, service {SERVICE}" in receiver.taken[0]["message"]
    until(lambda: len(receiver.taken) > 1, 60, "the recovery")
    assert receiver.titles()[1] == f"[resolved] {SERVICE} keeps ending: killed by a signal (line-2)"
    node.down()
    assert node.leftovers() == []
    assert len(receiver.taken) == 2
    assert node.log("monitor").count("alert sent: ") == 2


def test_what_is_silenced_is_told_to_nobody(node: Node, receiver: Hook) -> None:
    """Neither its beginning nor its end."""
    node.up()
    assert node.run("alerts", "silence", "--service", SERVICE, "--for", "1h").returncode == 0
    kill_in_a_loop(node)
    until(lambda: "silenced until" in node.run("alerts", "list").stdout, 20, "the alert, silenced")
    until(lambda: "over 20" in node.run("alerts", "list").stdout, 60, "its end")
    time.sleep(1.5)
    assert receiver.taken == []


def test_a_message_that_was_under_way_when_the_monitor_was_killed_arrives(node: Node, receiver: Hook) -> None:
    """By the next monitor, once nobody can be at it any more; the process that was sending has ended with the first."""
    receiver.hangs = True
    node.up()
    raise_one(node)
    until(lambda: receiver.tried > len(receiver.asked), 20, "a message under way")
    monitor = node.pid("monitor")
    os.kill(monitor, signal.SIGKILL)
    until(lambda: node.pid("monitor") not in (0, monitor), 20, "another monitor")
    outbox = Outbox(node.state / "operations.db")
    [letter] = outbox.letters(0)
    assert (letter.is_open, letter.attempts) == (True, 1)
    outbox.close()
    receiver.hangs = False
    until(lambda: len(receiver.titles()) >= 2, 90, "the message, once more")
    assert len(set(receiver.titles())) == 1
    node.down()
    assert node.leftovers() == []


def test_that_nothing_arrives_is_an_alert_itself_until_a_test_does(node: Node, receiver: Hook) -> None:
    """Shown, and sent to nobody; the hooks that were down get what still is."""
    receiver.status = 503
    node.up()
    raise_one(node)
    until(lambda: "delivery_failing" in node.run("alerts", "list", "--firing").stdout, 60, "the alert about it")
    receiver.status = 200
    assert node.run("alerts", "test").returncode == 0
    until(lambda: "delivery_failing" not in node.run("alerts", "list", "--firing").stdout, 20, "its end")
    until(lambda: len(receiver.taken) == 2, 60, "the message")
    assert [title.split("]")[0] for title in receiver.titles()] == ["[test", "[alert · critical"]


def test_a_monitor_that_stands_still_stops_the_ping(node: Node, receiver: Hook) -> None:
    """And it goes on with it."""
    node.up()
    until(lambda: receiver.asked.count("/alive") >= 3, 20, "three pings")
    monitor = node.pid("monitor")
    os.kill(monitor, signal.SIGSTOP)
    try:
        time.sleep(1)
        count = len(receiver.asked)
        time.sleep(3)
        assert len(receiver.asked) == count
    finally:
        os.kill(monitor, signal.SIGCONT)
    until(lambda: len(receiver.asked) > count, 20, "another ping")
