"""Everybody who is connected: who is told what, and who is brought up to date from the log."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from services.gateway.frames import text_frame
from services.gateway.live import Filter, Key
from services.gateway.lookup import Lookup
from services.gateway.news import News
from services.gateway.reads import Reads
from services.gateway.resume import plan
from services.gateway.session import Session
from services.gateway.wire import (
    CurrentImages,
    HealthData,
    HealthMessage,
    Pong,
    Reset,
    ResetReason,
    Subscribe,
    Subscribed,
    encode,
    now_ms,
    on_wire,
)
from services.shared.catalog import CatalogReader
from services.shared.errors import CatalogError
from services.shared.logs import Logger
from services.shared.messages import Event, Image

PAGE_EVENTS = 200
"""So many events are sent to a client that catches up before others get their turn."""

SCAN_EVENTS = 20_000
"""A client in mode `latest` that is further behind gets a reset: counting what it skipped is not worth more."""


SNAPSHOTS_KEPT = 100
"""When a crowd comes back at once, most of it asks for the same."""


class Clients:
    """The sessions, fed from the live state and the log."""

    def __init__(self, lookup: Lookup, reads: Reads, node: str, log: Logger) -> None:
        self._lookup = lookup
        self._live = lookup.live
        self._reads = reads
        self._node = node
        self._log = log
        self._sessions: set[Session] = set()
        self._catching_up: set[asyncio.Task[None]] = set()
        self._health = HealthData("ok", None, {})
        self._snapshots: dict[Filter, tuple[bytes, list[tuple[Key, int]]]] = {}
        self._snapshots_of = -1

    def __len__(self) -> int:
        return len(self._sessions)

    def join(self, session: Session) -> None:
        """A client has connected: it gets what a bare client gets until it subscribes."""
        self._sessions.add(session)
        self._snapshot(session)

    def leave(self, session: Session) -> None:
        self._sessions.discard(session)

    def tell(self, event: Event) -> int:
        """Everybody hears of it; returns how many there are."""
        news = News(event, self._live.epoch, now_ms())
        for session in self._sessions:
            session.hear(news)
        return len(self._sessions)

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

    def pong(self, session: Session, number: int | float | str | None) -> None:
        session.note("pong", text_frame(encode(Pong(number, now_ms()))))

    async def subscribe(self, session: Session, wish: Subscribe) -> None:
        """Answer a `subscribe`: where the log is, what the client missed or what there is, how the node is."""
        wanted = Filter(wish.camera, wish.image_type, wish.coil_number)
        session.subscribe(wanted, wish.mode, previews=wish.previews, known=wish.seq or 0)
        live = self._live
        # What another gateway told the client may not have been heard here yet.
        head = live.head if wish.seq is None or wish.seq <= live.head else self._lookup.head()
        answer = Subscribed(self._node, live.epoch, head, wish.mode, now_ms())
        session.note("subscribed", text_frame(encode(answer)))
        trimmed = 0 if wish.seq is None or live.since(wish.seq, 0) is not None else self._lookup.trimmed()
        if wish.mode == "latest":
            trimmed = max(trimmed, live.head - SCAN_EVENTS)
        way = plan(epoch=wish.epoch, seq=wish.seq, log_epoch=live.epoch, head=head, trimmed=trimmed)
        if way != "resume":
            if way != "snapshot":
                self._reset(session, way)
            self._snapshot(session)
        else:
            if wish.mode == "every":
                session.following = False
                await self._catch_up(session)
            else:
                await self._skip_ahead(session)
        session.note("health", text_frame(encode(HealthMessage(self._health, now_ms()))))

    def drained(self, session: Session) -> None:
        """The session's link has become free."""
        session.drained()
        if session.mode == "every" and not session.following and session in self._sessions:
            task = asyncio.get_running_loop().create_task(self._catch_up(session))
            self._catching_up.add(task)
            task.add_done_callback(self._catching_up.discard)

    async def _catch_up(self, session: Session) -> None:
        """Send the log until the session is where the log ends, or its link is busy (then drained() goes on)."""
        if session.catching_up:
            return
        session.catching_up = True
        try:
            while session in self._sessions and not session.following and not session.link.busy:
                await self._send_page(session)
                await asyncio.sleep(0)
        finally:
            session.catching_up = False

    async def _send_page(self, session: Session) -> None:
        cursor = session.cursor
        missed, upto = self._live.since(cursor, PAGE_EVENTS), max(cursor, self._live.head)
        if missed is None:
            page = await self._page(session)
            if page is None or session.cursor != cursor or session.following or session.link.busy:
                # The client has meanwhile asked for something else, or is to be left alone until drained().
                return
            missed, upto = page
        elif len(missed) == PAGE_EVENTS:
            upto = missed[-1].seq
        session.replay(missed, upto, self._live.epoch, now_ms())
        session.following = session.cursor >= self._live.head and not session.link.busy

    async def _page(self, session: Session) -> tuple[list[Event], int] | None:
        """The next events from the catalog and up to where they go; None when the session had to be set anew."""
        cursor, head = session.cursor, self._live.head

        def read(catalog: CatalogReader) -> tuple[list[Event], int] | None:
            if cursor < catalog.trimmed():
                return None
            events: list[Event] = []
            for event in catalog.events(cursor, head, PAGE_EVENTS):
                events.append(event)
                if len(events) == PAGE_EVENTS:
                    return events, event.seq
            return events, head

        try:
            page = await self._reads.ask(read)
        except CatalogError as error:
            self._log.error("catalog_failed", error=str(error))
            await asyncio.sleep(1.0)
            return None
        if page is None:
            self._reset(session, "trimmed")
            self._snapshot(session)
        return page

    async def _skip_ahead(self, session: Session) -> None:
        """Mode `latest`: of what was missed only the newest of each folder, and how many it skipped."""
        cursor, head, epoch, wanted = session.cursor, self._live.head, self._live.epoch, session.filter
        missed, at_ms = session.backlog(), now_ms()

        def sift(events: Iterable[Event]) -> None:
            for event in events:
                if wanted.wants(event.image):
                    missed.add(News(event, epoch, at_ms))

        recent = self._live.since(cursor)
        session.pause()
        if recent is not None:
            sift(recent)
        else:
            try:
                await self._reads.ask(lambda catalog: sift(catalog.events(cursor, head)))
            except CatalogError as error:
                # What is newest is in memory; how much was skipped stays unknown.
                self._log.error("catalog_failed", error=str(error))
                session.resume(session.backlog())
                self._snapshot(session)
                return
        session.resume(missed)

    def _reset(self, session: Session, reason: ResetReason) -> None:
        session.note("reset", text_frame(encode(Reset(reason, self._live.epoch, self._live.head, now_ms()))))

    def _snapshot(self, session: Session) -> None:
        wanted = session.filter
        if self._snapshots_of != self._live.version or len(self._snapshots) >= SNAPSHOTS_KEPT:
            self._snapshots_of = self._live.version
            self._snapshots.clear()
        if wanted not in self._snapshots:
            images = self._lookup.current(wanted)
            frame = text_frame(encode(CurrentImages({k: on_wire(v) for k, v in images.items()}, now_ms())))
            self._snapshots[wanted] = frame, [((one.camera, one.kind), one.seq) for one in images.values()]
        frame, shown = self._snapshots[wanted]
        session.note("snapshot", frame)
        session.showed(shown)
        session.cursor = self._live.head
        session.following = True
