"""What the monitor keeps in operations.db beside its alerts."""

from __future__ import annotations

from pathlib import Path

from orchestrator.monitor.evidence import Place
from orchestrator.monitor.ledger import Ledger
from orchestrator.monitor.places import PlaceKept
from services.shared.operations import Line, LineState
from tests.support.wait import until

PLACES = {"main/original": PlaceKept(Place(50, "/mnt/nas", "nfs4", "nas:/images"), 1000)}


def test_places_are_there_for_the_next_monitor(tmp_path: Path) -> None:
    """It reads them before anything else."""
    path = tmp_path / "operations.db"
    ledger = Ledger(path, lambda _: None)
    until(lambda: ledger.places == {}, what="an empty memory")
    ledger.keep(PLACES)

    def kept() -> bool:
        other = Ledger(path, lambda _: None)
        until(lambda: other.places is not None, what="another's memory")
        other.close()
        return other.places == PLACES

    until(kept, what="what was kept")
    ledger.close()


def test_the_line_is_heard_whoever_says_something(tmp_path: Path) -> None:
    """What others wrote, and what this one did."""
    path = tmp_path / "operations.db"
    ledger = Ledger(path, lambda _: None)
    line = Line(path)
    line.say("east", "stopped", "PLC", 1000)
    until(lambda: [one.camera for one in ledger.lines] == ["east"], what="the line")
    ledger.say(LineState(camera=None, state="running", since_ms=2000, said_at_ms=2000, by="signal file"))
    until(lambda: [one.camera for one in ledger.lines] == [None, "east"], what="the whole line")
    line.close()
    ledger.close()


def test_a_file_that_cannot_be_used_is_said_once_and_tried_again(tmp_path: Path) -> None:
    """Nothing else of the monitor waits for it."""
    said: list[str] = []
    ledger = Ledger(tmp_path / "missing" / "operations.db", said.append)
    until(lambda: said, what="a complaint")
    assert ledger.places is None
    ledger.close()
