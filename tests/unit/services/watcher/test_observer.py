"""watchdog at work on real folders: which notices come of what happens in them."""

from __future__ import annotations

import ctypes
import errno
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from watchdog.observers import inotify_c

from services.shared import canary
from services.shared.names import OWN
from services.watcher import observer as module
from services.watcher.coming import Coming
from services.watcher.inbox import Inbox, Notice
from services.watcher.observer import Observer
from tests.support.pictures import jpeg
from tests.support.wait import until


class Watched:
    """A folder that is watched, and what was heard of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.inbox = Inbox()
        self.observer = Observer(self.inbox, poll_interval_s=0.02)
        self.id = 0

    def watch(self, mode: module.WatchMode) -> None:
        self.id = self.observer.watch(self.folder, mode)

    def heard(self) -> list[tuple[str, str]]:
        """All that the kernel has to tell by now."""
        self.observer.listen(0.0)
        return [(notice.kind, notice.filename) for notice in self.inbox.take(100_000)]

    def hears(self, kind: str, filename: str) -> None:
        """Wait for a notice."""
        seen: list[tuple[str, str]] = []

        def came() -> bool:
            self.observer.listen(0.01)
            seen.extend((notice.kind, notice.filename) for notice in self.inbox.take(1000))
            return (kind, filename) in seen

        until(came, what=f"{kind} {filename}")


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    folder = tmp_path / "original"
    folder.mkdir()
    watched = Watched(folder)
    yield watched
    watched.observer.close()


@pytest.fixture
def inotify(watched: Watched) -> Watched:
    watched.watch("inotify")
    return watched


@pytest.fixture
def polling(watched: Watched) -> Watched:
    (watched.folder / "old.jpg").write_bytes(jpeg())
    watched.watch("polling")
    view = watched.observer._watches[watched.id]._view  # type: ignore[union-attr]
    until(lambda: view._settled is not None, what="the first listing")
    return watched


def test_a_written_file_is_created_and_closed(inotify: Watched) -> None:
    """In this order, and nothing is said of a file that is only read."""
    (inotify.folder / "a.jpg").write_bytes(jpeg())
    (inotify.folder / "a.jpg").read_bytes()
    assert inotify.heard() == [("touched", "a.jpg"), ("closed", "a.jpg")]


def test_a_file_moved_in_is_closed(inotify: Watched) -> None:
    """A move from outside the folder is as good as a close, and so is a rename of a hidden file inside."""
    (inotify.folder.parent / "a.jpg").write_bytes(jpeg())
    (inotify.folder.parent / "a.jpg").rename(inotify.folder / "a.jpg")
    assert inotify.heard() == [("closed", "a.jpg")]
    (inotify.folder / ".b.jpg").write_bytes(jpeg())
    (inotify.folder / ".b.jpg").rename(inotify.folder / "b.jpg")
    assert inotify.heard() == [("closed", "b.jpg")]


def test_a_rename_is_gone_and_closed(inotify: Watched) -> None:
    """The old name goes, the new one comes."""
    (inotify.folder / "a.jpg").write_bytes(jpeg())
    inotify.heard()
    (inotify.folder / "a.jpg").rename(inotify.folder / "b.jpg")
    assert inotify.heard() == [("gone", "a.jpg"), ("closed", "b.jpg")]


def test_a_hard_link_is_touched(inotify: Watched) -> None:
    """Nobody closes a hard link: that its name came is all there is."""
    (inotify.folder.parent / "a.jpg").write_bytes(jpeg())
    (inotify.folder / "a.jpg").hardlink_to(inotify.folder.parent / "a.jpg")
    assert inotify.heard()[0] == ("touched", "a.jpg")


def test_a_removed_file_is_gone(inotify: Watched) -> None:
    """Unlinked or moved out, it is the same."""
    for name in ("a.jpg", "b.jpg"):
        (inotify.folder / name).write_bytes(jpeg())
    inotify.heard()
    (inotify.folder / "a.jpg").unlink()
    (inotify.folder / "b.jpg").rename(inotify.folder.parent / "b.jpg")
    assert inotify.heard() == [("gone", "a.jpg"), ("gone", "b.jpg")]


def test_a_file_moved_out_holds_nothing_up(inotify: Watched) -> None:
    """watchdog's own grouping would keep the next file back for 500 ms; here both are at hand at once."""
    (inotify.folder / "a.jpg").write_bytes(jpeg())
    inotify.heard()
    (inotify.folder / "a.jpg").rename(inotify.folder.parent / "a.jpg")
    (inotify.folder / "b.jpg").write_bytes(jpeg())
    assert inotify.heard() == [("gone", "a.jpg"), ("touched", "b.jpg"), ("closed", "b.jpg")]


