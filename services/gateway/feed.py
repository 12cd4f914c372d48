"""What comes over the bus: the log grows, previews get ready, the monitor speaks; and whoever it concerns is told."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from itertools import islice
from types import TracebackType

from services.gateway.arrivals import Arrivals
from services.gateway.clients import Clients
from services.gateway.deliveries import Deliveries
from services.gateway.files import Files
from services.gateway.lookup import Lookup
from services.gateway.previews import Previews
from services.gateway.wire import now_ms
from services.gateway.wire_canary import parse
from services.shared.bus import HintPort
from services.shared.errors import CatalogError
from services.shared.follow import Follower
from services.shared.logs import Logger
from services.shared.messages import Event, Health, PreviewReady

SLICE_EVENTS = 50
"""So many events of a long burst are taken before clients that ask something get their turn."""

IMPORT_OVER_S = 2.0
"""Nothing was imported for so long: what became newest of an older coil is looked for, in all of the catalog."""


class Feed:
    """`health` and `health_s` are the monitor's last word and when it came, by time.monotonic()."""

    def __init__(
        self,
        follower: Follower,
        hints: HintPort,
        lookup: Lookup,
        clients: Clients,
        arrivals: Arrivals,
        files: Files,
        previews: Previews,
        deliveries: Deliveries,
        log: Logger,
    ) -> None:
        self._follower = follower
        self._hints = hints
        self._lookup = lookup
        self._clients = clients
        self._arrivals = arrivals
        self._files = files
        self._previews = previews
        self._deliveries = deliveries
        self._log = log
        self._reading = _Reading(self, log)
        self._loop = asyncio.get_running_loop()
        self._taking: Iterator[Event] | None = None
        self._is_stopped = False
        self._is_stale = False
        """The live state may lack what was imported."""
        self._imported_s: float | None = None
        """When something was, by time.monotonic(), until all of it is in the live state."""
        self.error = ""
        """Why the catalog cannot be read at present, else empty."""
        self.health: Health | None = None
        self.health_s: float | None = None
        self.canaries: dict[str, tuple[int, int]] = {}
        """The last canary of each folder: when it was written, and when it came here (Unix ms)."""
        self.ended: asyncio.Future[None] = self._loop.create_future()
        """Raises what this process has to end by: EpochChanged when the catalog was replaced; or an event that could
        not be told, which nobody would ever hear of here."""

    @property
    def heard_s(self) -> float | None:
        """When the watcher last spoke."""
        return self._follower.heard_s

    def start(self) -> None:
        self._follower.on_canary = self._pass_on
        self._loop.add_reader(self._follower.fd, self.listen)
        self._loop.add_reader(self._hints.fd, self._hear)
        self.listen()
        self._hear()

    def stop(self) -> None:
        self._is_stopped = True
        self._loop.remove_reader(self._follower.fd)
        self._loop.remove_reader(self._hints.fd)

    def listen(self) -> None:
        """Take what has come; called again once in a while, should the bus have forgotten to wake us."""
        if self._taking is None:
            self._take()

    def look_again(self) -> None:
        """Bring the live state up to date where an event could not tell all of it."""
        self.listen()
        self._hear()
        is_over = self._imported_s is not None and time.monotonic() - self._imported_s >= IMPORT_OVER_S
        if self._is_stale or self.error or is_over:
            with self._reading:
                self._lookup.refresh(whole=is_over or bool(self.error))
                self._is_stale, self.error = False, ""
                self._imported_s = None if is_over else self._imported_s

    def _take(self) -> None:
        if self._is_stopped:
            return
        try:
            with self._reading:
                if self._taking is None:
                    self._taking = self._follower.events()
                for count, event in enumerate(islice(self._taking, SLICE_EVENTS), 1):
                    self._tell(event)
                    if count == SLICE_EVENTS:
                        self._loop.call_soon(self._take)
                        return
        except Exception as error:  # noqa: BLE001 - raised where the process waits for its end
            # Whoever was not told of the event is told by the next process, out of the log.
            if not self.ended.done():
                self.ended.set_exception(error)
            return
        self._taking = None
        if self._follower.wait(0):
            self._loop.call_soon(self.listen)
        if self._follower.cursor > self._lookup.live.head:
            self._lookup.live.advance(self._follower.cursor)
            self._note_import()

    def _note_import(self) -> None:
        """There are seqs without an event: nobody is told of an import, yet it may be the newest of its folder."""
        self._is_stale, self._imported_s = True, time.monotonic()

    def _tell(self, event: Event) -> None:
        if event.seq > self._lookup.live.head + 1:
            self._note_import()
        self._deliveries.telling(event.seq, self._follower.committed_at_s)
        # The screens first: between the two nobody else has a turn.
        clients = self._clients.tell(event)
        with self._reading:
            self._lookup.apply(event)
        if self._arrivals.tell(event):
            self._deliveries.pushed(event.image, now_ms())
        if event.type == "removed":
            self._files.forget(event.image.seq)
            return
        if event.previous_seq is not None:
            self._files.forget(event.previous_seq)
        if event.shown:
            self._log.info("broadcast", filename=event.image.filename, clients=clients)

    def _pass_on(self, text: str) -> None:
        canary = parse(text)
        if canary is not None:
            self.canaries[canary.folder] = (canary.written_at, now_ms())
            self._clients.canary(canary)

    def _hear(self) -> None:
        for hint in self._hints.drain():
            if isinstance(hint, Health):
                self.health, self.health_s = hint, time.monotonic()
            elif isinstance(hint, PreviewReady) and hint.epoch == self._lookup.live.epoch:
                self._preview_ready(hint)
        if self._hints.wait(0):
            self._loop.call_soon(self._hear)

    def _preview_ready(self, ready: PreviewReady) -> None:
        self._previews.ready(ready.seq)
        if ready.size != "screen" or not self._clients.want_previews:
            return
        image = self._lookup.live.newest_image(ready.seq)
        frame = self._previews.frame(image, self._lookup.live.epoch) if image is not None else None
        if image is not None and frame is not None:
            self._clients.preview(image, frame)


class _Reading:
    """A catalog that cannot be read is no end: said once, and read again at the watcher's next tick.

    Made once, and no generator: every image on its way to the clients goes through it.
    """

    def __init__(self, feed: Feed, log: Logger) -> None:
        self._feed = feed
        self._log = log

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> bool:
        if not isinstance(error, CatalogError):
            return False
        if not self._feed.error:
            self._log.error("catalog_failed", error=str(error))
        self._feed.error = str(error)
        return True
