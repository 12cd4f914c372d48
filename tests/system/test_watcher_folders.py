"""Folders come, go and are replaced under the watcher: it finds them again, misses nothing, believes no emptiness."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator

import pytest

from tests.support.pictures import jpeg, name_of
from tests.support.wait import until
from tests.system.conftest import MakeWatcher
from tests.system.support.mounts import bind, bound, mount, mounted, overlay, unmount
from tests.system.support.watcher import Watcher

A, B, C, D = (name_of(number) for number in range(1, 5))


@pytest.fixture
def quick(make_watcher: MakeWatcher) -> Watcher:
    """A watcher that is not started and compares often."""
    return make_watcher(COILCAST_WATCH_RESCAN_INTERVAL_S="0.3")


def test_unmounted_and_mounted_again(quick: Watcher) -> None:
    """The images of a disk that is away stay in the catalog; what came to it meanwhile is told when it is back."""
    quick.make_folders()
    disk = quick.base.parent / "disk"
    disk.mkdir()
    with mounted(disk), bound(disk, quick.original):
        quick.start()
        _write(quick, A)
        quick.tells(("new", A))
        unmount(quick.original)
        quick.says("the folder is empty, yet the catalog has 1 images of it (main/original)")
        (disk / B).write_bytes(jpeg(B))
        bind(disk, quick.original)
        quick.tells(("new", A), ("new", B))
        _write(quick, C)
        quick.tells(("new", A), ("new", B), ("new", C))


def test_another_disk_is_mounted(quick: Watcher) -> None:
    """The kernel ends the watch with the old filesystem; of the new one the truth is told, first what is there."""
    quick.make_folders()
    with mounted(quick.original):
        quick.start()
        _write(quick, A)
        quick.tells(("new", A))
        unmount(quick.original)
        quick.says("is a mount missing?")
        mount(quick.original)
        _write(quick, B)
        quick.tells(("new", A), ("new", B), ("removed", A))
        _write(quick, C)
        quick.tells(("new", A), ("new", B), ("removed", A), ("new", C))


def test_deleted_and_made_again(quick: Watcher) -> None:
    """The same path is another directory: it is watched once it is there, and the old images are gone for good."""
    quick.make_folders()
    quick.start()
    _write(quick, A)
    quick.tells(("new", A))
    shutil.rmtree(quick.original)
    quick.says("folder cannot be watched (main/original)")
    assert quick.detail()["missing"] == {"main/original": "No such file or directory"}
    quick.original.mkdir()
    quick.says("watching folder (main/original, inotify)", times=2)
    _write(quick, B)
    until(lambda: len(quick.told()) == 3, what="the end of A")
    assert sorted(quick.told()) == [("new", A), ("new", B), ("removed", A)]


def test_deleted_and_made_again_at_once(quick: Watcher) -> None:
    """Also when it is back before the watcher can look."""
    quick.make_folders()
    quick.start()
    quick.send(signal.SIGSTOP)
    shutil.rmtree(quick.original)
    quick.original.mkdir()
    _write(quick, A)
    quick.send(signal.SIGCONT)
    quick.tells(("new", A))
    _write(quick, B)
    quick.tells(("new", A), ("new", B))


def test_missing_at_start(quick: Watcher) -> None:
    """The watcher is ready without its folders; what they bring along from before is imported, not announced."""
    elsewhere = quick.base.parent / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / A).write_bytes(jpeg(A))
    quick.start()
    assert set(quick.detail()["missing"]) == {"main/original", "main/labeled"}
    quick.base.mkdir()
    elsewhere.rename(quick.original)
    quick.says("watching folder (main/original, inotify)")
    _write(quick, B)
    quick.tells(("new", B))
    image = until(lambda: quick.reader.find("main", "original", A), what="the import")
    assert image.imported
    assert quick.detail()["missing"] == {"main/labeled": "No such file or directory"}


@pytest.mark.parametrize("which", ["original", "base"])
def test_renamed_away_and_back(quick: Watcher, which: str) -> None:
    """What happens under the other name is nobody's; back in its place, what came to the folder meanwhile is told."""
    quick.make_folders()
    quick.start()
    _write(quick, A)
    quick.tells(("new", A))
    there = quick.original if which == "original" else quick.base
    away = there.with_name("away")
    there.rename(away)
    quick.says("folder cannot be watched (main/original)")
    (away / B if which == "original" else away / "original" / B).write_bytes(jpeg(B))
    quick.detail()
    assert quick.told() == [("new", A)]
    away.rename(there)
    quick.tells(("new", A), ("new", B))
    _write(quick, C)
    quick.tells(("new", A), ("new", B), ("new", C))


def test_a_link_that_is_turned(quick: Watcher) -> None:
    """A folder may be a link; turned to another directory, that one is the folder."""
    quick.make_folders()
    quick.original.rmdir()
    for name in ("one", "two"):
        (quick.base.parent / name).mkdir()
    quick.original.symlink_to(quick.base.parent / "one")
    quick.start()
    _write(quick, A)
    quick.tells(("new", A))
    link = quick.base.parent / "link"
    link.symlink_to(quick.base.parent / "two")
    link.rename(quick.original)
    quick.says("watching folder (main/original, inotify)", times=2)
    _write(quick, B)
    until(lambda: len(quick.told()) == 3, what="the end of A")
    assert sorted(quick.told()) == [("new", A), ("new", B), ("removed", A)]