def test_folders_and_temporary_names_are_not_heard_of(inotify: Watched) -> None:
    """What is none of ours does not even reach the inbox."""
    (inotify.folder / "sub").mkdir()
    (inotify.folder / ".a.jpg").write_bytes(jpeg())
    (inotify.folder / "a.jpg.part").write_bytes(jpeg())
    (inotify.folder / "sub").rmdir()
    assert inotify.heard() == []


def test_a_name_that_is_no_text_comes_through(inotify: Watched) -> None:
    """Every byte of a name arrives, to be rejected by name later."""
    (inotify.folder / os.fsdecode(b"\xff.jpg")).write_bytes(jpeg())
    assert ("closed", "\udcff.jpg") in inotify.heard()


def test_an_overflow_is_told(inotify: Watched, tmp_path: Path) -> None:
    """When the kernel's queue was full, every watched folder hears of a loss."""
    (tmp_path / "labeled").mkdir()
    other = inotify.observer.watch(tmp_path / "labeled", "inotify")
    overflow = inotify_c.InotifyEvent(inotify_c.WatchDescriptor(-1), inotify_c.InotifyConstants.IN_Q_OVERFLOW, 0, b"")
    assert inotify.observer._inotify is not None
    inotify.observer._inotify.handle_event(overflow)
    assert {(lost.watch_id, lost.kind) for lost in inotify.inbox.take(10)} == {(inotify.id, "lost"), (other, "lost")}


@pytest.mark.parametrize("away", ["removed", "moved"])
def test_the_end_of_the_folder_is_told(inotify: Watched, away: str) -> None:
    """Neither a deleted nor a moved folder leaves a watch that is believed in."""
    if away == "removed":
        inotify.folder.rmdir()
    else:
        inotify.folder.rename(inotify.folder.with_name("elsewhere"))
    assert inotify.heard()[0] == ("removed", "")
    assert inotify.observer.is_watching(inotify.id) is (away == "moved")


def test_a_watch_ended_on_purpose_tells_nothing(inotify: Watched) -> None:
    """unwatch() is no loss, and the folder may be watched again."""
    inotify.observer.unwatch(inotify.id)
    (inotify.folder / "a.jpg").write_bytes(jpeg())
    assert inotify.heard() == []
    inotify.watch("inotify")
    (inotify.folder / "b.jpg").write_bytes(jpeg())
    assert ("closed", "b.jpg") in inotify.heard()


