"""Why images stop, provoked for real, where the source or the line is the reason."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.wait import until
from tests.system.support.stalling import Line, line


@pytest.fixture(scope="module")
def running() -> Iterator[Line]:
    """One node for all; each test lets images flow again."""
    with line() as one:
        yield one


def test_a_silent_source(running: Line) -> None:
    """Without a signal of the line nobody guesses; with one it is sure, and graver."""
    running.flows()
    running.camera.writes()
    told = running.names("source_silent")
    assert told["severity"] == "warning"
    assert "source silent or line stopped" in told["summary"]["en"]
    assert set(running.firing()) == {"stall/main/original"}
    health = running.health()
    assert (health["status"], health["stall"]["stalled"], health["stall"]["code"]) == ("ok", True, "source_silent")
    assert health["stall"]["flows"]["main/labeled"]["reason"] == "source_silent"
    assert "source silent or line stopped" in running.node.run("status").stdout
    running.signals("run")
    told = until(
        lambda: (now := running.firing()["stall/main/original"])["severity"] == "critical" and now, 10, "a graver word"
    )
    assert "the line runs, yet the source is silent" in told["summary"]["en"]
    running.clears(running.camera.writes("original", "labeled"))


def test_a_stopped_line(running: Line) -> None:
    """No more than a piece of information."""
    running.flows()
    running.signals("stop")
    running.camera.writes()
    assert running.names("line_stopped")["severity"] == "info"
    assert running.health()["status"] == "ok"
    running.signals("run")
    running.clears(running.camera.writes("original", "labeled"))


def test_files_that_are_rejected(running: Line) -> None:
    """The alert says why they are."""
    running.flows()
    running.camera.writes("original", "labeled", how="truncated")
    told = running.names("files_rejected")
    assert "cut off" in told["summary"]["en"]
    assert "끝이 잘린" in told["summary"]["ko"]
    assert running.health()["status"] == "degraded"
    running.clears(running.camera.writes("original", "labeled"))


def test_files_that_do_not_finish(running: Line) -> None:
    """A writer that goes on and on."""
    running.flows()
    running.camera.writes("original", how="unfinished")
    running.names("files_unfinished")
    running.clears(running.camera.writes("original", "labeled"))


def test_a_stopped_model(running: Line) -> None:
    """Its source goes on; that is its own alert, and a single one."""
    running.flows()
    since_s = running.camera.writes("original")
    told = running.names(None, "model_stopped/main/labeled", since_s)
    assert told["severity"] == "critical"
    assert set(running.firing()) == {"model_stopped/main/labeled"}
    running.clears(running.camera.writes("original", "labeled"), "model_stopped/main/labeled")


def test_one_cause_is_one_alert(running: Line) -> None:
    """All that was told here: each stall once, and nothing of the kinds that wait for their source."""
    told = [one for one in running.ask("/api/alerts")["alerts"] if one["name"] in ("stall", "model_stopped")]
    assert {(one["name"], one["type"]) for one in told} <= {("stall", "original"), ("model_stopped", "labeled")}
    assert all(one["state"] == "resolved" for one in told)
