"""When a disk that fills up is told of."""

from __future__ import annotations

from typing import Any

import pytest

from orchestrator.monitor.deciders.disks import Disks
from orchestrator.monitor.deciders.view import Firing, View
from orchestrator.monitor.evidence import DiskEvidence, Place
from services.shared.operations import Trouble

GB = 1 << 30
DAY_S = 86_400
MINUTE_S = 60


def disk(free: float, *, role: str = "images", device: int = 1, **fields: Any) -> DiskEvidence:
    place = Place(device, "/srv/images" if role == "images" else "/", "ext4")
    values = {"total_bytes": 1000 * GB, "free_inodes": 10**6, "total_inodes": 2 * 10**6}
    return DiskEvidence(role=role, place=place, free_bytes=int(free), **values | fields)  # type: ignore[arg-type]


class Machine:
    """Its disks, looked at once a minute; what fires is remembered."""

    def __init__(self, keep_free_percent: float = 0.0) -> None:
        self.decider = Disks(keep_free_percent)
        self.now_s = 0.0
        self.firing: Firing = {}

    def look(self, *disks: DiskEvidence) -> list[tuple[str, str, str | None]]:
        self.now_s += MINUTE_S
        self.firing = self.decider(View(now_s=self.now_s, now_ms=0, disks=disks), self.firing)
        return [(key, one.severity, one.reason) for key, one in self.firing.items()]

    def fill(self, free: float, per_day: float, minutes: int) -> float:
        """The images' disk loses so much a day; returns what is free then."""
        for _ in range(minutes):
            free -= per_day * MINUTE_S / DAY_S
            self.look(disk(free))
        return free


FILLING = [("disk_filling/images", "warning", "bytes")]


def test_a_disk_that_fills_up_within_a_day_is_told() -> None:
    """Once the trend is known; in three days it is none."""
    machine = Machine()
    machine.fill(300 * GB, 100 * GB, 120)
    assert machine.firing == {}
    machine = Machine()
    machine.fill(300 * GB, 400 * GB, 29)
    assert machine.firing == {}
    machine.fill(290 * GB, 400 * GB, 3)
    assert [(key, one.severity, one.reason) for key, one in machine.firing.items()] == FILLING
    told = machine.firing["disk_filling/images"]
    assert told.summary.en == "the disk of the images (/srv/images) fills up within 24 hours"
    assert "retention --dry-run" in told.advice.ko


def test_it_is_over_when_it_takes_longer_again() -> None:
    """Not for a moment at the limit."""
    machine = Machine()
    free = machine.fill(300 * GB, 320 * GB, 60)
    assert machine.firing
    free = machine.fill(free, 250 * GB, 360)
    assert machine.firing
    machine.fill(free, 10 * GB, 360)
    assert not machine.firing


def test_an_alert_of_an_earlier_monitor_stays_until_the_trend_is_known() -> None:
    """A restart is no recovery."""
    machine = Machine()
    machine.fill(300 * GB, 400 * GB, 40)
    other = Machine()
    other.firing = machine.firing
    other.fill(290 * GB, 0, 20)
    assert other.firing
    other.fill(290 * GB, 0, 15)
    assert not other.firing


def test_nearly_full_is_told_whatever_the_trend() -> None:
    """Graver; and over when there is some room again."""
    machine = Machine()
    assert machine.look(disk(19 * GB)) == [("disk_filling/images", "critical", "bytes")]
    assert machine.look(disk(29 * GB)) == [("disk_filling/images", "critical", "bytes")]
    assert machine.look(disk(31 * GB)) == []
    assert machine.look(disk(29 * GB)) == []


def test_inodes_run_out_as_well() -> None:
    """Where the filesystem counts them."""
    machine = Machine()
    assert machine.look(disk(500 * GB, free_inodes=1000)) == [("disk_filling/images", "critical", "inodes")]
    assert machine.look(disk(500 * GB, free_inodes=0, total_inodes=0)) == []
    machine = Machine()
    for minute in range(60):
        machine.look(disk(500 * GB, free_inodes=1_000_000 - minute * 1000))
    assert [one.reason for one in machine.firing.values()] == ["inodes"]


def test_one_disk_is_told_of_once() -> None:
    """Where images and state share it."""
    machine = Machine()
    assert len(machine.look(disk(5 * GB), disk(5 * GB, role="state"))) == 1
    assert len(machine.look(disk(5 * GB), disk(5 * GB, role="state", device=2))) == 2


def test_a_disk_that_does_not_answer_changes_nothing() -> None:
    """Neither does one of which nothing is known."""
    machine = Machine()
    assert machine.look(disk(500 * GB, answered=False)) == []
    machine.look(disk(5 * GB))
    before = dict(machine.firing)
    assert machine.look(disk(500 * GB, answered=False))
    machine.look(DiskEvidence(role="images"))
    assert machine.firing == before


@pytest.mark.parametrize(("share", "told"), [(0.30, False), (0.095, False), (0.08, True)])
def test_where_retention_keeps_up_a_trend_is_no_danger(share: float, told: bool) -> None:
    """It deletes when less than a tenth is free; what falls well below that it cannot hold."""
    machine = Machine(keep_free_percent=10.0)
    machine.fill(share * 1000 * GB, 320 * GB, 1)
    for minute in range(60):
        machine.look(disk(share * 1000 * GB - minute * GB / 100 * 8))
    assert bool(machine.firing) is told


def test_retention_keeps_inodes_free_as_well() -> None:
    """A trend of theirs is no danger either, as long as it keeps up."""
    for share, told in ((0.5, False), (0.08, True)):
        machine = Machine(keep_free_percent=10.0)
        for minute in range(60):
            machine.look(disk(500 * GB, free_inodes=int(share * 2e6) - minute * 1000))
        assert bool(machine.firing) is told


def test_a_disk_that_images_and_state_share_is_kept_by_retention_too() -> None:
    """Whichever of the two is looked at first."""
    for roles in (("state", "images"), ("images", "state")):
        machine = Machine(keep_free_percent=10.0)
        for minute in range(60):
            machine.look(*(disk(500 * GB - minute * GB / 2, role=role) for role in roles))
        assert machine.firing == {}
        machine.look(*(disk(5 * GB, role=role) for role in roles))
        assert list(machine.firing) == ["disk_filling/images"]


def test_a_large_copy_that_comes_and_goes_is_no_trend() -> None:
    """It is a few of many samples."""
    machine = Machine()
    for minute in range(300):
        machine.look(disk(400 * GB - (200 * GB if 100 <= minute < 130 else 0)))
        assert machine.firing == {}


def test_a_disk_that_is_filled_and_cleared_in_turn_is_no_trend() -> None:
    """However steep each rise is."""
    machine = Machine()
    for minute in range(300):
        machine.look(disk(400 * GB - (minute % 10) * GB))
        assert machine.firing == {}


def trouble_of(machine: Machine) -> Trouble:
    return next(iter(machine.firing.values()))


def test_a_state_folder_is_called_by_its_name() -> None:
    """Its mount as well."""
    machine = Machine()
    machine.look(disk(5 * GB, role="state"))
    assert trouble_of(machine).summary.ko == "디스크(상태 폴더, /) 여유 공간이 2 % 미만"
