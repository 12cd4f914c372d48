"""The thumbnailer's work loop: hear what came and went, make the next image's previews, tidy up in spare time."""

from __future__ import annotations

import math
import select
import time
from collections.abc import Iterator

from services.shared import confirm
from services.shared.catalog import CatalogReader
from services.shared.errors import CatalogError
from services.shared.follow import Follower
from services.shared.messages import Event, PreviewReady, PreviewSize, PreviewWanted
from services.shared.previews import previews_folder
from services.shared.runtime import Runtime
from services.thumbnailer.attempts import Attempts
from services.thumbnailer.claims import SWEEP, Claims
from services.thumbnailer.jobs import Job, Jobs
from services.thumbnailer.maker import FAILED_S, Maker, Result
from services.thumbnailer.store import SIZES, Store
from services.thumbnailer.sweep import sweep
from services.thumbnailer.worker import Bell, Worker

LONGEST_WAIT_S = 0.5
SLICE_S = 0.002
REST_S = 0.01
"""Spare time comes in slices, with a rest between: tidying up takes a sixth of a core at most."""

AHEAD_EVERY_S = 2.0
"""While old images are being imported, the newest of them are looked for so often."""

SWEEP_AGAIN_S = 60.0
"""What was too much to tidy up is counted again so often."""

LARGEST_SEQ = (1 << 63) - 1
"""SQLite's integers, and the kernel's file offsets."""