def test_a_second_camera(watcher: Watcher) -> None:
    """Its folders are watched as soon as they appear, each kind by itself; what it wrote at once is not lost."""
    labeled = watcher.base / "cam2" / "labeled"
    labeled.mkdir(parents=True)
    (labeled / A).write_bytes(jpeg(A))
    watcher.tells(("new", A))
    original = watcher.base / "cam2" / "original"
    original.mkdir()
    watcher.says("watching folder (cam2/original, inotify)")
    (original / B).write_bytes(jpeg(B))
    _write(watcher, C)
    watcher.tells(("new", A), ("new", B), ("new", C))
    assert [(event.image.camera, event.image.kind) for event in watcher.events] == [
        ("cam2", "labeled"),
        ("cam2", "original"),
        ("main", "original"),
    ]


def test_notices_that_lead_nowhere_stop_nothing(watcher: Watcher) -> None:
    """Whatever is made and unmade before anybody can look, the process lives on and the next image is told."""
    for number in range(200):
        path = watcher.original / f"{number}\udcff\n.jpg"
        path.write_bytes(jpeg())
        path.unlink()
        path.mkdir()
        path.rmdir()
        path.symlink_to(path.name)
        path.unlink()
        os.mkfifo(path)
        path.rename(watcher.labeled / path.name)
        (watcher.labeled / path.name).unlink()
    _write(watcher, A)
    watcher.tells(("new", A))
    until(lambda: watcher.rejects() == {}, what="no rejected file, for none is there")


@pytest.fixture(params=["by setting", "by itself"])
def polled(request: pytest.FixtureRequest, make_watcher: MakeWatcher) -> Iterator[Watcher]:
    """A watcher over polled folders: on any disk because it was told to, on an overlay because inotify may be blind."""
    is_told = request.param == "by setting"
    watcher = make_watcher(
        COILCAST_WATCH_MODE="polling" if is_told else "auto",
        COILCAST_WATCH_POLL_INTERVAL_S="0.1",
        COILCAST_WATCH_RESCAN_INTERVAL_S="3600",
    )
    watcher.base.mkdir()
    if is_told:
        watcher.make_folders()
        yield watcher
        return
    with overlay(watcher.base, watcher.base.parent / "layers"):
        watcher.make_folders()
        yield watcher
        watcher.kill()


def test_a_polled_folder(polled: Watcher) -> None:
    """The same story as by inotify: new, changed, removed and renamed files are told without any rescan."""
    (polled.original / D).write_bytes(jpeg(D))
    polled.start()
    assert set(polled.detail()["modes"].values()) == {"polling"}
    _write(polled, A)
    polled.tells(("new", A))
    (polled.original / A).write_bytes(jpeg("changed"))
    polled.tells(("new", A), ("changed", A))
    (polled.original / A).rename(polled.original / B)
    until(lambda: len(polled.told()) == 4, what="the rename")
    assert sorted(polled.told()[2:]) == [("new", B), ("removed", A)]
    (polled.original / B).unlink()
    until(lambda: polled.told()[4:] == [("removed", B)], what="the removal")
    until(lambda: polled.reader.find("main", "original", D), what="the import")


def test_an_ordinary_disk_is_not_polled(make_watcher: MakeWatcher) -> None:
    """Left to itself the watcher polls only where it must."""
    watcher = make_watcher(COILCAST_WATCH_MODE="auto")
    watcher.make_folders()
    with mounted(watcher.original):
        watcher.start()
        assert watcher.detail()["modes"]["main/original"] == "inotify"
        watcher.kill()


def test_an_empty_base_removes_nothing(quick: Watcher) -> None:
    """Where the catalog has images and the folder none, a mount is missing: it is said, and nothing is forgotten."""
    quick.make_folders()
    quick.start()
    for name in (A, B):
        _write(quick, name)
    quick.tells(("new", A), ("new", B))
    quick.stop()
    quick.base.rename(quick.base.with_name("away"))
    quick.make_folders()
    quick.start()
    quick.says("the folder is empty, yet the catalog has 2 images of it (main/original): is a mount missing?")
    assert quick.reader.counts()["main", "original"] == 2
    shutil.rmtree(quick.base)
    quick.says("folder cannot be watched (main/original)")
    quick.base.with_name("away").rename(quick.base)
    quick.says("watching folder (main/original, inotify)", times=3)
    _write(quick, C)
    quick.tells(("new", A), ("new", B), ("new", C))


def _write(watcher: Watcher, name: str) -> None:
    """By a hidden name: nobody sees half of it, however the folder is watched."""
    (watcher.original / f".{name}").write_bytes(jpeg(name))
    (watcher.original / f".{name}").rename(watcher.original / name)