def test_a_folder_that_may_not_be_read_is_an_error(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """watchdog swallows EACCES and leaves a watch that hears nothing; here it is raised."""

    def refuse(*_: object) -> int:
        ctypes.set_errno(errno.EACCES)
        return -1

    monkeypatch.setattr(inotify_c, "inotify_add_watch", refuse)
    with pytest.raises(PermissionError):
        watched.watch("inotify")


@pytest.mark.parametrize("mode", ["inotify", "polling"])
def test_a_missing_folder_is_an_error(watched: Watched, mode: module.WatchMode) -> None:
    """Or is told at once, where only a thread can find out."""
    watched.folder.rmdir()
    try:
        watched.watch(mode)
    except FileNotFoundError:
        return
    watched.hears("removed", "")


def test_wake_ends_the_wait(watched: Watched) -> None:
    """A signal handler gets the loop out of its wait."""
    watched.observer.wake()
    began_s = time.monotonic()
    watched.observer.listen(30.0)
    assert time.monotonic() - began_s < 10


def test_polling_hears_what_comes_changes_and_goes(polling: Watched) -> None:
    """The same story as inotify's, told by comparing snapshots."""
    path = polling.folder / "a.jpg"
    path.write_bytes(jpeg())
    polling.hears("touched", "a.jpg")
    path.write_bytes(jpeg(size_bytes=2000))
    polling.hears("touched", "a.jpg")
    path.rename(polling.folder / "b.jpg")
    polling.hears("touched", "b.jpg")
    (polling.folder / "b.jpg").unlink()
    polling.hears("gone", "b.jpg")


def test_polling_hears_of_the_end_of_the_folder(polling: Watched) -> None:
    """A polled folder that goes ends its watch, and says so."""
    (polling.folder / "old.jpg").unlink()
    polling.folder.rmdir()
    polling.hears("removed", "")
    until(lambda: not polling.observer.is_watching(polling.id), what="the end of the watch")


def test_a_file_leaves_the_view_in_silence(polling: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """That a file is no longer watched closely is no news of the file."""
    (polling.folder / "a.jpg").write_bytes(jpeg())
    polling.hears("touched", "a.jpg")
    monkeypatch.setattr("services.watcher.polled.IN_VIEW_S", 0.0)
    watch = polling.observer._watches[polling.id]
    until(lambda: watch._view.names() == [], what="an empty view")  # type: ignore[union-attr]
    monkeypatch.setattr("services.watcher.polled.IN_VIEW_S", 60.0)
    (polling.folder / "b.jpg").write_bytes(jpeg())
    polling.hears("touched", "b.jpg")
    assert ("gone", "a.jpg") not in polling.heard()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_handler_that_fails_ends_its_watch_visibly(polling: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """The exception kills watchdog's thread in silence; the watch knows, so that the folder is armed anew."""
    put = polling.inbox.put

    def fail(notice: Notice) -> None:
        raise ValueError(notice)

    monkeypatch.setattr(polling.inbox, "put", fail)
    (polling.folder / "a.jpg").write_bytes(jpeg())
    until(lambda: not polling.observer.is_watching(polling.id), what="the end of the watch")
    monkeypatch.setattr(polling.inbox, "put", put)
    polling.observer.unwatch(polling.id)
    polling.watch("polling")
    assert polling.observer.is_watching(polling.id)


def test_a_large_polled_folder_is_polled_less_often(polling: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """Polls take at most a fifth of the time, however long one lasts."""
    times: list[float] = []
    stat = Path.stat

    def slow(path: Path, **options: bool) -> os.stat_result:
        if path == polling.folder:
            times.append(time.monotonic())
            time.sleep(0.02)
        return stat(path, **options)

    monkeypatch.setattr(Path, "stat", slow)
    until(lambda: len(times) >= 8, what="some polls")
    assert (times[-1] - times[3]) / (len(times) - 4) > 0.02 / module.POLL_SHARE / 2


def test_closing_leaves_nothing_open(tmp_path: Path) -> None:
    """Neither descriptors nor threads are left."""
    before = len(list(Path("/proc/self/fd").iterdir()))
    for listened in (False, True):
        observer = Observer(Inbox(), 0.02)
        observer.watch(tmp_path, "inotify")
        if listened:
            (tmp_path / "a.jpg").touch()
            observer.listen(1.0)
        observer.close()
    assert len(list(Path("/proc/self/fd").iterdir())) == before


@pytest.mark.parametrize("mode", ["inotify", "polling"])
def test_each_canary_is_heard_once(watched: Watched, mode: module.WatchMode) -> None:
    """Written in place it is a notice of its own each time; taken away it is none."""
    watched.watch(mode)
    for number in range(3):
        canary.place(watched.folder, 1_764_000_000_000 + number)
        watched.hears("canary", canary.CANARY_NAME)
    canary.remove(watched.folder)
    (watched.folder / "a.jpg").write_bytes(jpeg())
    kinds: list[str] = []

    def came() -> bool:
        watched.observer.listen(0.01)
        kinds.extend(notice.kind for notice in watched.inbox.take(1000))
        return bool(kinds)

    until(came, what="a notice of the image")
    assert not {"canary", "gone"} & set(kinds)


@pytest.mark.parametrize("mode", ["inotify", "polling"])
def test_names_that_are_none_of_ours_are_only_coming(watched: Watched, mode: module.WatchMode) -> None:
    """A hidden file that appears is no notice, but is known to be on its way."""
    coming = Coming()
    watched.observer.watch(watched.folder, mode, coming)
    time.sleep(0.1)  # so that a first listing, of what is old, is over
    (watched.folder / ".a.jpg.tmp").write_bytes(b"x")
    until(lambda: watched.heard() == [] and coming.at_ms, what="something that comes")


def test_what_coilcast_itself_hides_is_not_coming(watched: Watched) -> None:
    """Making an image smaller, as the janitor does while the line stands still, is no camera at work."""
    coming, image = Coming(), watched.folder / "a.jpg"
    image.write_bytes(jpeg())
    watched.id = watched.observer.watch(watched.folder, "inotify", coming)
    hidden = watched.folder / f"{OWN}smaller.part"
    hidden.write_bytes(jpeg("smaller"))
    hidden.rename(image)
    assert watched.heard() == [("closed", "a.jpg")]
    assert coming.at_ms is None
