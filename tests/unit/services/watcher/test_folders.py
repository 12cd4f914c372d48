"""The state of each image folder."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from services.watcher.coming import Coming
from services.watcher.folders import POLLED_RESCAN_S, RESCAN_SHARE, Folder, Folders
from services.watcher.inbox import Inbox
from services.watcher.observer import Observer, WatchMode
from services.watcher.quiet import RACY_S
from tests.support.watching import settings_for


class FakeObserver(Observer):
    """Takes every watch, or fails as it is told."""

    def __init__(self) -> None:
        self.watched: dict[int, tuple[Path, WatchMode]] = {}
        self.error: OSError | None = None
        self.broken: set[int] = set()
        self._last = 0

    def watch(self, folder: Path, mode: WatchMode, coming: Coming | None = None) -> int:
        if self.error is not None and mode == "inotify":
            raise self.error
        self._last += 1
        self.watched[self._last] = (folder, mode)
        return self._last

    def unwatch(self, watch_id: int) -> None:
        self.watched.pop(watch_id, None)

    def is_watching(self, watch_id: int) -> bool:
        return watch_id in self.watched and watch_id not in self.broken


class Place:
    """Some folders below a base, and what is made of them."""

    def __init__(self, tmp_path: Path, **values: str) -> None:
        self.observer = FakeObserver()
        self.folders = Folders(settings_for(tmp_path, **values), self.observer)
        self.base = tmp_path / "images"

    def make(self, *paths: str) -> None:
        for path in paths:
            (self.base / path).mkdir(parents=True)

    def names(self) -> list[str]:
        self.folders.discover()
        return [folder.name for folder in self.folders.folders.values()]

    def original(self) -> Folder:
        self.folders.discover()
        return self.folders.folders["main", "original"]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_the_main_camera_is_expected_even_without_its_folders(place: Place) -> None:
    """They are waited for, and missing until they come."""
    assert place.names() == ["main/original", "main/labeled"]
    assert not place.folders.check(place.original(), 0.0)
    assert not place.original().armed
    assert place.original().problem == "No such file or directory"


def test_cameras_are_found_when_their_folders_appear(place: Place) -> None:
    """Each kind by itself; neither kinds, hidden folders, files nor deeper ones are cameras."""
    place.make("original/original", "labeled", "top/original", ".x/original", "main/original", "top/deep/original")
    (place.base / "file").touch()
    assert place.names() == ["main/original", "main/labeled", "top/original"]
    place.make("top/labeled", "bottom/labeled")
    assert place.names()[3:] == ["bottom/labeled", "top/labeled"]


def test_a_folder_is_armed_once(place: Place) -> None:
    """Arming it asks for a rescan at once; later checks leave it alone."""
    place.make("original")
    folder = place.original()
    assert place.folders.check(folder, 0.0)
    assert folder.is_due(0.0)
    assert place.folders.by_watch == {folder.watch_id: folder}
    assert not place.folders.check(folder, 1.0)
    assert list(place.observer.watched.values()) == [(place.base / "original", "inotify")]


def test_a_folder_that_goes_and_comes_is_armed_anew(place: Place) -> None:
    """Deleted: missing, with the reason. Made again: another directory, another watch, another rescan."""
    place.make("original")
    folder = place.original()
    place.folders.check(folder, 0.0)
    (place.base / "original").rmdir()
    assert not place.folders.check(folder, 1.0)
    assert folder.problem == "No such file or directory"
    assert place.folders.by_watch == {}
    assert place.observer.watched == {}
    place.make("original")
    folder.rescan_wanted = False
    assert place.folders.check(folder, 2.0)
    assert list(place.folders.by_watch.values()) == [folder]
    assert folder.problem == ""
    assert folder.is_due(2.0)


def test_a_folder_that_was_replaced_between_two_checks_is_armed_anew(place: Place) -> None:
    """Another directory under the same path is watched by nobody until then."""
    place.make("original", "new")
    folder = place.original()
    place.folders.check(folder, 0.0)
    (place.base / "original").rename(place.base / "old")
    (place.base / "new").rename(place.base / "original")
    assert not folder.is_itself()
    assert place.folders.check(folder, 1.0)
    assert folder.is_itself()
    assert len(place.observer.watched) == 1


def test_a_watch_that_ended_is_taken_again(place: Place) -> None:
    """After an unmount and a mount of the same disk only the watch itself can tell that it hears nothing."""
    place.make("original")
    folder = place.original()
    place.folders.check(folder, 0.0)
    before = folder.watch_id
    assert before is not None
    place.observer.broken.add(before)
    assert place.folders.check(folder, 1.0)
    assert folder.watch_id != before


def test_a_rescan_is_wanted_when_the_mtime_moves(place: Place) -> None:
    """What was listed long enough after the last move holds until the next one."""
    place.make("original")
    folder = place.original()
    place.folders.check(folder, 0.0)
    folder.rescan_wanted = False
    folder.rescanned(RACY_S + 1, RACY_S + 1.1, 0.1, interval_s=5.0)
    place.folders.check(folder, 20.0)
    assert not folder.is_due(20.0)
    (place.base / "original" / "a.jpg").touch()
    place.folders.check(folder, 21.0)
    assert folder.is_due(21.0)


def test_rescans_keep_to_their_share(place: Place) -> None:
    """A rescan that took 4 s is not repeated for minutes; one that took nothing waits for the interval."""
    place.make("original")
    folder = place.original()
    place.folders.check(folder, 0.0)
    for cost_s, pause_s in ((0.001, 5.0), (4.0, 4.0 / RESCAN_SHARE)):
        folder.rescanned(0.0, 100.0, cost_s, interval_s=5.0)
        folder.rescan_wanted = True
        assert not folder.is_due(100.0 + pause_s - 0.1)
        assert folder.is_due(100.0 + pause_s)
    folder.want_rescan(at_once=True)
    assert folder.is_due(100.0)


def test_a_polled_folder_is_rescanned_now_and_then(tmp_path: Path) -> None:
    """No mtime of a folder tells that a file in it was overwritten in place."""
    place = Place(tmp_path, COILCAST_WATCH_MODE="polling")
    place.make("original")
    folder = place.original()
    place.folders.check(folder, 0.0)
    folder.rescan_wanted = False
    folder.rescanned(RACY_S + 1, 10.0, 0.0, interval_s=5.0)
    place.folders.check(folder, 15.0 + POLLED_RESCAN_S)
    assert not folder.rescan_wanted
    place.folders.check(folder, 15.1 + POLLED_RESCAN_S)
    assert folder.rescan_wanted


@pytest.mark.parametrize(
    ("mode", "number", "expected"),
    [("auto", errno.ENOSPC, "polling"), ("auto", errno.EMFILE, "polling"), ("inotify", errno.ENOSPC, None)],
)
def test_without_a_watch_to_be_had_auto_polls(
    tmp_path: Path, mode: str, number: int, expected: WatchMode | None
) -> None:
    """When the limit of inotify is reached the folder is polled, unless the setting insists."""
    place = Place(tmp_path, COILCAST_WATCH_MODE=mode)
    place.make("original")
    place.observer.error = OSError(number, "limit reached")
    folder = place.original()
    assert place.folders.check(folder, 0.0) is (expected is not None)
    assert (folder.mode if folder.armed else None) == expected
    assert folder.problem == ("" if expected else "limit reached")


def test_a_folder_that_may_not_be_read_is_missing_for_its_reason(place: Place) -> None:
    """Polling would not be let in either."""
    place.make("original")
    place.observer.error = PermissionError(errno.EACCES, "Permission denied")
    folder = place.original()
    assert not place.folders.check(folder, 0.0)
    assert folder.problem == "Permission denied"


@pytest.mark.parametrize(("fstype", "expected"), [("ext4", "inotify"), ("nfs4", "polling"), ("fuse.sshfs", "polling")])
def test_the_filesystem_decides_how_to_watch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fstype: str, expected: WatchMode
) -> None:
    """Where inotify is blind the folder is polled."""
    from services.shared.mounts import Mount

    monkeypatch.setattr("services.watcher.folders.mount_of", lambda _: Mount(1, "/", fstype))
    place = Place(tmp_path, COILCAST_WATCH_MODE="auto")
    place.make("original")
    assert place.folders.check(place.original(), 0.0)
    assert place.original().mode == expected


def test_two_folders_can_be_the_same(place: Place) -> None:
    """`labeled` may be a link to `original`; the real observer tells both."""
    place.make("original")
    (place.base / "labeled").symlink_to("original")
    inbox = Inbox()
    observer = Observer(inbox, 1.0)
    folders = Folders(place.folders.settings, observer)
    folders.discover()
    ids = [folder.watch_id for folder in folders.folders.values() if folders.check(folder, 0.0)]
    (place.base / "original" / "a.jpg").write_bytes(b"x")
    observer.listen(0.0)
    assert {notice.watch_id for notice in inbox.take(10) if notice.kind == "closed"} == set(ids)
    observer.close()
