"""Alerts come into operations.db without the monitor's loop waiting for it."""

from __future__ import annotations

import io
import time
from pathlib import Path

import msgspec

from orchestrator.monitor.alerts import Raise, Resolve
from orchestrator.monitor.bulletin import AGAIN_AFTER_S, LOST_AFTER_S, READ_EVERY_S, Bulletin
from orchestrator.monitor.deciders.loops import SERVICE_LOOP
from orchestrator.wording import MONITOR
from services.shared.logs import make_logger
from services.shared.metrics.figures import Figures
from services.shared.operations import Alert, Alerts, Said, Trouble
from tests.support.wait import until
from tests.support.watching import settings_for

KEY = f"{SERVICE_LOOP}/gateway-0"


def trouble(name: str = SERVICE_LOOP) -> Trouble:
    return Trouble(name=name, severity="warning", summary=Said("가", "a"), advice=Said("나", "b"))


class Bench:
    """A bulletin, the file it writes and what it says."""

    def __init__(self, tmp_path: Path) -> None:
        settings = settings_for(tmp_path)
        settings.state.mkdir(exist_ok=True)
        self.path = settings.operations_path
        self.out = io.StringIO()
        self.figures = Figures.in_memory("monitor")
        self.bulletin = Bulletin(self.path, make_logger(settings, "Monitor", MONITOR, self.out), self.figures)

    def tend(self, *orders: Raise | Resolve, now_s: float) -> None:
        """One turn of the monitor, and what it has begun to its end."""
        self.bulletin.tend(orders, now_s)
        self.bulletin.close()

    def firing(self) -> list[Alert]:
        alerts = Alerts(self.path)
        try:
            return alerts.firing()
        finally:
            alerts.close()


def test_what_is_ordered_is_kept_and_read_back(tmp_path: Path) -> None:
    """What fires is known before anything is decided, also what an earlier monitor raised, of whatever sort."""
    bench = Bench(tmp_path)
    alerts = Alerts(bench.path)
    alerts.raise_("stall/main/original", trouble("stall"), 1)
    alerts.raise_(KEY, trouble(), 1)
    alerts.close()
    bench.tend(now_s=0.0)
    assert bench.bulletin.firing == {KEY: trouble(), "stall/main/original": trouble("stall")}
    bench.tend(Resolve(KEY), now_s=1.0)
    assert bench.bulletin.firing == {"stall/main/original": trouble("stall")}
    bench.tend(Raise(KEY, trouble()), now_s=2.0)
    assert [alert.key for alert in bench.firing()] == [KEY, "stall/main/original"]
    assert bench.out.getvalue().count(KEY) == 2


def test_a_file_that_was_replaced_gets_what_fires(tmp_path: Path) -> None:
    """After a while, when it is read again."""
    bench = Bench(tmp_path)
    bench.tend(Raise(KEY, trouble()), now_s=0.0)
    for path in bench.path.parent.glob("operations.db*"):
        path.unlink()
    bench.tend(now_s=READ_EVERY_S - 1)
    assert bench.bulletin.firing == {KEY: trouble()}
    bench.tend(now_s=READ_EVERY_S)
    assert bench.bulletin.firing == {}


def test_a_damaged_file_is_tried_again_and_said_once(tmp_path: Path) -> None:
    """Not with every turn; and what is ordered then is kept."""
    bench = Bench(tmp_path)
    bench.path.write_bytes(b"this is no database" * 100)
    bench.bulletin.tend([Raise(KEY, trouble())], 0.0)
    until(lambda: "is damaged" in bench.out.getvalue(), what="a word on it")
    bench.bulletin.close()
    later_s = bench.bulletin._read_next_s
    bench.tend(now_s=later_s)
    assert bench.out.getvalue().count("is damaged") == 1
    bench.path.unlink()
    later_s = bench.bulletin._read_next_s
    bench.tend(Raise(KEY, trouble()), now_s=later_s - AGAIN_AFTER_S / 2)
    assert bench.bulletin.firing is None
    bench.tend(Raise(KEY, trouble()), now_s=later_s)
    assert [alert.key for alert in bench.firing()] == [KEY]


def test_that_alerts_are_lost_is_noticed(tmp_path: Path) -> None:
    """After a while, when whoever watches the monitor from outside has to be told; and when they are kept again."""
    bench = Bench(tmp_path)
    assert bench.bulletin.keeps(1000.0)
    bench.tend(now_s=1000.0)
    bench.path.with_name("operations.db-wal").unlink(missing_ok=True)
    bench.path.write_bytes(b"this is no database" * 100)
    bench.bulletin._read_next_s = 0.0
    bench.tend(now_s=1000.0 + LOST_AFTER_S)
    assert bench.bulletin.keeps(1000.0 + LOST_AFTER_S)
    assert not bench.bulletin.keeps(1001.0 + LOST_AFTER_S)
    bench.path.unlink()
    bench.bulletin._read_next_s = 0.0
    bench.tend(now_s=1002.0 + LOST_AFTER_S)
    assert bench.bulletin.keeps(1003.0 + LOST_AFTER_S)


def test_a_disk_that_hangs_holds_nobody_up(tmp_path: Path) -> None:
    """What is ordered meanwhile is dropped, as it will be ordered again."""
    bench = Bench(tmp_path)
    bench.tend(now_s=0.0)
    blocker = Alerts(bench.path)
    blocker._db.execute("BEGIN IMMEDIATE")
    bench.bulletin.tend([Raise(KEY, trouble())], 1.0)
    bench.bulletin.tend([Raise(f"{SERVICE_LOOP}/gateway-1", trouble())], 2.0)
    blocker._db.execute("COMMIT")
    blocker.close()
    until(lambda: bench.bulletin.firing, what="what fires")
    assert [alert.key for alert in bench.firing()] == [KEY]


def test_each_transition_is_counted_once(tmp_path: Path) -> None:
    """However often it is ordered."""
    bench = Bench(tmp_path)
    graver = msgspec.structs.replace(trouble(), severity="critical")
    orders: list[Raise | Resolve] = [Raise(KEY, trouble()), Raise(KEY, trouble()), Raise(KEY, graver), Resolve(KEY)]
    for now_s, order in enumerate(orders):
        time.sleep(0.002)  # Begun and changed in one millisecond would be one.
        bench.tend(order, now_s=float(now_s))
    assert bench.figures.numbers == {
        ("coilcast_alert_transitions_total", SERVICE_LOOP, transition): 1.0
        for transition in ("raised", "changed", "resolved")
    }
