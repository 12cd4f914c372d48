"""What one client is to get, decided event by event. Pure, but for the link that it hands frames to.

A link takes one frame after the other as long as it is not busy. What comes while it is busy is not queued: a client in
mode `latest` keeps a Backlog; one in mode `every` falls back to the log. So what a slow client costs is bounded by the
number of folders, never by how slow it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from services.gateway.backlog import Backlog, Behind
from services.gateway.live import EVERYTHING, Filter, Key, Live
from services.gateway.news import News
from services.gateway.wire import Mode, now_ms
from services.shared.messages import Event


class Link(Protocol):
    """The way to the client."""

    @property
    def busy(self) -> bool:
        """The client has not read all that was sent: nothing more may be given."""

    def push(self, frame: bytes) -> None:
        """Send whole frames to a link that is not busy; never raises, never blocks."""


def concerns_latest(event: Event, wanted: Filter) -> bool:
    """Whether a client in mode `latest` is told of a removal: one far from the newest is no screen's, unless the screen
    looks at that coil.
    """
    return event.shown or event.type != "removed" or wanted.coil is not None


class Pace:
    """What several sessions have been told in step: all that they want up to `seq`."""

    __slots__ = ("seq", "shown")

    def __init__(self, seq: int) -> None:
        self.seq = seq
        self.shown: dict[Key, int] = {}


class Session:
    """One client, told what `live` grows by."""

    __slots__ = (
        "_backlog", "_cursor", "_is_paused", "_joined", "_live", "_notes", "_pace", "_previews", "_shown", "_skipped",
        "asked", "catching_up", "filter", "following", "is_bare", "link", "mode", "wants_previews",
    )  # fmt: skip

    def __init__(self, link: Link, live: Live, skipped: Callable[[int], object] = lambda _: None) -> None:
        """`skipped` is told how many images the client is not shown, because a newer one was there."""
        self.link = link
        self._skipped = skipped
        self.asked = 0
        """Counts up when the client asks for something else."""
        self.is_bare = True
        self.filter: Filter = EVERYTHING
        self.mode: Mode = "latest"
        self.wants_previews = False
        self.following = True
        """Mode `every`: the next event can be sent as it comes; else the log is being read."""
        self.catching_up = False
        """Mode `every`: somebody is reading the log for it."""
        self._live = live
        self._cursor = 0
        self._pace: Pace | None = None
        self._joined = 0
        self._is_paused = False
        self._shown: dict[Key, int] = {}
        self._backlog = Backlog(self._shown)
        self._notes: dict[str, bytes] = {}
        self._previews: dict[Key, tuple[int, bytes]] = {}

    @property
    def cursor(self) -> int:
        """The client knows all up to this seq; in mode `every` this grows with what is handed to the link."""
        return self._cursor if self._pace is None or self.mode == "latest" else self._pace.seq

    @cursor.setter
    def cursor(self, seq: int) -> None:
        self._cursor = seq

    def is_up_to(self, seq: int) -> bool:
        """Whether the client was told all that it wants up to `seq`, and its link is free for more."""
        is_holding = self._notes or self._previews or self._backlog
        return self.following and not (self._is_blocked() or is_holding) and self._cursor <= seq

    def join(self, pace: Pace) -> None:
        """Somebody else hands the link what happens, to this and other sessions alike, until part()."""
        self._pace, self._joined = pace, pace.seq

    def part(self) -> None:
        """By itself again."""
        self._cursor, pace, self._pace = self.cursor, self._pace, None
        if pace is not None:
            self._shown.update((key, seq) for key, seq in pace.shown.items() if seq > self._joined)

    def subscribe(self, wanted: Filter, mode: Mode, *, previews: bool, known: int = 0) -> None:
        """The client says what it wants and up to where it knows the log; what was held for it before is dropped."""
        self.asked += 1
        self.is_bare = False
        self._is_paused = False
        self.filter, self.mode, self.wants_previews = wanted, mode, previews
        self.cursor = known
        self.following = True
        self._backlog.clear(known)
        self._previews.clear()
        self._shown.clear()

    def hear(self, news: News) -> None:
        """Something happened. A client that comes from another gateway may know of it already."""
        if news.event.seq <= self.cursor:
            return
        if self.is_bare:
            self._hear_latest(news)
        elif self.mode == "every":
            self._hear_every(news)
        elif self.filter.wants(news.image):
            self._hear_latest(news)

    def note(self, name: str, frame: bytes) -> None:
        """Send something of which only the last word matters: it takes the place of an earlier one of that name."""
        if self._is_blocked():
            self._notes.pop(name, None)
            self._notes[name] = frame
        else:
            self.link.push(frame)

    def preview(self, key: Key, seq: int, frame: bytes) -> None:
        """Send the preview of an image if the client was told of it as the newest of its folder."""
        if self._shows(key) != seq:
            return
        if self._is_blocked():
            self._previews[key] = (seq, frame)
        else:
            self.link.push(frame)

    def showed(self, seqs: Iterable[tuple[Key, int]]) -> None:
        """The client was told of these in a snapshot."""
        self._shown.update(seqs)

    def pause(self) -> None:
        """Mode `latest`: hear of nothing until resume(), and hold all else: something older has to be sent first."""
        self._is_paused = True

    def resume(self, missed: Backlog) -> None:
        """Go on with `missed`, which has all that happened up to now."""
        self._backlog = missed
        self._is_paused = False
        # What is newest and not newer than what the client knows is what it shows.
        known = [(key, seq) for key, seq in self._live.shown(self.filter) if seq <= self.cursor]
        self.showed(known)
        self.drained()

    def backlog(self) -> Backlog:
        """An empty one for what this client has missed."""
        return Backlog(self._shown, self.cursor)

    def drained(self) -> None:
        """The link may be free again: give it what was held, the images last."""
        while self._notes and not self._is_blocked():
            self.link.push(self._notes.pop(next(iter(self._notes))))
        while not self._is_blocked() and (lost := self._backlog.take_lost()) is not None:
            self._fall_back(*lost)
        while not self._is_blocked() and (update := self._backlog.take_update()) is not None:
            self._show(*update)
        while not self._is_blocked() and (news := self._backlog.take_removal()) is not None:
            if not self.is_bare:
                self.link.push(news.whole())
        while self._previews and not self._is_blocked():
            key = next(iter(self._previews))
            seq, frame = self._previews.pop(key)
            if self._shows(key) == seq:
                self.link.push(frame)

    def replay(self, events: Iterable[Event], upto: int, epoch: str, at_ms: int) -> None:
        """Mode `every`, not following: the log up to `upto`, to a link that is not busy."""
        wanted = (event for event in events if self.filter.wants(event.image))
        frames = [self._recorded(News(event, epoch, at_ms)) for event in wanted]
        self.cursor = upto
        if frames:
            self.link.push(b"".join(frames))

    def _shows(self, key: Key) -> int | None:
        """The seq that the client was told of last in a folder."""
        told = 0 if self._pace is None else self._pace.shown.get(key, 0)
        return told if told > self._joined else self._shown.get(key)

    def _is_blocked(self) -> bool:
        return self._is_paused or self.link.busy

    def _hear_every(self, news: News) -> None:
        if not self.following:
            return
        is_wanted = self.filter.wants(news.image)
        if is_wanted and self.link.busy:
            self.following = False
            return
        self.cursor = news.event.seq
        if is_wanted:
            self.link.push(self._recorded(news))

    def _recorded(self, news: News) -> bytes:
        """Mode `every`: the frame for what happened, which is never left out, but only told as news when it is."""
        if not (news.is_removal or self._concerns(news.event)):
            return news.revised()
        self._remember(news.event)
        return news.whole()

    def _hear_latest(self, news: News) -> None:
        if self._is_paused or not concerns_latest(news.event, self.filter):
            return
        if self.link.busy:
            self._backlog.add(news)
        elif news.is_removal:
            if not self.is_bare:
                self.link.push(news.whole())
        elif self._concerns(news.event):
            self._show(news, 0)

    def _concerns(self, event: Event) -> bool:
        """Whether the client is told: of a new version of an old image only when that is what it shows."""
        return event.shown or self._shown.get((event.image.camera, event.image.kind)) == event.previous_seq

    def _show(self, news: News, skipped: int) -> None:
        self._shown[news.key] = news.image.seq
        self.link.push(news.bare() if self.is_bare else news.whole(skipped))
        if skipped:
            self._skipped(skipped)

    def _fall_back(self, key: Key, behind: Behind) -> None:
        """The newest image of a folder went before the client was told of it: the one before may be news as well."""
        camera, kind = key
        newest = self._live.newest(Filter(camera, kind, self.filter.coil))
        is_newer = newest is not None and newest.rank > max(self.cursor, self._shown.get(key, 0))
        is_version = newest is not None and behind.told != behind.present == newest.image.seq
        if newest is not None and (is_newer or is_version):
            image = newest.image
            event = Event(seq=image.seq, type="new", image=image, at_ms=image.seen_at_ms)
            self._show(News(event, self._live.epoch, now_ms()), behind.skipped - 1)
        elif behind.gone is not None and not self.is_bare:
            self.link.push(behind.gone.whole())

    def _remember(self, event: Event) -> None:
        if event.type != "removed":
            self._shown[(event.image.camera, event.image.kind)] = event.image.seq