class Thumbnailer:
    """Everything that one process does once there is a catalog."""

    def __init__(
        self, runtime: Runtime, catalog: CatalogReader, follower: Follower, claims: Claims, bell: Bell
    ) -> None:
        settings = runtime.settings
        self._runtime = runtime
        self._catalog = catalog
        self._follower = follower
        self._claims = claims
        self._bell = bell
        folder = previews_folder(settings.previews_dir, catalog.epoch)
        self._store, self._attempts = Store(folder), Attempts(folder)
        self._maker = Maker(
            settings,
            runtime.log,
            catalog,
            claims,
            self._store,
            self._attempts,
            Worker(bell),
            self._tell,
            runtime.figures,
        )
        self._longest_wait_s = min(LONGEST_WAIT_S, settings.supervision.heartbeat_interval_s)
        self._ahead = settings.previews.ahead
        self._jobs = Jobs(self._ahead)
        self._job: Job | None = None
        self._heard = True
        self._old_unseen = True
        self._next_old_s = 0.0
        self._sweep: Iterator[None] | None = self._new_sweep()
        self._paused_until_s = 0.0
        self._withheld = ""
        self._is_confirmed = False
        self._next_sweep_s = 0.0
        self._error = ""
        self._unreadable = ""
        self._poisoned = 0
        self._poll = select.poll()
        for fd in (bell.fd, follower.fd, runtime.hints.fd):
            self._poll.register(fd, select.POLLIN)

    def start(self) -> None:
        """What was being made when its worker ended comes first."""
        try:
            for seq in self._attempts.unfinished():
                self._jobs.came(seq)
        except OSError as error:
            self._failed(str(error))

    def turn(self) -> None:
        """One turn of the loop. Raises EpochChanged, DecoderLost."""
        self._poll.poll(math.ceil(self._patience_s() * 1000))
        self._bell.hush()
        self._hear()
        result = self._maker.step()
        if result is not None and self._job is not None:
            self._ended(self._job, result)
        if not self._maker.is_busy and time.monotonic() >= self._paused_until_s:
            self._take_up()
        self.beat()

    def beat(self) -> None:
        """Say that the loop turns, what it has to do and what keeps it from it."""
        if self._withheld and self._runtime.is_beat_due():
            self._hear_people()
        self._runtime.beat(
            seq=self._follower.cursor,
            queue=len(self._jobs) + self._maker.is_busy,
            error=self._error or self._maker.slow,
            poison=self._poisoned,
            withheld=self._withheld,
            live=self._jobs.live,
        )

    def interrupt(self) -> None:
        """The process is told to end."""
        self._maker.interrupt()

    def _patience_s(self) -> float:
        """How long the loop may wait for something to happen."""
        if self._heard:
            return 0.0
        now_s = time.monotonic()
        if self._maker.is_busy:
            return min(self._longest_wait_s, self._maker.patience_s or self._longest_wait_s)
        if now_s < self._paused_until_s:
            return min(self._longest_wait_s, self._paused_until_s - now_s)
        if self._jobs.is_waiting:
            return 0.0
        if self._sweep is not None:
            return REST_S
        next_s = self._jobs.next_s()
        return self._longest_wait_s if next_s is None else min(self._longest_wait_s, max(0.0, next_s - now_s))

    def _hear(self) -> None:
        self._heard = False
        cursor, count = self._follower.cursor, 0
        try:
            for event in self._follower.events():
                count += 1
                self._apply(event)
                self.beat()
        except (OSError, CatalogError) as error:
            # What could not be deleted is found by tidying up.
            self._sweep = self._new_sweep()
            self._failed(str(error))
        if self._follower.cursor - cursor > count:
            # Imported images have a seq and no event.
            self._old_unseen = True
        for hint in self._runtime.hints.drain():
            self._heard = True
            if isinstance(hint, PreviewWanted) and 0 < hint.seq <= LARGEST_SEQ:
                self._jobs.want(hint.seq)
        self._heard |= count > 0

    def _apply(self, event: Event) -> None:
        gone = event.image.seq if event.type == "removed" else event.previous_seq
        if event.type != "removed":
            if event.shown:
                self._jobs.came(event.image.seq)
            else:
                self._jobs.spare([event.image.seq])
        if gone is not None:
            self._jobs.forget(gone)
            self._store.delete(gone)
            self._attempts.forget(gone)

    def _take_up(self) -> None:
        """Start the next image whose previews are not there yet; when there is none, use the time."""
        slice_ends_s = time.monotonic() + SLICE_S
        while (job := self._jobs.take(time.monotonic())) is not None:
            self._job = job
            result = self._maker.start(job.seq, is_live=job.line == "live")
            if result is None:
                return
            self._ended(job, result)
            if result.outcome == "failed" or time.monotonic() >= slice_ends_s:
                return
        self._use_spare_time(slice_ends_s)
        if not len(self._jobs) and self._sweep is None:
            # Whatever could not be done is not asked for any more.
            self._error = ""

    def _ended(self, job: Job, result: Result) -> None:
        if result.again_s:
            self._jobs.aside(job, time.monotonic() + result.again_s)
        if result.outcome == "failed":
            self._failed(result.text)
        elif result.outcome == "unreadable":
            if result.text != self._unreadable:
                self._runtime.log.warning("image_unreadable", error=result.text)
            self._unreadable = result.text
        elif result.outcome == "poison":
            self._poisoned += 1
        if result.outcome == "there" and job.line == "wanted":
            for size in SIZES:
                self._tell(job.seq, size)
        if result.outcome == "made" and self._error:
            self._error = ""
            self._runtime.log.info("works_again")

    def _tell(self, seq: int, size: PreviewSize) -> None:
        self._runtime.hints.say(PreviewReady(epoch=self._catalog.epoch, seq=seq, size=size))

    def _failed(self, error: str) -> None:
        """Say so once; what could not be done is tried again after a while."""
        self._paused_until_s = time.monotonic() + FAILED_S
        if not self._error:
            self._runtime.log.error("work_failed", error=error)
        self._error = error

    def _use_spare_time(self, ends_s: float) -> None:
        try:
            if self._old_unseen and time.monotonic() >= self._next_old_s:
                self._old_unseen = False
                self._next_old_s = time.monotonic() + AHEAD_EVERY_S
                newest = self._catalog.newest(limit=self._ahead) if self._ahead else []
                self._jobs.spare(image.seq for image in reversed(newest))
            elif self._sweep is not None:
                self._tidy(self._sweep, ends_s)
        except (OSError, CatalogError) as error:
            self._sweep = self._new_sweep()
            self._failed(str(error))

    def _tidy(self, steps: Iterator[None], ends_s: float) -> None:
        """One of the thumbnailers does it."""
        if self._claims.take(SWEEP):
            for _ in steps:
                if time.monotonic() >= ends_s:
                    return
            self._claims.give_back(SWEEP)
        self._sweep = None

    def _new_sweep(self) -> Iterator[None]:
        settings = self._runtime.settings
        return sweep(settings.previews_dir, self._catalog.epoch, self._catalog.seqs, self._holds_back)

    def _holds_back(self, orphans: int, held: int) -> bool:
        """Whether so many previews have no image that somebody has to say that they may go."""
        if not confirm.is_too_many(orphans, held) or self._is_confirmed:
            self._withheld, self._is_confirmed = "", False
            return False
        if not self._withheld:
            self._runtime.log.warning("previews_withheld", count=orphans, held=held)
        self._withheld = f"previews: {orphans} / {held}"
        self._next_sweep_s = time.monotonic() + SWEEP_AGAIN_S
        return True

    def _hear_people(self) -> None:
        """Somebody may have said that the previews without an image may go."""
        if confirm.take(self._runtime.settings.run_dir, self._runtime.service):
            self._is_confirmed, self._sweep = True, self._new_sweep()
        elif self._sweep is None and time.monotonic() >= self._next_sweep_s:
            # It may have been said to another thumbnailer.
            self._sweep = self._new_sweep()
