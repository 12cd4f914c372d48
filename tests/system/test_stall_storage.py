"""Why images stop, provoked for real, where the storage or the folder is the reason. Needs the right to mount."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.wait import until
from tests.system.support.mounts import detach, hanging, mount, mounted
from tests.system.support.stalling import NO_OVERRIDE, Line, flowing, node_of

KINDS = ("original", "labeled")


@pytest.fixture(scope="module")
def running() -> Iterator[Line]:
    """One node over a small filesystem for all; each test lets images flow again."""
    with node_of() as node, mounted(node.images, SMALL):
        node.prefix = NO_OVERRIDE
        with flowing(node) as one:
            yield one


INODES = 6000
SMALL = f"size=32m,nr_inodes={INODES}"


def fill(path: Path) -> None:
    """Until there is no room left."""
    with contextlib.suppress(OSError), path.open("ab", buffering=0) as file:
        while True:
            file.write(bytes(1 << 12))


def use_up_inodes(folder: Path) -> None:
    """Until no file can be made."""
    folder.mkdir()
    with contextlib.suppress(OSError):
        for number in range(INODES):
            (folder / str(number)).touch()


def blocked(running: Line, reason: str) -> None:
    """The stall is named at once and as what it is, nothing else is told, and the node is down, as nothing can come."""
    told = running.names(reason)
    assert (told["severity"], told["changed_at"]) == ("critical", told["started_at"])
    assert set(running.firing()) <= {"stall/main/original", "disk_filling"}
    health = until(lambda: (now := running.health())["status"] == "down" and now, 5, "a node that is down")
    assert (health["reason"], health["stall"]["code"]) == (told["summary"]["en"], reason)


def make_folders(running: Line) -> None:
    for kind in KINDS:
        (running.base / kind).mkdir(exist_ok=True)


def test_a_mount_that_is_gone(running: Line) -> None:
    """The folders below it look as if they were there; the storage server writes to nobody."""
    running.flows()
    running.camera.writes()
    detach(running.base)
    blocked(running, "storage_unmounted")
    assert running.firing()["stall/main/original"]["advice"]["en"].count(str(running.base)) == 2
    mount(running.base, SMALL)
    make_folders(running)
    running.clears(running.camera.writes(*KINDS))


def test_another_filesystem_mounted_over(running: Line) -> None:
    """What the camera writes is below it."""
    running.flows()
    running.camera.writes()
    mount(running.base, SMALL)
    make_folders(running)
    blocked(running, "storage_replaced")
    detach(running.base)
    running.clears(running.camera.writes(*KINDS))


def test_a_full_disk(running: Line) -> None:
    """The camera goes on trying."""
    running.flows()
    filler = running.base / "filler"
    fill(filler)
    blocked(running, "disk_full")
    filler.unlink()
    running.clears(running.resumed())


def test_no_inode_left(running: Line) -> None:
    """There is room, and yet no file can be made."""
    running.flows()
    folder = running.base / "many"
    use_up_inodes(folder)
    blocked(running, "inodes_full")
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
    running.clears(running.resumed())


def test_a_folder_that_is_gone(running: Line) -> None:
    """Renamed by somebody who tidies up."""
    running.flows()
    (running.base / "original").rename(running.base / "old")
    running.names("folder_missing")
    (running.base / "old").rename(running.base / "original")
    running.clears(running.resumed())


def test_a_folder_that_must_not_be_read(running: Line) -> None:
    """Somebody has changed its rights; files go on coming, and none can be opened."""
    running.flows()
    folder = running.base / "original"
    mode = folder.stat().st_mode
    folder.chmod(0)
    told = running.names("folder_unreadable")
    assert "Permission denied" in told["summary"]["en"]
    folder.chmod(mode)
    running.clears(running.resumed())


def test_storage_that_hangs(running: Line) -> None:
    """Whoever asks it anything waits; the monitor does not. What hung is not asked again at once: no fault follows."""
    running.flows()
    running.camera.writes()
    with hanging(running.base / "original"):
        told = running.names("storage_hangs")
        assert told["severity"] == "critical"
    running.clears(running.camera.writes(*KINDS))


def test_all_of_it_was_told_once(running: Line) -> None:
    """No stall is left, and none was told of a kind that waits for its source."""
    running.flows()
    told = [one for one in running.ask("/api/alerts")["alerts"] if one["name"] == "stall"]
    assert {one["type"] for one in told} == {"original"}
