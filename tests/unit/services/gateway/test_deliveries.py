"""What was sent and shown is written down aside from the event loop, whatever the disk does."""

from __future__ import annotations

import contextlib
import io
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.gateway import deliveries as module
from services.gateway.deliveries import Deliveries
from services.gateway.wording import SENTENCES
from services.shared.deliveries import Delivery, DeliveryReader
from services.shared.errors import DatabaseError
from services.shared.logs import make_logger
from services.shared.metrics.figures import Figures
from tests.support.serving import image
from tests.support.wait import until
from tests.support.watching import settings_for


class Desk:
    """Deliveries, and what came of them."""

    def __init__(self, folder: Path) -> None:
        settings = settings_for(folder)
        self.path = settings.deliveries_path
        self.path.parent.mkdir(exist_ok=True)
        self.out = io.StringIO()
        self.figures = Figures.in_memory("gateway-0")
        log = make_logger(settings, "Image Receiver", SENTENCES, self.out)
        self.deliveries = Deliveries(self.path, "e", log, self.figures)

    def note(self, *seqs: int) -> None:
        """Given to a client 5 ms after being written, and shown 20 ms later."""
        for seq in seqs:
            self.deliveries.pushed(image(seq), seq * 1000 + 35)
            self.deliveries.painted(seq, seq * 1000 + 55)

    def written(self) -> list[Delivery]:
        try:
            with contextlib.closing(DeliveryReader(self.path)) as reader:
                return reader.sample("e", 0)
        except DatabaseError:
            return []

    def writes(self, *seqs: int) -> None:
        """Wait until these are written."""

        def is_done() -> bool:
            self.deliveries.tend()
            return [one.seq for one in self.written()] == list(seqs)

        until(is_done, what=f"{seqs} in the file")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(module, "WRITE_EVERY_S", 0.01)
    desk = Desk(tmp_path)
    yield desk
    desk.deliveries.close()


def test_what_was_sent_and_shown_is_written_down(desk: Desk) -> None:
    """Both times; and at hand at once before."""
    desk.note(1, 2)
    assert desk.written() == []
    known = Delivery(seq=2, pushed_at_ms=2035, painted_at_ms=2055)
    assert desk.deliveries.find(2) == known
    desk.writes(1, 2)
    assert desk.written()[1] == known
    desk.deliveries.pushed(image(3), 3035)
    desk.writes(1, 2, 3)
    assert desk.written()[2].painted_at_ms is None
    desk.deliveries._again_s = 0.0
    desk.deliveries.painted(3, 3060)
    desk.writes(1, 2, 3)
    until(lambda: desk.written()[2].painted_at_ms == 3060, what="the paint in the file")


def test_what_is_left_is_written_at_the_end(tmp_path: Path) -> None:
    """Also what came just after the last time, and the file is in order."""
    desk = Desk(tmp_path)
    desk.note(1)
    desk.writes(1)
    desk.note(2)
    desk.deliveries.close()
    assert [one.seq for one in desk.written()] == [1, 2]
    assert not desk.path.with_name("deliveries.db-wal").exists()


def test_nothing_is_made_where_nothing_is_noted(desk: Desk) -> None:
    """No file, no thread."""
    desk.deliveries.tend()
    desk.deliveries.painted(1, 1035)
    desk.deliveries.tend()
    assert desk.deliveries._thread is None
    assert not desk.path.exists()


def test_a_file_that_cannot_be_written_is_said_once_and_made_up_for(desk: Desk) -> None:
    """What could not be written follows as soon as it can; another failure is said again."""
    for again in (1, 2):
        desk.path.parent.rename(desk.path.parent.with_name("away"))
        for seq in (1, 2, 3):
            desk.note(10 * again + seq)
            desk.deliveries.tend()
            until(lambda: not desk.deliveries._noted, what="a try")
        until(lambda: desk.out.getvalue().count("cannot be written down") >= again, what="a line in the log")  # noqa: B023
        desk.path.parent.with_name("away").rename(desk.path.parent)
        desk.note(10 * again + 4)
        desk.writes(*range(11, 15), *(range(21, 25) if again == 2 else ()))
    assert desk.out.getvalue().count("\n") == 2


def test_a_damaged_file_is_made_anew(desk: Desk) -> None:
    """Said once; what was to be written is in the new one."""
    desk.path.write_bytes(b"this is no database" * 1000)
    desk.note(1)
    desk.writes()
    until(lambda: "damaged" in desk.out.getvalue(), what="a line in the log")
    desk.note(2)
    desk.writes(1, 2)
    assert desk.out.getvalue().count("\n") == 1


def test_a_file_that_another_holds_keeps_nobody_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither who notes something nor who ends the gateway; and not all of it is kept for ever."""
    monkeypatch.setattr(module, "MOST_UNWRITTEN", 100)
    monkeypatch.setattr(module, "GOODBYE_S", 0.05)
    monkeypatch.setattr(module, "WRITE_EVERY_S", 0.01)
    desk = Desk(tmp_path)
    desk.note(1)
    desk.writes(1)
    with contextlib.closing(sqlite3.connect(desk.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for seq in range(2, 500):
            desk.note(seq)
            desk.deliveries.tend()
        assert len(desk.deliveries._noted) <= 100
        assert len(desk.deliveries._unwritten) <= 100
        desk.deliveries.close()
        other.execute("ROLLBACK")
    thread = desk.deliveries._thread
    assert thread is not None
    thread.join(10)
    assert not thread.is_alive()


def test_what_is_counted(desk: Desk) -> None:
    """Each image with its first push and its first report; since its commit, only if that is known of it."""
    desk.deliveries.telling(1, time.time() - 0.3)
    desk.deliveries.pushed(image(1), 1035)
    desk.deliveries.pushed(image(1), 1036)
    desk.deliveries.telling(2, 0.0)
    desk.deliveries.pushed(image(2), 2035)
    desk.deliveries.painted(1, 1060)
    desk.deliveries.painted(1, 1050)
    numbers = desk.figures.numbers
    assert numbers["coilcast_pushed_total",] == 2
    stages = [key[1] for key in numbers if key[0] == "coilcast_latency_seconds_sum"]
    assert stages == ["written_pushed", "catalogued_pushed", "pushed_painted", "written_painted"]
    assert numbers["coilcast_latency_seconds_bucket", "catalogued_pushed", "original", "0.5"] == 1
    assert numbers["coilcast_latency_seconds_sum", "pushed_painted", "original"] == 0.025
