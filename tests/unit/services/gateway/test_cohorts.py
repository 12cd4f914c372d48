"""Clients in step: what they are told is what each would be told by itself."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.gateway.cohorts import Cohorts
from services.gateway.frames import binary_frame
from services.gateway.live import EVERYTHING, Filter, Key, Live
from services.gateway.news import News
from services.gateway.session import Session
from services.gateway.wire import Mode
from services.shared.messages import Event, EventType, Image
from tests.support.serving import ListLink, event, image

KEY: Key = ("main", "original")
CLIENTS = 6
KINDS = ("original", "labeled")

CLIENT = st.integers(0, CLIENTS - 1)
WISH = st.tuples(
    st.sampled_from([EVERYTHING, Filter(kind="original"), Filter(coil="1")]), st.sampled_from(["latest", "every"])
)
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("new"), st.integers(0, 3)),
        st.tuples(st.just("changed"), st.tuples(st.integers(0, 3), st.booleans())),
        st.tuples(st.just("removed"), st.tuples(st.integers(0, 3), st.booleans())),
        st.tuples(st.just("busy"), CLIENT),
        st.tuples(st.just("free"), CLIENT),
        st.tuples(st.just("subscribe"), st.tuples(CLIENT, WISH)),
        st.tuples(st.just("preview"), st.integers(0, 3)),
        st.tuples(st.just("note"), CLIENT),
    ),
    max_size=60,
)


class Clients:
    """Some sessions that hear of the same; with `cohorts` or each by itself."""

    def __init__(self, cohorts: Cohorts | None) -> None:
        self.cohorts = cohorts
        self.live = Live("e", 0, (), ())
        self.links = [ListLink() for _ in range(CLIENTS)]
        self.sessions = [Session(link, self.live) for link in self.links]
        if cohorts is not None:
            for session in self.sessions:
                cohorts.add(session)

    def happen(self, happened: Event) -> None:
        self.live.apply(happened)
        news = News(happened, "e", 1)
        if self.cohorts is not None:
            self.cohorts.tell(news)
        else:
            for session in self.sessions:
                session.hear(news)

    def subscribe(self, client: int, wanted: Filter = EVERYTHING, mode: Mode = "latest", known: int = 0) -> None:
        session = self.sessions[client]
        if self.cohorts is not None:
            self.cohorts.part(session)
        session.subscribe(wanted, mode, previews=True, known=known)

    def free(self, client: int) -> None:
        self.links[client].busy = False
        self.sessions[client].drained()


def play(clients: Clients, acts: list[tuple[str, Any]]) -> None:
    """The same for both sorts of clients; `what` names the image last written at one of four places."""
    seq = 0
    last: dict[int, Image] = {}
    for act, what in acts:
        if act in ("new", "changed", "removed"):
            seq += 1
            place, shown = what if act in ("changed", "removed") else (what, True)
            before = last.get(place)
            if act != "new" and before is None:
                continue
            if act == "removed":
                gone = last.pop(place)
                clients.happen(Event(seq=seq, type="removed", image=gone, at_ms=0, shown=shown, previous_seq=gone.seq))
                continue
            last[place] = image(seq, kind=KINDS[place % 2], coil=str(place // 2))
            previous_seq = before.seq if act == "changed" and before is not None else None
            kind: EventType = "changed" if act == "changed" else "new"
            clients.happen(
                Event(seq=seq, type=kind, image=last[place], at_ms=0, shown=shown, previous_seq=previous_seq)
            )
        elif act == "busy":
            clients.links[what].busy = True
        elif act == "free":
            clients.free(what)
        elif act == "subscribe":
            client, (wanted, mode) = what
            clients.subscribe(client, wanted, mode, known=seq)
        elif act == "note":
            clients.sessions[what].note("pong", binary_frame(b"pong %d" % seq))
        elif what in last:
            shown_image = last[what]
            for session in clients.sessions:
                key = (shown_image.camera, shown_image.kind)
                session.preview(key, shown_image.seq, binary_frame(b"preview %d" % shown_image.seq))


def untimed(frames: list[bytes]) -> list[bytes]:
    """Without the moment at which they were made, in Unix ms."""
    return [re.sub(rb'"timestamp":\d{13}', b"", frame) for frame in frames]


@given(acts=ACTS)
def test_in_step_or_alone_a_client_is_told_the_same(acts: list[tuple[str, Any]]) -> None:
    """Whatever happens, whatever clients want, whenever their links are busy."""
    alone, in_step = Clients(None), Clients(Cohorts())
    for clients in (alone, in_step):
        play(clients, acts)
        for client in range(CLIENTS):
            clients.free(client)
    for by_itself, with_others in zip(alone.links, in_step.links, strict=True):
        assert untimed(with_others.frames) == untimed(by_itself.frames)
    for one, other in zip(alone.sessions, in_step.sessions, strict=True):
        assert (other.cursor, other.following) == (one.cursor, one.following)


def test_a_frame_is_made_once_for_all_that_want_the_same() -> None:
    """One object, not one for each."""
    clients = Clients(Cohorts())
    for seq in (1, 2, 3):
        clients.happen(event(seq))
    assert all(link.frames[-1] is clients.links[0].frames[-1] for link in clients.links)


def test_who_has_left_is_told_nothing() -> None:
    """Whether it was in step or not."""
    cohorts = Cohorts()
    clients = Clients(cohorts)
    cohorts.discard(clients.sessions[0])
    clients.happen(event(1))
    clients.happen(event(2))
    cohorts.discard(clients.sessions[1])
    clients.happen(event(3))
    assert [len(link.frames) for link in clients.links] == [0, 2, 3, 3, 3, 3]


def test_a_busy_client_does_not_hold_up_the_others() -> None:
    """It is told of the newest once it is free, and is then in step again."""
    clients = Clients(Cohorts())
    clients.subscribe(0)
    clients.happen(event(1))
    clients.links[0].busy = True
    for seq in (2, 3, 4):
        clients.happen(event(seq))
    assert [len(link.frames) for link in clients.links] == [1, 4, 4, 4, 4, 4]
    clients.free(0)
    clients.happen(event(5))
    assert [(message["data"]["seq"], message["skipped"]) for message in clients.links[0].messages] == [
        (1, 0),
        (4, 2),
        (5, 0),
    ]


def test_a_preview_goes_to_who_was_told_of_its_image_in_step() -> None:
    """Of the newest image of its folder; that an older one went changes nothing."""
    clients = Clients(Cohorts())
    clients.happen(event(1))
    clients.happen(event(2))
    clients.happen(event(3, "removed", image(1)))
    for link in clients.links:
        link.frames.clear()
    for seq in (1, 2):
        for session in clients.sessions:
            session.preview(KEY, seq, binary_frame(b"preview %d" % seq))
    assert all(link.frames == [binary_frame(b"preview 2")] for link in clients.links)


def test_who_parts_knows_what_it_was_told_in_step() -> None:
    """A new version of an image that is not the newest is news to who shows that image, and to nobody else."""
    clients = Clients(Cohorts())
    clients.happen(event(1))
    clients.happen(event(2, of=image(2, kind="labeled")))
    clients.links[0].busy = True
    clients.happen(event(3))
    for link in clients.links:
        link.frames.clear()
    clients.happen(event(4, "changed", shown=False, previous_seq=3))
    clients.happen(event(5, "changed", shown=False, previous_seq=1))
    assert [len(link.frames) for link in clients.links] == [0, 1, 1, 1, 1, 1]
    clients.free(0)
    assert [message["data"]["seq"] for message in clients.links[0].messages] == [4]
