"""Alerts of the monitor on a real node: what outlives it, and what else it tells of."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from tests.support.wait import until
from tests.system.support.mounts import mounted
from tests.system.support.stalling import Line, flowing, line, node_of

STALL = "stall/main/original"


def restart_monitor(running: Line) -> None:
    before = running.node.pid("monitor")
    assert running.node.run("restart", "monitor").returncode == 0
    until(lambda: running.node.pid("monitor") not in (0, before), 20, "another monitor")
    until(lambda: running.health()["stall"]["flows"], 20, "its word")


def test_a_stall_outlives_its_monitor() -> None:
    """The next one goes on with it, says nothing again, and ends it when images come."""
    with line(COILCAST_STALL_GRACE_S="6") as running:
        running.camera.writes()
        told = running.names("source_silent")
        restart_monitor(running)
        flow = until(lambda: (now := running.health()["stall"]["flows"]["main/original"])["state"] == "stalled" and now)
        assert flow["since"] < told["changed_at"] + 1000
        restart_monitor(running)
        until(lambda: running.health()["stall"]["code"] == "source_silent", 30, "the reason, once its grace is over")
        assert running.firing()[STALL] == told
        running.clears(running.camera.writes("original", "labeled"))
        assert len([one for one in running.ask("/api/alerts")["alerts"] if one["name"] == "stall"]) == 1


def test_a_start_is_no_stall() -> None:
    """Nothing is told before the grace is over, and then what is so."""
    with node_of(COILCAST_STALL_GRACE_S="8") as node:
        with flowing(node) as running:
            running.camera.writes()
            running.names("source_silent")
            node.down()
        for path in node.state.glob("operations.db*"):
            path.unlink()
        began_s = time.time()
        node.up()
        told = until(lambda: running.firing().get(STALL), 30, "the stall")
        assert told["started_at"] / 1000 - began_s >= 8


def test_a_damaged_catalog_is_named() -> None:
    """And its watcher, which cannot go on, is in no loop of its own; a catalog made anew ends it."""
    with line() as running:
        catalog = running.node.state / "catalog.db"
        pid = running.node.pid("watcher-0")
        os.kill(pid, signal.SIGSTOP)
        damage(catalog)
        os.kill(pid, signal.SIGKILL)
        told = until(lambda: running.firing().get("catalog_damaged"), 30, "the alert")
        assert (told["severity"], told["service"]) == ("critical", "watcher-0")
        until(lambda: "watcher-0" in str(running.health()["reason"]), 20, "a reason")
        assert "service_loop" not in running.firing()
        for path in running.node.state.glob("catalog.db*"):
            path.unlink()
        until(lambda: is_over(running, "catalog_damaged"), 40, "the end of the alert")


def is_over(running: Line, name: str) -> bool:
    """As soon as a gateway says so: they start again with a catalog that is another."""
    try:
        return name not in running.firing()
    except OSError:
        return False


def damage(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(b"this is no database" * 100)
    for beside in path.parent.glob(f"{path.name}-*"):
        beside.unlink()


def test_a_disk_that_is_nearly_full_is_told() -> None:
    """Before anything stops; over when there is room again."""
    with node_of() as node, mounted(node.images, "size=64m"), flowing(node) as running:
        filler = node.images / "filler"
        filler.write_bytes(bytes(63 << 20))
        told = until(lambda: running.firing().get("disk_filling"), 20, "the alert")
        assert (told["severity"], told["reason"]) == ("critical", "bytes")
        assert str(node.images) in told["summary"]["en"]
        filler.unlink()
        until(lambda: "disk_filling" not in running.firing(), 20, "its end")
