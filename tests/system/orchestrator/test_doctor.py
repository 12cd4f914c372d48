"""doctor on a node that runs, and on one of which something hangs."""

from __future__ import annotations

import os
import signal
import tarfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.support.wait import until
from tests.system.orchestrator.node import Node

SECRET = "mailtos://line1:Hunter2@mail.plant.example"


def texts(bundle: Path) -> dict[str, str]:
    found = {}
    with tarfile.open(bundle) as archive:
        for info in archive:
            file = archive.extractfile(info)
            assert file is not None
            found[info.name.partition("/")[2]] = file.read().decode()
    return found


def test_a_bundle_of_a_running_node(make_node: Callable[..., Node]) -> None:
    """Its status, logs and settings, nothing grave, and no secret."""
    node = make_node(COILCAST_ALERTS_URLS=SECRET)
    node.up()
    bundle = node.state.parent / "bundle.tar.gz"
    # Typed where the node's settings are not: those that it was started with are what counts.
    answer = node.run(
        "doctor", str(bundle), IMAGE_BASE_PATH="/no/such", COILCAST_ALERTS_URLS="", IMAGE_RECEIVER_PORT="1"
    )
    found = texts(bundle)
    assert answer.returncode == 0, answer.stdout
    assert f"support bundle: {bundle}" in answer.stdout
    assert '"status": "ok"' in found["status.json"]
    assert "watcher-0 says hello" in found["logs/watcher-0.log"]
    assert f"gateway.port = {node.port}  (environment IMAGE_RECEIVER_PORT)" in found["settings.txt"]
    assert "== watcher-0: " in found["processes.txt"]
    assert "Hunter2" not in "".join(found.values()) + answer.stdout
    node.down()


def test_a_monitor_that_hangs_is_told_and_holds_up_nothing(node: Node) -> None:
    """In a few seconds, with exit code 1."""
    node.up()
    monitor = until(lambda: node.pid("monitor"), 10, "the monitor")
    os.kill(monitor, signal.SIGSTOP)
    try:
        began_s = time.monotonic()
        answer = node.run("doctor", str(node.state.parent / "bundle.tar.gz"))
        assert time.monotonic() - began_s < 30
        assert answer.returncode == 1
        assert "!! the monitor does not answer" in answer.stdout
        assert "!! " in texts(node.state.parent / "bundle.tar.gz")["summary.txt"]
    finally:
        os.kill(monitor, signal.SIGCONT)
    node.down()
