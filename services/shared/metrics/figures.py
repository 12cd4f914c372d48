"""What a process counts, event by event. Every method is a few stores into memory: it neither waits nor raises.

To be called when the work is done: after the send, never between a file and the screens.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from pathlib import Path

from services.shared.logs import Logger
from services.shared.messages import Event, Image
from services.shared.metrics import definitions as of
from services.shared.metrics.cells import SUFFIX, Key
from services.shared.metrics.metric import BUCKETS_S
from services.shared.metrics.tally import Tally

COUNTED_UPTO = "counted_upto"
"""Up to where in a log its images are counted: no metric, but what lets a successor go on without a gap."""

LONGEST_S = 3600.0
"""What took longer counts as so long: a camera's clock that is years off would say nothing else in every sum."""

_LE = (*(f"{bound:g}" for bound in BUCKETS_S), "+Inf")

_IMAGES, _IMAGE_BYTES, _LAST_IMAGE = of.IMAGES.name, of.IMAGE_BYTES.name, of.LAST_IMAGE.name
_LATENCY = of.LATENCY.name


class Sums(dict[Key, float]):
    """What is to be counted, added up before: of a burst of images, each series once."""

    def add(self, key: Key, amount: float) -> None:
        self[key] = self.get(key, 0.0) + amount

    def took(self, stage: str, kind: str, took_s: float) -> None:
        """A stage of an image's way."""
        self.observe((_LATENCY, stage, kind), min(max(0.0, took_s), LONGEST_S))

    def observe(self, key: Key, value: float) -> None:
        """Into a histogram: the bucket, not those above it, and the sum."""
        name, *labels = key
        self.add((name + "_bucket", *labels, _LE[bisect_left(BUCKETS_S, value)]), 1.0)
        self.add((name + "_sum", *labels), value)


