"""Everybody who is connected: who is told what, and who is brought up to date from the log."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from functools import partial

from msgspec import UNSET

from services.gateway.cohorts import Cohorts
from services.gateway.frames import text_frame
from services.gateway.live import Filter
from services.gateway.lookup import Lookup
from services.gateway.news import News
from services.gateway.reads import Reads
from services.gateway.resume import plan
from services.gateway.session import Session, concerns_latest
from services.gateway.snapshots import Snapshots
from services.gateway.wire import (
    HealthData,
    HealthMessage,
    Pong,
    Reset,
    ResetReason,
    Subscribe,
    Subscribed,
    encode,
    now_ms,
)
from services.gateway.wire_alerts import AlertMessage, alert_on_wire
from services.gateway.wire_canary import CanaryData, CanaryMessage
from services.shared.catalog import CatalogReader
from services.shared.errors import CatalogError
from services.shared.logs import Logger
from services.shared.messages import Event, Image
from services.shared.metrics.figures import Figures
from services.shared.operations import Alert
from services.shared.version import VERSION

PAGE_EVENTS = 200
"""So many events are sent to a client that catches up before others get their turn."""

BRIEFLY_S = 1.0
"""Who asks to resume is mostly served in a moment, and then hears first what it missed; else that comes in between."""

ASK_AGAIN_S = 1.0
"""When the catalog could not be read."""

SCAN_EVENTS = 20_000
"""A client in mode `latest` that is further behind gets a reset: counting what it skipped is not worth more."""


class Clients:
    """The sessions, fed from the live state and the log."""

    def __init__(
        self,
        lookup: Lookup,
        reads: Reads,
        node: str,
        pushed: Callable[[Image, int], None],
        log: Logger,
        figures: Figures,
    ) -> None:
        self._lookup = lookup
        self._live = lookup.live
        self._reads = reads
        self._node = node
        self._pushed = pushed
        self._log = log
        self._figures = figures
        self._sessions: set[Session] = set()
        self._for_canaries: set[Session] = set()
        """No screens: whoever wants canaries sees to it that they come through."""
        self._cohorts = Cohorts()
        self._catching_up: set[asyncio.Task[None]] = set()
        self._health = HealthData("ok", None, {})
        self._alerts: dict[int, bytes] = {}
        """The frames of the alerts that are firing."""
        self._snapshots = Snapshots(lookup)
        self._failure = ""

    def __len__(self) -> int:
        return len(self._sessions) - len(self._for_canaries)

    def join(self, session: Session) -> None:
        """A client has connected: it gets what a bare client gets until it subscribes."""
        self._sessions.add(session)
        self._cohorts.add(session)
        self._snapshot(session)

    def leave(self, session: Session) -> None:
        self._sessions.discard(session)
        self._for_canaries.discard(session)
        self._cohorts.discard(session)

    def tell(self, event: Event) -> int:
        """Everybody hears of it; returns how many there are."""
        news = News(event, self._live.epoch, now_ms())
        self._cohorts.tell(news)
        if not news.is_removal:
            news.when_pushed(self._pushed)
        return len(self)

    def preview(self, image: Image, frame: bytes) -> None:
        """The preview of a newest image is there."""
        for session in self._sessions:
            if session.wants_previews and session.filter.wants(image):
                session.preview((image.camera, image.kind), image.seq, frame)

    @property
    def want_previews(self) -> bool:
        return any(session.wants_previews for session in self._sessions)

    def health(self, health: HealthData) -> None:
        """Told to who has subscribed, when it is news."""
        if health == self._health:
            return
        self._health = health
        frame = text_frame(encode(HealthMessage(health, now_ms())))
        for session in self._sessions:
            if not session.is_bare:
                session.note("health", frame)

    def alert(self, alert: Alert, silenced_until: int | None = None) -> None:
        """An alert took a transition: told to who has subscribed, and to who does later as long as it is firing."""
        frame = text_frame(encode(AlertMessage(alert_on_wire(alert, silenced_until), now_ms())))
        if alert.is_firing:
            self._alerts[alert.id] = frame
        else:
            self._alerts.pop(alert.id, None)
        for session in self._sessions:
            if not session.is_bare:
                session.note(f"alert-{alert.id}", frame)

    def canary(self, canary: CanaryData) -> None:
        """A canary came through: told to who asked for it, and to nobody else."""
        if self._for_canaries:
            frame = text_frame(encode(CanaryMessage(canary, now_ms())))
            for session in self._for_canaries:
                session.note(f"canary-{canary.folder}", frame)

    def pong(self, session: Session, number: int | float | str | None) -> None:
        """However little its filter lets through: who was told all of it can resume from where the log ends."""
        head = self._live.head
        seq = head if not session.is_bare and session.is_up_to(head) else UNSET
        session.note("pong", text_frame(encode(Pong(number, now_ms(), seq))))

    async def subscribe(self, session: Session, wish: Subscribe) -> None:
        """Answer a `subscribe`: where the log is, what the client missed or what there is, how the node is.

        Raises CatalogError when only the catalog could tell: the client has to come back.
        """
        live = self._live
        # What another gateway told the client may not have been heard here yet.
        head = live.head if wish.seq is None or wish.seq <= live.head else self._lookup.head()
        trimmed = self._trimmed(wish)
        way = plan(epoch=wish.epoch, seq=wish.seq, log_epoch=live.epoch, head=head, trimmed=trimmed)
        known = wish.seq if way == "resume" and wish.seq is not None else 0
        wanted = Filter(wish.camera, wish.image_type, wish.coil_number)
        self._cohorts.part(session)
        if wish.canary and session in self._sessions:
            self._for_canaries.add(session)
        else:
            self._for_canaries.discard(session)
        session.subscribe(wanted, wish.mode, previews=wish.previews, known=known)
        answer = Subscribed(self._node, live.epoch, head, wish.mode, now_ms(), VERSION)
        session.note("subscribed", text_frame(encode(answer)))
        if way == "resume":
            self._figures.resumed()
            session.following = wish.mode != "every"
            task = self._start(session)
            await asyncio.wait((task,), timeout=BRIEFLY_S)
        else:
            if way != "snapshot":
                self._reset(session, way)
            self._snapshot(session)
        session.note("health", text_frame(encode(HealthMessage(self._health, now_ms()))))
        for number, frame in list(self._alerts.items()):
            session.note(f"alert-{number}", frame)

    def drained(self, session: Session) -> None:
        """The session's link has become free."""
        session.drained()
        if not session.following and not session.catching_up and session in self._sessions:
            self._start(session)

    def _trimmed(self, wish: Subscribe) -> int:
        """Up to where the log is gone, or too long ago to be worth reading for this client."""
        trimmed = 0
        if wish.seq is not None and self._live.since(wish.seq, 0) is None:
            try:
                trimmed = self._lookup.trimmed()
            except CatalogError as error:
                # Whoever reads the log for the client will be told.
                self._failed(error)
        return trimmed if wish.mode == "every" else max(trimmed, self._live.head - SCAN_EVENTS)

    def _start(self, session: Session) -> asyncio.Task[None]:
        """Bring the session up to date while its client may ask other things."""
        if session.mode == "latest":
            # Now: what happens before the task has its turn would be told as it comes, and once more out of the log.
            session.pause()
        work = self._catch_up(session) if session.mode == "every" else self._skip_ahead(session)
        task = asyncio.get_running_loop().create_task(work)
        self._catching_up.add(task)
        task.add_done_callback(self._catching_up.discard)
        return task

    async def _catch_up(self, session: Session) -> None:
        """Send the log until the session is where the log ends, or its link is busy (then drained() goes on)."""
        if session.catching_up:
            return
        session.catching_up = True
        try:
            while session in self._sessions and not session.following and not session.link.busy:
                try:
                    await self._send_page(session)
                except CatalogError as error:
                    self._failed(error)
                    await asyncio.sleep(ASK_AGAIN_S)
                await asyncio.sleep(0)
        finally:
            session.catching_up = False

    async def _send_page(self, session: Session) -> None:
        cursor, asked = session.cursor, session.asked
        missed, upto = self._live.since(cursor, PAGE_EVENTS), max(cursor, self._live.head)
        if missed is None:
            page = await self._page(cursor)
            if session.asked != asked or session.link.busy or session not in self._sessions:
                # The client has meanwhile asked for something else, or is to be left alone until drained().
                return
            if page is None:
                self._reset(session, "trimmed")
                self._snapshot(session)
                return
            missed, upto = page
        elif len(missed) == PAGE_EVENTS:
            upto = missed[-1].seq
        session.replay(missed, upto, self._live.epoch, now_ms())
        session.following = session.cursor >= self._live.head and not session.link.busy

    async def _page(self, cursor: int) -> tuple[list[Event], int] | None:
        """The next events from the catalog and up to where they go; None when the log does not go back so far."""
        head = self._live.head

        def read(catalog: CatalogReader) -> tuple[list[Event], int] | None:
            if cursor < catalog.trimmed():
                return None
            events: list[Event] = []
            for event in catalog.events(cursor, head, PAGE_EVENTS):
                events.append(event)
                if len(events) == PAGE_EVENTS:
                    return events, event.seq
            return events, head

        page = await self._reads.ask(read)
        self._failure = ""
        return page

    async def _skip_ahead(self, session: Session) -> None:
        """Mode `latest`: of what was missed only the newest of each folder, and how many it skipped."""
        cursor, epoch, wanted, asked = session.cursor, self._live.epoch, session.filter, session.asked
        missed, at_ms = session.backlog(), now_ms()

        def sift(events: Iterable[Event]) -> None:
            for event in events:
                if wanted.wants(event.image) and concerns_latest(event, wanted):
                    missed.add(News(event, epoch, at_ms))

        def read(after: int, upto: int, catalog: CatalogReader) -> None:
            sift(catalog.events(after, upto))

        try:
            while (recent := self._live.since(cursor)) is None:
                after, cursor = cursor, self._live.head
                await self._reads.ask(partial(read, after, cursor))
                if session.asked != asked or session not in self._sessions:
                    return
            sift(recent)
            session.resume(missed)
        except CatalogError as error:
            # What is newest is in memory; how much was skipped stays unknown.
            self._failed(error)
            if session.asked == asked:
                session.resume(session.backlog())
                self._snapshot(session)

    def _failed(self, error: CatalogError) -> None:
        """Said once, however many clients it keeps waiting."""
        if str(error) != self._failure:
            self._failure = str(error)
            self._log.error("catalog_failed", error=self._failure)

    def _reset(self, session: Session, reason: ResetReason) -> None:
        self._figures.reset(reason)
        session.note("reset", text_frame(encode(Reset(reason, self._live.epoch, self._live.head, now_ms()))))

    def _snapshot(self, session: Session) -> None:
        frame, shown = self._snapshots.get(session.filter)
        session.note("snapshot", frame)
        session.showed(shown)
        session.cursor = self._live.head
        session.following = True
