"""watchdog, and the only place that knows it: folders in, notices out.

For inotify the callback is registered with watchdog's InotifyFD itself, one level below its Observer, and the work
loop reads the kernel's queue through it. The Observer would pass each event through four threads, hold every event
behind an unmatched "moved from" for 0.5 s, and tell nobody of an overflow; here an event is at hand when the loop wakes
up, in the kernel's order, and an overflow is a notice like another.
"""

from __future__ import annotations

import math
import os
import select
import time
from functools import partial
from pathlib import Path
from typing import Any, Literal, NamedTuple

from watchdog.events import (
    DirDeletedEvent,
    FileAttribEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers.api import BaseObserver
from watchdog.observers.inotify_c import (
    CallbackId,
    InotifyConstants,
    InotifyEvent,
    InotifyFD,
    Mask,
    WatchDescriptor,
)
from watchdog.observers.polling import PollingEmitter

from services.shared.canary import CANARY_NAME
from services.shared.names import OWN, is_ignored
from services.watcher.coming import Coming
from services.watcher.inbox import Inbox, Notice, NoticeKind
from services.watcher.polled import PassedOver, Stat, View
from services.watcher.quiet import Quiet

WatchMode = Literal["inotify", "polling"]

POLL_SHARE = 0.2
"""A folder so large that a poll takes long is polled less often: polls fill at most this share of the time."""

READ_BYTES = 16384
"""Some 300 events at a time."""

_CLOSED = InotifyConstants.IN_CLOSE_WRITE | InotifyConstants.IN_MOVED_TO
_GONE = InotifyConstants.IN_MOVED_FROM | InotifyConstants.IN_DELETE
_REMOVED = InotifyConstants.IN_MOVE_SELF | InotifyConstants.IN_DELETE_SELF
_BOOKKEEPING = InotifyConstants.IN_IGNORED | InotifyConstants.IN_Q_OVERFLOW
_MASK = Mask(
    _CLOSED
    | _GONE
    | _REMOVED
    | InotifyConstants.IN_CREATE
    | InotifyConstants.IN_ATTRIB
    | InotifyConstants.IN_ONLYDIR
    | InotifyConstants.IN_EXCL_UNLINK
)


class Observer:
    """Watches folders, not what is below them."""

    def __init__(self, inbox: Inbox, poll_interval_s: float) -> None:
        self._inbox = inbox
        self._poll_interval_s = poll_interval_s
        self._wake_fd = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self._poller = select.poll()
        self._poller.register(self._wake_fd, select.POLLIN)
        self._inotify: _Inotify | None = None
        self._watches: dict[int, _InotifyWatch | _PollingWatch] = {}
        self._last_id = 0

    def watch(self, folder: Path, mode: WatchMode, coming: Coming | None = None) -> int:
        """Start watching and return the id that its notices carry. Raises OSError.

        Of names that are none of ours only `coming` hears.
        """
        coming = coming or Coming()
        self._last_id += 1
        watch: _InotifyWatch | _PollingWatch
        if mode == "inotify":
            watch = _InotifyWatch(self._kernel(), self._inbox, self._last_id, folder, coming)
        else:
            watch = _PollingWatch(self, self._inbox, self._last_id, folder, self._poll_interval_s, coming)
        self._watches[self._last_id] = watch
        return self._last_id

    def unwatch(self, watch_id: int) -> None:
        """Stop watching; unknown ids are ignored."""
        watch = self._watches.pop(watch_id, None)
        if watch is not None:
            watch.stop()

    def is_watching(self, watch_id: int) -> bool:
        """False when the watch ended by itself: its folder is gone, or a thread of it died."""
        return self._watches[watch_id].is_alive

    def listen(self, timeout_s: float) -> None:
        """Wait until there is something to hear, at most `timeout_s`, and put it into the inbox."""
        for fd, _ in self._poller.poll(math.ceil(timeout_s * 1000)):
            if fd == self._wake_fd:
                os.eventfd_read(fd)
            elif self._inotify is not None:
                self._inotify.listen()

    def wake(self) -> None:
        """Let listen() return now; from any thread or signal handler."""
        os.eventfd_write(self._wake_fd, 1)

    def close(self) -> None:
        for watch_id in list(self._watches):
            self.unwatch(watch_id)
        if self._inotify is not None:
            self._poller.unregister(self._inotify.fd)
            self._inotify.close()
        os.close(self._wake_fd)

    def _kernel(self) -> _Inotify:
        if self._inotify is None:
            self._inotify = _Inotify()
            self._poller.register(self._inotify.fd, select.POLLIN)
        return self._inotify


class _Inotify(InotifyFD):
    """Not started as the thread that it is: whoever polls `fd` reads the events."""

    def __init__(self) -> None:
        super().__init__()
        # So close() knows that no thread is inside a read and closes the descriptors itself.
        self._is_reading = False

    @property
    def fd(self) -> int:
        return self._inotify_fd

    def listen(self) -> None:
        """Read what `fd` has, and pass it on as watchdog would, but for what its threads need: poll, locks, copies."""
        for wd, mask, cookie, name in self._parse_event_buffer(os.read(self._inotify_fd, READ_BYTES)):
            watch = None if mask & _BOOKKEEPING else self._watch_for_wd.get(wd)
            if watch is None:
                self.handle_event(InotifyEvent(wd, mask, cookie, name))
                continue
            for callback in list(watch.callbacks.values()):
                assert isinstance(callback, _InotifyWatch)
                callback.hear(mask, name)


class _InotifyWatch:
    """watchdog's WatchCallback."""

    def __init__(self, inotify: _Inotify, inbox: Inbox, watch_id: int, folder: Path, coming: Coming) -> None:
        self._coming = coming
        self._inotify = inotify
        self._inbox = inbox
        self._id = watch_id
        self._wd: WatchDescriptor | None = None
        wd = inotify.add_callback(os.fsencode(folder), _MASK, self, CallbackId(watch_id))
        if wd < 0:
            # watchdog raises for any errno but EACCES, and would leave the folder unwatched.
            inotify.remove_callbacks([(wd, CallbackId(watch_id))])
            raise PermissionError(f"{folder} may not be read")
        self._wd = wd

    @property
    def is_alive(self) -> bool:
        return self._wd is not None

    def on_event(self, event: InotifyEvent) -> None:
        self.hear(event.mask, event.name)

    def hear(self, mask: int, name: bytes) -> None:
        """Something happened to `name` in the folder, or to the folder when that is empty."""
        if not name:
            if mask & _REMOVED:
                self._put("removed", "")
            return
        filename = os.fsdecode(name)
        if mask & InotifyConstants.IN_ISDIR:
            return
        if is_ignored(filename):
            self._pass_over(mask, filename)
        elif mask & _CLOSED:
            self._put("closed", filename)
        elif mask & _GONE:
            self._put("gone", filename)
        elif mask & InotifyConstants.IN_CREATE:
            self._put("touched", filename)
        elif mask & InotifyConstants.IN_ATTRIB:
            self._put("chmod", filename)

    def _pass_over(self, mask: int, filename: str) -> None:
        if filename == CANARY_NAME:
            if mask & InotifyConstants.IN_CLOSE_WRITE:
                self._put("canary", filename)
        elif filename.startswith(OWN):
            return
        elif mask & _GONE:
            self._coming.done(filename)
        elif mask & (_CLOSED | InotifyConstants.IN_CREATE):
            self._coming.came(filename, time.time_ns() // 1_000_000)

    def on_queue_overflow(self) -> None:
        self._put("lost", "")

    def on_watch_deleted(self, wd: WatchDescriptor) -> None:
        self._wd = None
        self._put("removed", "")

    def stop(self) -> None:
        if self._wd is not None:
            self._inotify.remove_callbacks([(self._wd, CallbackId(self._id))])

    def _put(self, kind: NoticeKind, filename: str) -> None:
        self._inbox.put(Notice(self._id, kind, filename, time.time_ns() // 1_000_000))


class _PollingWatch(FileSystemEventHandler):
    """watchdog's polling observer, one for each folder, so that a slow share delays no other."""

    def __init__(
        self, observer: Observer, inbox: Inbox, watch_id: int, folder: Path, interval_s: float, coming: Coming
    ) -> None:
        self._owner = observer
        self._inbox = inbox
        self._id = watch_id
        self._folder = str(folder)
        self._view = View()
        self._quiet = Quiet()
        self._retired: set[str] = set()
        self._passed_over = PassedOver(coming)
        self._canary: tuple[int, int] | None = None
        emitter: Any = partial(_Emitter, stat=self._stat, listdir=self._list)
        self._observer = BaseObserver(emitter, timeout=interval_s)
        self._observer.schedule(self, self._folder, recursive=False)
        self._observer.start()

    @property
    def is_alive(self) -> bool:
        return self._observer.is_alive() and all(emitter.is_alive() for emitter in self._observer.emitters)

    def dispatch(self, event: FileSystemEvent) -> None:
        if isinstance(event, FileMovedEvent):
            self._put("gone", event.src_path)
            self._put("touched", event.dest_path)
        elif isinstance(event, FileCreatedEvent | FileModifiedEvent):
            self._put("touched", event.src_path)
        elif isinstance(event, FileAttribEvent):
            self._put("chmod", event.src_path)
        elif isinstance(event, FileDeletedEvent):
            self._put("gone", event.src_path)
        elif isinstance(event, DirDeletedEvent) and event.src_path == self._folder:
            self._put("removed", "")

    def stop(self) -> None:
        self._observer.stop()

    def _put(self, kind: NoticeKind, path: bytes | str) -> None:
        filename = os.path.basename(os.fsdecode(path))
        if kind == "gone" and filename in self._retired:
            self._retired.discard(filename)
            return
        self._inbox.put(Notice(self._id, kind, filename, time.time_ns() // 1_000_000))
        self._owner.wake()

    def _list(self, _: str | None) -> Any:
        now_s = time.monotonic()
        self._look_at_canary()
        if not self._quiet.holds(Path(self._folder).stat().st_mtime_ns, now_s):
            with os.scandir(self._folder) as entries:
                self._view.show(self._passed_over.sift((entry.name for entry in entries), time.time_ns()), now_s)
            self._quiet.listed(now_s)
        self._retired |= self._view.retire(now_s)
        return map(_Named, self._view.names())

    def _look_at_canary(self) -> None:
        path = f"{self._folder}/{CANARY_NAME}"
        try:
            status = Path(path).lstat()
        except OSError:
            return
        stamp = (status.st_ino, status.st_mtime_ns)
        if stamp != self._canary:
            self._canary = stamp
            self._put("canary", path)

    def _stat(self, path: str) -> Any:
        status = Path(path).stat()
        stat = Stat(status.st_mode, status.st_ino, status.st_dev, status.st_size, status.st_mtime)
        if path == self._folder:
            return stat
        return self._view.seen(os.path.basename(path), stat, time.monotonic())


class _Named(NamedTuple):
    """All that a snapshot asks of a directory entry."""

    name: str


class _Emitter(PollingEmitter):
    """Takes its first snapshot in its own thread, and pauses longer when snapshots take long."""

    _pause_s = 0.0

    def on_thread_start(self) -> None:
        """Nothing yet: the caller would wait for the whole listing."""

    def run(self) -> None:
        try:
            super().on_thread_start()
        except OSError:
            self.queue_event(DirDeletedEvent(self.watch.path))
            return
        super().run()

    def queue_events(self, timeout: float) -> None:
        pause_s = max(timeout, self._pause_s)
        started_s = time.monotonic()
        super().queue_events(pause_s)
        self._pause_s = (time.monotonic() - started_s - pause_s) * (1 / POLL_SHARE - 1)