class Figures:
    """One process's. `name` is the process, as in `gateway-0`."""

    def __init__(self, name: str, tally: Tally) -> None:
        self._name = name
        self._tally = tally
        self._told = ""

    @classmethod
    def of_process(cls, folder: Path, name: str) -> Figures:
        """Those of the process that holds the lock of the role `name`: it goes on where its predecessor ended."""
        return cls(name, Tally(folder / f"{name}{SUFFIX}"))

    @classmethod
    def in_memory(cls, name: str = "process-0") -> Figures:
        """For whoever is no process of a node."""
        return cls(name, Tally())

    @property
    def numbers(self) -> dict[Key, float]:
        """All that was counted under this name."""
        return self._tally.numbers()

    def tend(self, log: Logger) -> None:
        """Called once in a while: what could not be kept yet is tried again, and the log hears why, once."""
        tally = self._tally
        tally.tend()
        if tally.was_damaged:
            tally.was_damaged = False
            log.warning("figures_damaged")
        if tally.trouble != self._told:
            self._told = tally.trouble
            if tally.trouble:
                log.warning("figures_failed", error=tally.trouble)

    def close(self) -> None:
        self._tally.close()

    # The watcher.

    def counted_upto(self, epoch: str) -> int | None:
        """Up to which seq of this log images are counted; None when counting has not begun."""
        number = self._tally.numbers().get((COUNTED_UPTO, epoch))
        return None if number is None else int(number)

    def begin_at(self, epoch: str, seq: int, newest: Iterable[Image] = ()) -> None:
        """Images up to `seq` were there before this node ran, `newest` is the last of each folder."""
        for image in newest:
            if not image.imported:
                self._tally.set((of.LAST_IMAGE.name, image.camera, image.kind), image.seen_at_ms / 1000)
        self._tally.set((COUNTED_UPTO, epoch), seq)

    def logged(self, epoch: str, events: Iterable[Event], committed_at_s: float | None = None) -> None:
        """These were committed, at `committed_at_s` if that is known. Imports are no events."""
        sums, last, upto = Sums(), dict[Key, float](), 0
        for event in events:
            image, upto = event.image, event.seq
            if event.type == "removed":
                continue
            camera, kind = image.camera, image.kind
            sums.add((_IMAGES, camera, kind), 1)
            sums.add((_IMAGE_BYTES, camera, kind), image.size_bytes)
            last[_LAST_IMAGE, camera, kind] = image.seen_at_ms / 1000
            sums.took("captured_written", kind, (image.written_at_ms - image.captured_at_ms) / 1000)
            sums.took("written_seen", kind, (image.seen_at_ms - image.written_at_ms) / 1000)
            if committed_at_s is not None:
                sums.took("seen_catalogued", kind, committed_at_s - image.seen_at_ms / 1000)
        if upto:
            # First: who is killed in between loses these from the figures, of which none is ever counted twice.
            self._tally.set((COUNTED_UPTO, epoch), upto)
            self._tally.add_all(sums)
            for key, at_s in last.items():
                self._tally.set(key, at_s)

    def committed(self, took_s: float) -> None:
        """A commit to the catalog."""
        sums = Sums()
        sums.observe((of.COMMIT.name,), took_s)
        self._tally.add_all(sums)

    def rejected(self, camera: str, kind: str, reason: str) -> None:
        """A file was not taken."""
        self._tally.add((of.REJECTED.name, camera, kind, reason))

    def events_lost(self, camera: str, kind: str) -> None:
        """File events of this folder were dropped."""
        self._tally.add((of.EVENTS_LOST.name, camera, kind))

    def rescanned(self, camera: str, kind: str) -> None:
        """The folder was compared with the catalog."""
        self._tally.add((of.RESCANS.name, camera, kind))

    def rescan_found(self, image: Image) -> None:
        """No event had told of this live image."""
        self._tally.add((of.RESCAN_FOUND.name, image.camera, image.kind))

    # Who follows the log.

    def gap_repaired(self) -> None:
        """A hole in what came over the bus was read from the catalog."""
        self._tally.add((of.GAP_REPAIRS.name, self._name))

    # The gateway. Times are Unix time.

    def pushed(self, image: Image, at_ms: int, since_commit_s: float | None = None) -> None:
        """The image was given to the first client, so long after it was committed if that is known."""
        sums = Sums({(of.PUSHED.name,): 1.0})
        sums.took("written_pushed", image.kind, (at_ms - image.written_at_ms) / 1000)
        if since_commit_s is not None:
            sums.took("catalogued_pushed", image.kind, since_commit_s)
        self._tally.add_all(sums)

    def painted(self, kind: str, written_at_ms: int, pushed_at_ms: int, painted_at_ms: int) -> None:
        """A screen shows the image, the first of all those that this gateway serves."""
        sums = Sums()
        sums.took("pushed_painted", kind, (painted_at_ms - pushed_at_ms) / 1000)
        sums.took("written_painted", kind, (painted_at_ms - written_at_ms) / 1000)
        self._tally.add_all(sums)

    def skipped(self, count: int) -> None:
        """A slow client was not shown so many images."""
        self._tally.add((of.SKIPPED.name,), count)

    def closed_slow(self) -> None:
        """A client did not read for too long."""
        self._tally.add((of.SLOW_CLOSED.name,))

    def resumed(self) -> None:
        """A client goes on from where it was."""
        self._tally.add((of.RESUMES.name,))

    def reset(self, reason: str) -> None:
        """A client cannot go on from where it was."""
        self._tally.add((of.RESETS.name, reason))

    # The thumbnailer.

    def preview_made(self, image: Image, size: str, at_s: float, *, is_live: bool) -> None:
        """A preview is there; of how long that took, only the screen's of an image that just came tells anything."""
        sums = Sums({(of.PREVIEWS.name, size): 1.0})
        if is_live and size == "screen":
            sums.took("seen_preview", image.kind, at_s - image.seen_at_ms / 1000)
        self._tally.add_all(sums)

    def preview_failed(self, reason: str) -> None:
        """A preview could not be made."""
        self._tally.add((of.PREVIEW_FAILED.name, reason))

    # The janitor.

    def deleted(self, camera: str, kind: str, reason: str, size_bytes: int) -> None:
        """Retention deleted an image."""
        self._tally.add((of.DELETED.name, camera, kind, reason))
        self._tally.add((of.DELETED_BYTES.name, camera, kind, reason), size_bytes)

    def reencoded(self, camera: str, kind: str, saved_bytes: int) -> None:
        """An image was made smaller by so much."""
        self._tally.add((of.REENCODED.name, camera, kind))
        self._tally.add((of.REENCODED_SAVED.name, camera, kind), max(0, saved_bytes))

    # The monitor.

    def restarted(self, service: str, cause: str) -> None:
        """A process ended unasked."""
        self._tally.add((of.RESTARTS.name, service, cause))

    def alert_changed(self, name: str, transition: str) -> None:
        """An alert was `raised`, `changed` or `resolved`."""
        self._tally.add((of.ALERT_TRANSITIONS.name, name, transition))

    def delivered(self, *, is_sent: bool) -> None:
        """A message about an alert was sent, or could not be."""
        self._tally.add((of.DELIVERIES.name, "sent" if is_sent else "failed"))
