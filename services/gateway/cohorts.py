"""Clients that want the same and have been told all of it: a frame is sent to them without a look at each.

A thousand screens in front of one line are a thousand sessions in the same state. What each would decide is decided
once for all, and what each would note down is noted down once, in a Pace that they share. Whoever falls out of step
(its link is busy, it wants something else) takes its part of that along, goes its own way, and joins again once it is
up to date.
"""

from __future__ import annotations

from collections.abc import Callable

from services.gateway.live import Filter
from services.gateway.news import News
from services.gateway.session import Link, Pace, Session, concerns_latest
from services.gateway.wire import Mode

Sort = tuple[bool, Mode, Filter]
"""What makes two clients want the same: bare or not, mode, filter."""


class Cohorts:
    """All sessions that are told what happens: most of them in step with others, some by themselves."""

    def __init__(self) -> None:
        self._cohorts: dict[Sort, _Cohort] = {}
        self._alone: set[Session] = set()

    def add(self, session: Session) -> None:
        """From now on it is told."""
        self._alone.add(session)

    def discard(self, session: Session) -> None:
        """It is told nothing any more."""
        self.part(session)
        self._alone.discard(session)

    def part(self, session: Session) -> None:
        """Before anything is asked of the session but to pass something on: what it was told is its own again."""
        cohort = self._cohorts.get(_sort(session))
        if cohort is not None and session.link in cohort.members:
            cohort.part(session)
            self._alone.add(session)

    def tell(self, news: News) -> None:
        """Something happened."""
        for sort, cohort in list(self._cohorts.items()):
            self._alone.update(cohort.tell(news))
            if not cohort.members:
                del self._cohorts[sort]
        for session in list(self._alone):
            session.hear(news)
            if session.is_up_to(news.event.seq):
                self._join(session, news.event.seq)

    def _join(self, session: Session, seq: int) -> None:
        cohort = self._cohorts.get(_sort(session))
        if cohort is None:
            cohort = self._cohorts[_sort(session)] = _Cohort(session, seq)
        cohort.join(session)
        self._alone.discard(session)


class _Cohort:
    """Sessions like `one`, all of them told what happened up to `seq`."""

    def __init__(self, one: Session, seq: int) -> None:
        self.members: dict[Link, Session] = {}
        self._is_bare = one.is_bare
        self._mode = one.mode
        self._filter = one.filter
        self._pace = Pace(seq)

    def join(self, session: Session) -> None:
        self.members[session.link] = session
        session.join(self._pace)

    def part(self, session: Session) -> None:
        del self.members[session.link]
        session.part()

    def tell(self, news: News) -> list[Session]:
        """Send it to all that it is for. Returns who has left and must be told by itself."""
        left: list[Session] = []
        if self._filter.wants(news.image):
            if news.is_removal:
                if self._mode == "every" or concerns_latest(news.event, self._filter):
                    left = self._send(_nothing if self._is_bare else news.whole)
            elif news.event.shown:
                left = self._send(news.bare if self._is_bare else news.whole)
            else:
                # Whether that is news to a client depends on what it shows.
                left = list(self.members.values())
            for session in left:
                self.part(session)
            if news.event.shown and not news.is_removal:
                self._pace.shown[news.key] = news.image.seq
        self._pace.seq = news.event.seq
        return left

    def _send(self, build: Callable[[], bytes]) -> list[Session]:
        """Returns those whose links are busy. The frame is built for the first who is not; an empty one is not sent."""
        busy, frame = [], b""
        # Whatever is touched here is touched a thousand times, and not in the processor's cache: links, no sessions.
        for link in self.members:
            if link.busy:
                busy.append(link)
            elif frame or (frame := build()):
                link.push(frame)
        return [self.members[link] for link in busy]


def _nothing() -> bytes:
    return b""


def _sort(session: Session) -> Sort:
    return session.is_bare, session.mode, session.filter
