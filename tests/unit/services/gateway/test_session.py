"""What one client is told, whatever happens and however slowly it reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.gateway.frames import binary_frame, text_frame
from services.gateway.live import EVERYTHING, Filter, Key, Live, Ranked
from services.gateway.news import News
from services.gateway.session import Session
from services.gateway.wire import Mode
from services.shared.messages import Event, Image
from tests.support.serving import ListLink, Message, event, frames_in, image

KEY: Key = ("main", "original")
KINDS = ("original", "labeled")


class Ends:
    """A session between a live state and a list."""

    def __init__(self, wanted: Filter | None = None, mode: Mode = "latest", *, previews: bool = False) -> None:
        self.live = Live("e", 0, (), ())
        self.link = ListLink()
        self.session = Session(self.link, self.live)
        if wanted is not None:
            self.session.subscribe(wanted, mode, previews=previews)

    def happen(self, *events: Event) -> None:
        for happened in events:
            self.live.apply(happened)
            self.session.hear(News(happened, "e", 1))

    def free(self, takes: int | None = None) -> None:
        self.link.busy, self.link.takes = False, takes
        self.session.drained()

    def told(self) -> list[tuple[str, int, int | None]]:
        """(type, seq of the image, skipped) since the last call."""
        return [_told(message) for message in self.link.taken()]


def _told(message: Message) -> tuple[str, int, int | None]:
    data = message["data"]
    return message["type"], data.get("image_seq", data["seq"]), message.get("skipped")


def test_a_bare_client_is_told_of_new_images_as_before_and_of_nothing_else() -> None:
    """No removals, no epoch, no counts."""
    ends = Ends()
    ends.happen(event(1), event(2), event(3, "removed", image(1)), event(4, "changed", previous_seq=2))
    messages = ends.link.taken()
    assert [list(message) for message in messages] == [["type", "data", "timestamp"]] * 3
    assert [message["data"]["seq"] for message in messages] == [1, 2, 4]
    ends.link.busy = True
    ends.happen(event(5), event(6, "removed", image(5)), event(7, "removed", image(4)))
    ends.live.replace(KEY, None, None)
    ends.free()
    assert ends.told() == []


@pytest.mark.parametrize("mode", ["latest", "every"])
def test_a_filter_lets_through_what_was_asked_for(mode: Mode) -> None:
    """By kind, coil and camera together; of the rest not even removals."""
    ends = Ends(Filter("c2", "labeled", "7"), mode)
    wanted: dict[str, Any] = {"camera": "c2", "kind": "labeled", "coil": "7"}
    others: list[dict[str, Any]] = [{"camera": "main"}, {"kind": "original"}, {"coil": "8"}, {"coil": None}]
    for seq, other in enumerate(others, 1):
        ends.happen(event(seq, of=image(seq, **{**wanted, **other})))
        ends.happen(event(seq + 10, "removed", image(seq, **{**wanted, **other})))
    ends.happen(event(20, of=image(20, **wanted)), event(21, "removed", image(20, **wanted)))
    assert ends.told() == [("image_update", 20, 0), ("image_removed", 20, None)]


def test_while_the_link_is_busy_the_newest_of_each_folder_is_held() -> None:
    """Told once it is free, with how many it skips."""
    ends = Ends(EVERYTHING)
    ends.happen(event(1))
    ends.link.busy = True
    ends.happen(event(2), event(3), event(4, of=image(4, kind="labeled")), event(5))
    ends.free()
    assert sorted(ends.told()) == [("image_update", 1, 0), ("image_update", 4, 0), ("image_update", 5, 2)]


def test_what_is_held_goes_out_as_far_as_the_link_takes_it() -> None:
    """The rest waits for the next time, and may be overtaken meanwhile."""
    ends = Ends(EVERYTHING)
    ends.link.busy = True
    ends.happen(event(1), event(2, of=image(2, kind="labeled")))
    ends.free(takes=1)
    assert ends.told() == [("image_update", 1, 0)]
    ends.happen(event(3, of=image(3, kind="labeled")))
    ends.free()
    assert ends.told() == [("image_update", 3, 1)]


def test_when_a_held_image_goes_the_one_before_it_is_told() -> None:
    """If it is news: the client is never left with an older image than there is."""
    ends = Ends(EVERYTHING)
    ends.happen(event(1))
    ends.link.busy = True
    ends.happen(event(2), event(3))
    ends.happen(event(4, "removed", image(3)))
    ends.live.replace(KEY, None, Ranked(2, image(2)))
    ends.free()
    assert ends.told() == [("image_update", 1, 0), ("image_update", 2, 1)]


def test_when_a_held_image_goes_and_the_client_shows_the_one_before_it_nothing_is_told() -> None:
    """Nor when the one before it is older than what it shows; and what has gone is not counted as left out."""
    ends = Ends(EVERYTHING)
    ends.happen(event(1))
    ends.link.busy = True
    ends.happen(event(2))
    ends.happen(event(3, "removed", image(2)))
    ends.live.replace(KEY, None, Ranked(1, image(1)))
    ends.free()
    assert ends.told() == [("image_update", 1, 0)]
    ends.link.busy = True
    ends.happen(event(4), event(5, "removed", image(4)), event(6, "removed", image(1)))
    ends.live.replace(KEY, None, Ranked(-5, image(700, imported=True)))
    ends.free()
    assert ends.told() == [("image_removed", 1, None)]
    ends.link.busy = True
    ends.happen(event(8))
    ends.free()
    assert ends.told() == [("image_update", 8, 0)]


def test_in_mode_every_a_busy_link_ends_the_following() -> None:
    """From there on the log is read: nothing is held, nothing is sent out of turn."""
    ends = Ends(EVERYTHING, "every")
    ends.happen(event(1))
    ends.link.busy = True
    ends.happen(event(2))
    assert not ends.session.following
    ends.free()
    ends.happen(event(3))
    assert ends.told() == [("image_update", 1, 0)]
    assert ends.session.cursor == 1
    ends.session.replay([event(2), event(3)], 3, "e", 1)
    assert ends.told() == [("image_update", 2, 0), ("image_update", 3, 0)]
    assert ends.session.cursor == 3


def test_a_page_of_the_log_is_one_gift_to_the_link() -> None:
    """Of which each frame is whole; nothing at all when nothing matches."""
    ends = Ends(Filter(coil="7"), "every")
    ends.session.replay([event(1), event(2)], 2, "e", 1)
    assert ends.link.frames == []
    ends.session.replay([event(3, coil="7"), event(4), event(5, coil="7")], 5, "e", 1)
    (gift,) = ends.link.frames
    assert len(frames_in(gift)) == 2
    assert ends.session.cursor == 5


def test_in_mode_every_a_new_version_is_news_when_it_is_shown() -> None:
    """By itself, or because the filter makes it the newest that the client was told of."""
    ends = Ends(Filter(coil="7"), "every")
    ends.happen(event(1, coil="7"), event(2, "changed", shown=False, previous_seq=1, coil="7"))
    ends.happen(event(3, "changed", shown=False, previous_seq=1, coil="7"))
    assert [told[:2] for told in ends.told()] == [("image_update", 1), ("image_update", 2), ("image_revised", 3)]


def test_what_was_heard_elsewhere_is_not_told_again() -> None:
    """A client that comes from another gateway may know more than this one."""
    for mode in ("latest", "every"):
        ends = Ends()
        ends.session.subscribe(EVERYTHING, mode, previews=False, known=2)
        ends.happen(event(1), event(2), event(3))
        assert ends.told() == [("image_update", 3, 0)]


def test_a_note_takes_the_place_of_an_earlier_one_of_its_name() -> None:
    """Only the last word matters, in the order of the last words, and before any image."""
    ends = Ends(EVERYTHING)
    ends.session.note("health", text_frame(b'"at once"'))
    ends.link.busy = True
    ends.happen(event(1))
    for name, text in [("health", b'"1"'), ("pong", b'"2"'), ("health", b'"3"')]:
        ends.session.note(name, text_frame(text))
    ends.free()
    said = [bytes(frame.data) for frame in frames_in(b"".join(ends.link.frames))]
    assert said[:3] == [b'"at once"', b'"2"', b'"3"']
    assert len(said) == 4


def test_while_paused_nothing_is_sent_and_resumed_all_is_in_order() -> None:
    """Notes first; what happened meanwhile is in what it is resumed with."""
    ends = Ends(EVERYTHING)
    ends.session.pause()
    ends.happen(event(1))
    ends.session.note("health", text_frame(b'{"type":"health","data":{"seq":0}}'))
    ends.session.drained()
    assert ends.link.frames == []
    missed = ends.session.backlog()
    missed.add(News(event(1), "e", 1))
    ends.session.resume(missed)
    assert [told[:2] for told in ends.told()] == [("health", 0), ("image_update", 1)]
    ends.happen(event(2))
    assert ends.told() == [("image_update", 2, 0)]


def test_who_resumes_is_told_of_a_new_version_of_what_it_shows() -> None:
    """Though nothing was told to it here: it shows what is newest, unless that came later than what it knows."""
    ends = Ends()
    ends.live.apply(event(1, coil="7"))
    ends.session.subscribe(Filter(coil="7"), "latest", previews=False, known=1)
    ends.session.pause()
    ends.session.resume(ends.session.backlog())
    ends.happen(event(2, coil="8"), event(3, "changed", shown=False, previous_seq=1, coil="7"))
    assert ends.told() == [("image_update", 3, 0)]
    ends.session.subscribe(Filter(coil="7"), "latest", previews=False, known=1)
    ends.session.pause()
    ends.session.resume(ends.session.backlog())
    ends.happen(event(4, "changed", shown=False, previous_seq=3, coil="7"))
    assert ends.told() == []


def test_subscribed_anew_it_owes_nothing_of_before() -> None:
    """Neither held images nor previews, nor a pause."""
    ends = Ends(EVERYTHING, previews=True)
    ends.happen(event(1))
    ends.link.frames.clear()
    ends.link.busy = True
    ends.session.preview(KEY, 1, binary_frame(b"one"))
    ends.happen(event(2))
    ends.session.pause()
    ends.session.subscribe(Filter(kind="labeled"), "latest", previews=True)
    ends.free()
    assert ends.link.frames == []
    ends.happen(event(3, of=image(3, kind="labeled")))
    assert ends.told() == [("image_update", 3, 0)]


def test_a_preview_is_sent_of_what_is_shown_alone() -> None:
    """Not of the image before, nor of one that the client has not been told of yet."""
    ends = Ends(EVERYTHING, previews=True)
    ends.happen(event(1), event(2))
    ends.link.frames.clear()
    for key, seq in [(KEY, 1), (KEY, 3), (("main", "labeled"), 2), (KEY, 2)]:
        ends.session.preview(key, seq, binary_frame(f"{key[1]} {seq}".encode()))
    assert [frame.data for frame in frames_in(b"".join(ends.link.frames))] == [b"original 2"]


def test_a_preview_that_was_held_is_dropped_when_its_image_is_not_shown_any_more() -> None:
    """The last of each folder is held, and sent after the images."""
    ends = Ends(EVERYTHING, previews=True)
    ends.happen(event(1), event(2, of=image(2, kind="labeled")))
    ends.link.frames.clear()
    ends.link.busy = True
    ends.session.preview(KEY, 1, binary_frame(b"old"))
    ends.session.preview(("main", "labeled"), 2, binary_frame(b"shown"))
    ends.happen(event(3))
    ends.free()
    frames = frames_in(b"".join(ends.link.frames))
    assert [frame.data for frame in frames[1:]] == [b"shown"]
    assert b'"seq":3' in frames[0].data


# Whatever happens, in whatever order, however the link behaves.


@dataclass
class Line:
    """A folder pair and what a watcher would log of it, with the images as they are."""

    events: list[Event] = field(default_factory=list)
    present: dict[str, tuple[int, Image]] = field(default_factory=dict)
    """By name: (rank, image)."""

    @property
    def seq(self) -> int:
        return len(self.events) + 1

    def newest(self, kind: str, coil: str | None = None) -> tuple[int, Image] | None:
        found = [one for one in self.present.values() if one[1].kind == kind and (coil is None or one[1].coil == coil)]
        return max(found, key=lambda one: one[0], default=None)

    def write(self, name: str) -> None:
        kind, coil = KINDS[int(name) % 2], str(int(name) // 2 % 2)
        before = self.present.get(name)
        made = image(self.seq, filename=name, kind=kind, coil=coil, revised=before is not None)
        if before is None:
            self.events.append(Event(seq=self.seq, type="new", image=made, at_ms=0))
            self.present[name] = (made.seq, made)
            return
        newest = self.newest(kind)
        shown = newest is not None and newest[1].seq == before[1].seq
        happened = Event(seq=self.seq, type="changed", image=made, at_ms=0, shown=shown, previous_seq=before[1].seq)
        self.events.append(happened)
        self.present[name] = (made.seq if shown else before[0], made)

    def remove(self, name: str) -> None:
        if name in self.present:
            _, gone = self.present.pop(name)
            self.events.append(event(self.seq, "removed", gone))


Act = tuple[str, Any]
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.integers(0, 7).map(str)),
        st.tuples(st.just("write"), st.integers(8, 60).map(str)),
        st.tuples(st.just("remove"), st.integers(0, 60).map(str)),
        st.tuples(st.just("remove newest"), st.sampled_from(["original", "labeled"])),
        st.tuples(st.just("busy"), st.none()),
        st.tuples(st.just("free"), st.one_of(st.none(), st.integers(1, 3))),
    ),
    max_size=60,
)
PLAIN_ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.just("")),
        st.tuples(st.just("remove"), st.integers(100, 120).map(str)),
        st.tuples(st.just("remove newest"), st.sampled_from(KINDS)),
        st.tuples(st.just("overwrite newest"), st.sampled_from(KINDS)),
    ),
    max_size=60,
)
"""No new versions of old images: who resumes is not known to show which image, only that it is the newest it knows."""
FILTERS = st.sampled_from([EVERYTHING, Filter(kind="original"), Filter(coil="1"), Filter(kind="labeled", coil="0")])


class Played:
    """The acts, played before a session whose live state is as the catalog says."""

    def __init__(self, wanted: Filter, mode: Mode, acts: list[Act]) -> None:
        self.wanted = wanted
        self.line = Line()
        self.ends = Ends(wanted, mode)
        self.mode = mode
        for act, what in acts:
            self.play(act, what)
        self._free(None)

    def shows(self, showing: dict[str, int | None]) -> dict[str, int | None]:
        """What a client that showed this shows by now of each kind; None when that was told to be gone."""
        for message in self.ends.link.messages:
            data = message["data"]
            kind, shown = data["type"], showing.get(data["type"])
            if message["type"] == "image_update":
                assert data["seq"] > (shown or 0), "an image after a newer one"
                showing = {**showing, kind: data["seq"]}
            elif data["image_seq"] == shown:
                showing = {**showing, kind: None}
        return showing

    def check(self, showing: dict[str, int | None]) -> None:
        """That is the newest; but whoever was told that it is gone has to ask what is newest now."""
        for kind in KINDS:
            newest = self.line.newest(kind, self.wanted.coil) if self.wanted.kind in (None, kind) else None
            if newest is None:
                assert not showing.get(kind), "what is shown is gone"
            elif showing.get(kind, 0) is not None:
                assert showing.get(kind) == newest[1].seq, "what is shown is not the newest"

    @property
    def matching(self) -> list[Event]:
        return [happened for happened in self.line.events if self.wanted.wants(happened.image)]

    def play(self, act: str, what: Any) -> None:
        """One thing happens, to the line or to the link."""
        known = len(self.line.events)
        if act == "busy":
            self.ends.link.busy = True
        elif act == "free":
            self._free(what)
        elif act == "write":
            self.line.write(what or str(100 + self.line.seq))
        elif act == "remove":
            self.line.remove(what)
        elif (newest := self.line.newest(what)) is not None:
            change = self.line.remove if act == "remove newest" else self.line.write
            change(newest[1].filename)
        for happened in self.line.events[known:]:
            for key, coil in self.ends.live.apply(happened):
                found = self.line.newest(key[1], coil)
                self.ends.live.replace(key, coil, Ranked(*found) if found else None)
            self.ends.session.hear(News(happened, "e", 1))

    def _free(self, takes: int | None) -> None:
        """As Clients.drained() does: what is held, then the log until the link is busy."""
        session = self.ends.session
        self.ends.free(takes)
        while self.mode == "every" and not session.following and not self.ends.link.busy:
            missed = self.ends.live.since(session.cursor, 3)
            assert missed is not None
            upto = missed[-1].seq if len(missed) == 3 else self.ends.live.head
            session.replay(missed, upto, "e", 1)
            session.following = session.cursor >= self.ends.live.head and not self.ends.link.busy


@settings(max_examples=300)
@given(FILTERS, ACTS)
def test_in_mode_every_a_client_is_told_exactly_the_log(wanted: Filter, acts: list[Act]) -> None:
    """All that matches, in order, each once."""
    played = Played(wanted, "every", acts)
    told = [
        (message["type"] == "image_removed", message["data"].get("image_seq", message["data"]["seq"]))
        for message in played.ends.link.messages
    ]
    assert told == [(one.type == "removed", one.image.seq) for one in played.matching]


@settings(max_examples=500)
@given(FILTERS, ACTS)
def test_in_mode_latest_a_client_is_only_ever_told_of_newer_images_and_at_last_of_the_newest(
    wanted: Filter, acts: list[Act]
) -> None:
    """Of each folder; nothing is told that was gone already; those told and those left out are all there were."""
    played = Played(wanted, "latest", [*acts, ("free", None)])
    played.check(played.shows({}))


@settings(max_examples=500)
@given(FILTERS, PLAIN_ACTS, PLAIN_ACTS, ACTS)
def test_in_mode_latest_who_was_away_is_brought_to_the_newest(
    wanted: Filter, before: list[Act], away: list[Act], after: list[Act]
) -> None:
    """From whatever it was told before; which that was is not known here, only up to where."""
    played = Played(wanted, "latest", [*before, ("free", None)])
    showing = played.shows({})
    known = played.ends.live.head
    for act, what in away:
        played.play(act, what)
    link = played.ends.link
    link.frames.clear()
    session = played.ends.session = Session(link, played.ends.live)
    session.subscribe(wanted, "latest", previews=False, known=known)
    missed = session.backlog()
    session.pause()
    for happened in played.matching:
        if happened.seq > known:
            missed.add(News(happened, "e", 1))
    session.resume(missed)
    for act, what in [*after, ("free", None)]:
        played.play(act, what)
    played.check(played.shows(showing))


@settings(max_examples=300)
@given(st.sampled_from([EVERYTHING, Filter(kind="original")]), ACTS)
def test_in_mode_latest_those_told_and_those_left_out_are_all_there_were(wanted: Filter, acts: list[Act]) -> None:
    """Of each folder; images that went while others were left out may be left out of the count."""
    played = Played(wanted, "latest", [*acts, ("free", None), ("write", "98"), ("write", "99")])
    for kind in KINDS:
        updates = [
            message
            for message in played.ends.link.messages
            if message["type"] == "image_update" and message["data"]["type"] == kind
        ]
        assert all(message["skipped"] >= 0 for message in updates)
        shown = [one for one in played.matching if one.type != "removed" and one.shown and one.image.kind == kind]
        counted = sum(1 + message["skipped"] for message in updates)
        assert counted == len(shown) or (counted < len(shown) and any("remove" in act for act, _ in acts))
