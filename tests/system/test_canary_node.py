"""Canaries on a whole node: exported, going on whatever is killed, and gone when it ends."""

from __future__ import annotations

import os
import re
import shutil
import signal
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.shared.canary import CANARY_NAME
from tests.support.net import free_port
from tests.support.wait import until
from tests.system.orchestrator.node import Node

STAGES = ("written", "watcher", "catalog", "gateway", "client")


@pytest.fixture
def node() -> Iterator[Node]:
    """Its services are real, and two gateways share the port."""
    folder = Path(tempfile.mkdtemp(prefix="cc-"))
    node = Node(
        folder,
        PYTHONPATH="",
        COILCAST_CANARY_INTERVAL_S="0.5",
        COILCAST_CANARY_TIMEOUT_S="2",
        COILCAST_METRICS_PORT=str(free_port()),
        COILCAST_GATEWAY_PROCESSES="2",
    )
    (node.images / "labeled").mkdir()
    try:
        yield node
    finally:
        node.end()
        shutil.rmtree(folder)


def seen_s(node: Node) -> dict[str, float]:
    """When each stage last saw a canary; nothing while the monitor is away."""
    address = f"http://127.0.0.1:{node.env['COILCAST_METRICS_PORT']}/metrics"
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            text = answer.read().decode()
    except OSError:
        return {}
    found = re.findall(r'^coilcast_canary_timestamp_seconds\{stage="(\w+)"\} (\S+)$', text, re.MULTILINE)
    return {stage: float(value) for stage, value in found}


def come_through(node: Node, after_s: float) -> float:
    """Wait until every stage saw one later than that; returns when the last one did."""

    def came() -> float:
        seen = seen_s(node)
        return max(seen.values()) if all(seen.get(stage, 0.0) > after_s for stage in STAGES) else 0.0

    return until(came, 30, "a canary at every stage")


def test_canaries_on_a_node(node: Node) -> None:
    """Kill whom you like: monitor, watcher, a gateway; after the end nothing is left in the folders."""
    node.up()
    at_s = come_through(node, 0.0)
    for name in ("monitor", "watcher-0", "gateway-0"):
        pid = node.pid(name)
        os.kill(pid, signal.SIGKILL)
        until(lambda: node.pid(name) not in (0, pid), 15, f"another {name}")  # noqa: B023
        at_s = come_through(node, at_s + 1.0)
    assert (node.images / "original" / CANARY_NAME).exists()
    assert node.status()["status"] == "ok"
    node.down()
    assert [path for path in node.images.rglob("*") if path.is_file()] == []
    assert node.leftovers() == []
