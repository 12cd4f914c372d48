"""Everybody who is connected, before a real catalog: who is told what, who is brought up to date and how."""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from services.gateway import clients, live, snapshots
from services.gateway.clients import Clients
from services.gateway.frames import binary_frame
from services.gateway.reads import Reads
from services.gateway.session import Session
from services.gateway.wire import HealthData, Mode
from services.shared.catalog import writer
from services.shared.errors import CatalogError
from services.shared.messages import Image
from tests.support.serving import Bed, ListLink, Message, bed_in, eventually, frames_in

ByMode = pytest.mark.parametrize("mode", ["every", "latest"])


@pytest.fixture(autouse=True)
def _short_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of ten events; pages of three."""
    monkeypatch.setattr(live, "RECENT_EVENTS", 10)
    monkeypatch.setattr(clients, "PAGE_EVENTS", 3)
    monkeypatch.setattr(clients, "ASK_AGAIN_S", 0.01)


def run(tmp_path: Path, act: Callable[[Bed], Coroutine[Any, Any, None]]) -> None:
    async def in_bed() -> None:
        async with bed_in(tmp_path) as bed:
            await act(bed)

    asyncio.run(in_bed())


def files(first: int, last: int) -> list[str]:
    return [f"{number}.jpg" for number in range(first, last + 1)]


def told(link: ListLink) -> list[tuple[str, str]]:
    """(type, file name) of what was said about single images since the last call."""
    return [
        (message["type"].removeprefix("image_"), message["data"]["filename"])
        for message in link.taken()
        if message["type"].startswith("image_")
    ]


def kinds(messages: list[Message]) -> list[str]:
    return [message["type"] for message in messages]


async def comes_back(bed: Bed, seq: int, mode: Mode = "every", **wish: Any) -> tuple[Session, ListLink]:
    """A client that knows the log up to `seq`; what it was told before it subscribed is forgotten."""
    session, link = bed.join()
    link.frames.clear()
    await bed.subscribe(session, mode=mode, epoch=bed.live.epoch, seq=seq, **wish)
    return session, link


@contextmanager
def busy_reader(bed: Bed) -> Iterator[None]:
    """Inside, no question to the catalog is answered."""
    gate = threading.Event()
    asking = asyncio.ensure_future(bed.reads.ask(lambda _: gate.wait(20)))
    try:
        yield
    finally:
        gate.set()
        assert not asking.cancelled()


def test_who_connects_gets_what_there_is(tmp_path: Path) -> None:
    """Of each kind and of each coil, once, and counts from then on."""

    async def act(bed: Bed) -> None:
        bed.add("a.jpg", coil="1")
        bed.add("b.jpg", coil="2")
        session, link = bed.join()
        (first,) = link.taken()
        assert first["type"] == "current_images"
        names = {name: one["filename"] for name, one in first["data"].items()}
        assert names == {"original": "b.jpg", "original_1": "a.jpg", "original_2": "b.jpg"}
        assert (len(bed.clients), bed.clients.tell(bed.live.since(1)[0])) == (1, 1)  # type: ignore[index]
        bed.clients.leave(session)
        link.frames.clear()
        bed.add("c.jpg")
        assert (len(bed.clients), link.frames) == (0, [])

    run(tmp_path, act)


def test_a_subscription_is_answered_in_this_order(tmp_path: Path) -> None:
    """Where the log is, what there is of what was asked for, how the node is."""

    async def act(bed: Bed) -> None:
        bed.add("a.jpg", coil="1")
        bed.add("b.jpg", coil="2")
        bed.clients.health(HealthData("degraded", "told", {"watcher-0": "ready"}))
        session, link = bed.join()
        link.frames.clear()
        await bed.subscribe(session, coil_number="1", mode="every")
        answer, current, health = link.taken()
        assert (answer["type"], answer["node"], answer["epoch"], answer["seq"], answer["mode"]) == (
            ("subscribed", "node", bed.live.epoch, 2, "every")
        )
        assert (current["type"], set(current["data"])) == ("current_images", {"original", "original_1"})
        assert health["data"] == {"status": "degraded", "reason": "told", "services": {"watcher-0": "ready"}}

    run(tmp_path, act)


def test_an_older_coil_is_found_in_the_catalog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory has but the newest ones."""
    monkeypatch.setattr(live, "COILS", 2)

    async def act(bed: Bed) -> None:
        for coil in ("1", "2", "3"):
            bed.add(f"{coil}.jpg", coil=coil)
        bed.add("1.png", coil="1", kind="labeled")
        bed.add("4.jpg", coil="4")
        bed.add("5.jpg", coil="5")
        session, link = bed.join()
        await bed.subscribe(session, coil_number="1")
        current = link.taken("current_images")[-1]
        names = {name: one["filename"] for name, one in current["data"].items()}
        assert names == {"original": "1.jpg", "original_1": "1.jpg", "labeled": "1.png", "labeled_1": "1.png"}
        bed.add("1.jpg", content=2, coil="1")
        assert told(link) == [("update", "1.jpg")]

    run(tmp_path, act)


@ByMode
@pytest.mark.parametrize("away", [4, 30])
def test_who_was_away_hears_what_it_missed(tmp_path: Path, mode: Mode, away: int) -> None:
    """Out of memory or out of the catalog: all of it in mode `every`, the newest of each folder in mode `latest`."""

    async def act(bed: Bed) -> None:
        bed.add("0.jpg", *files(1, away))
        bed.add("l.jpg", kind="labeled")
        bed.remove("2.jpg")
        session, link = await comes_back(bed, 1, mode)
        await eventually(lambda: session.following and not bed.clients._catching_up)
        messages = link.taken()
        assert messages[0]["type"] == "subscribed"
        heard = [message for message in messages if message["type"].startswith("image")]
        if mode == "every":
            names = [(message["type"], message["data"]["filename"]) for message in heard]
            assert names == [
                *(("image_update", name) for name in files(1, away)),
                ("image_update", "l.jpg"),
                ("image_removed", "2.jpg"),
            ]
        else:
            counted = {message["data"]["filename"]: message["skipped"] for message in heard}
            assert counted == {f"{away}.jpg": away - 1, "l.jpg": 0}
            assert bed.figures.numbers["coilcast_skipped_total",] == away - 1
        assert bed.figures.numbers["coilcast_resumes_total",] == 1
        bed.add("next.jpg")
        assert told(link) == [("update", "next.jpg")]

    run(tmp_path, act)


def test_who_has_missed_nothing_is_told_nothing(tmp_path: Path) -> None:
    """Not even what there is: it knows."""

    async def act(bed: Bed) -> None:
        bed.add(*files(1, 3))
        for mode in ("every", "latest"):
            _, link = await comes_back(bed, 3, mode)
            assert kinds(link.taken()) == ["subscribed", "health"]

    run(tmp_path, act)


@ByMode
def test_who_cannot_resume_is_told_why_before_it_gets_what_there_is(tmp_path: Path, mode: Mode) -> None:
    """Another catalog, a log no longer that old, a seq to come."""

    async def act(bed: Bed) -> None:
        bed.add(*files(1, 30))
        bed.writer.trim(0, 15)
        for epoch, seq, reason in [
            ("other", 3, "epoch"),
            (None, 14, "trimmed"),
            (None, -1, "trimmed"),
            (None, 31, "ahead"),
        ]:
            session, link = bed.join()
            link.frames.clear()
            await bed.subscribe(session, mode=mode, epoch=epoch or bed.live.epoch, seq=seq)
            messages = link.taken()
            assert kinds(messages) == ["subscribed", "reset", "current_images", "health"], reason
            assert (messages[1]["reason"], messages[1]["seq"]) == (reason, 30)
            bed.clients.leave(session)
        _, link = await comes_back(bed, 15, mode)
        await eventually(lambda: told(link)[-1:] == [("update", "30.jpg")])
        resets = {key[1]: count for key, count in bed.figures.numbers.items() if key[0] == "coilcast_resets_total"}
        assert resets == {"epoch": 1, "trimmed": 2, "ahead": 1}

    run(tmp_path, act)


def test_a_client_in_mode_latest_that_is_far_behind_is_not_counted_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It gets what there is; in mode `every` it gets all."""
    monkeypatch.setattr(clients, "SCAN_EVENTS", 20)

    async def act(bed: Bed) -> None:
        bed.add(*files(1, 30))
        _, link = await comes_back(bed, 5, "latest")
        assert link.taken("reset")[0]["reason"] == "trimmed"
        _, link = await comes_back(bed, 5, "every")
        await eventually(lambda: len(link.messages) == 27)
        assert told(link) == [("update", name) for name in files(6, 30)]

    run(tmp_path, act)


@ByMode
def test_what_happens_while_the_log_is_read_is_told_in_its_turn(tmp_path: Path, mode: Mode) -> None:
    """After what was missed, each once."""

    async def act(bed: Bed) -> None:
        bed.add(*files(1, 30))
        session, link = bed.join()
        link.frames.clear()
        with busy_reader(bed):
            subscribing = asyncio.ensure_future(bed.subscribe(session, mode=mode, epoch=bed.live.epoch, seq=2))
            await eventually(lambda: bed.reads.waiting == 2)
            bed.add(*files(31, 33))
            assert told(link) == []
        await subscribing
        await eventually(lambda: session.following and not bed.clients._catching_up)
        bed.add("34.jpg")
        if mode == "every":
            assert told(link) == [("update", name) for name in files(3, 34)]
        else:
            counted = [(one["data"]["filename"], one["skipped"]) for one in link.taken("image_update")]
            assert counted == [("33.jpg", 30), ("34.jpg", 0)]

    run(tmp_path, act)


def test_what_goes_while_the_log_is_read_is_not_shown(tmp_path: Path) -> None:
    """Mode `latest`: the one before it is, of which the client does not know either."""

    async def act(bed: Bed) -> None:
        bed.add(*files(1, 30))
        session, link = bed.join()
        link.frames.clear()
        with busy_reader(bed):
            subscribing = asyncio.ensure_future(bed.subscribe(session, epoch=bed.live.epoch, seq=2))
            await eventually(lambda: bed.reads.waiting == 2)
            bed.remove("30.jpg")
        await subscribing
        assert told(link) == [("update", "29.jpg")]

    run(tmp_path, act)


def test_more_may_happen_while_the_log_is_read_than_memory_holds(tmp_path: Path) -> None:
    """Mode `latest`: then the log is read once more."""

    async def act(bed: Bed) -> None:
        bed.add(*files(1, 30))
        session, link = bed.join()
        link.frames.clear()
        with busy_reader(bed):
            subscribing = asyncio.ensure_future(bed.subscribe(session, epoch=bed.live.epoch, seq=2))
            await eventually(lambda: bed.reads.waiting == 2)
            bed.add(*files(31, 60))
        await subscribing
        counted = [(one["data"]["filename"], one["skipped"]) for one in link.taken("image_update")]
        assert counted == [("60.jpg", 57)]

    run(tmp_path, act)


def test_a_link_that_gets_busy_while_the_log_is_sent_is_waited_for(tmp_path: Path) -> None:
    """However often, the client is told all of it in order, also of what happens meanwhile."""

    async def act(bed: Bed) -> None:
        bed.add(*files(1, 40))
        session, link = bed.join()
        link.frames.clear()
        link.takes = 2
        await bed.subscribe(session, mode="every", epoch=bed.live.epoch, seq=2)
        heard: list[tuple[str, str]] = []
        for number in range(41, 61):
            await eventually(lambda: link.busy or session.following)
            heard += told(link)
            bed.add(f"{number}.jpg")
            bed.free(session, takes=1 + number % 3)
        link.takes = None
        bed.free(session)
        await eventually(lambda: session.following)
        assert heard + told(link) == [("update", name) for name in files(3, 60)]
        assert not bed.clients._catching_up

    run(tmp_path, act)


def test_a_link_that_gets_busy_while_the_catalog_is_asked_is_given_nothing(tmp_path: Path) -> None:
    """What was read is read again when it is free."""

    async def act(bed: Bed) -> None:
        bed.add(*files(1, 30))
        session, link = bed.join()
        with busy_reader(bed):
            subscribing = asyncio.ensure_future(bed.subscribe(session, mode="every", epoch=bed.live.epoch, seq=2))
            await eventually(lambda: bed.reads.waiting == 2)
            link.frames.clear()
            link.busy = True
        await subscribing
        assert link.frames == []
        bed.free(session)
        await eventually(lambda: session.following)
        assert told(link) == [("update", name) for name in files(3, 30)]

    run(tmp_path, act)


@pytest.mark.parametrize("first", ["every", "latest"])
@pytest.mark.parametrize("second", ["every", "latest"])
@pytest.mark.parametrize("resumes", [True, False])
def test_who_asks_for_something_else_while_the_log_is_read_gets_that_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: Mode, second: Mode, resumes: bool
) -> None:
    """What was read for the first question is not told as an answer to the second."""
    monkeypatch.setattr(clients, "BRIEFLY_S", 0.01)

    async def act(bed: Bed) -> None:
        for number in range(1, 31):
            bed.add(f"{number}.jpg", kind=("original", "labeled")[number % 2])
        session, link = bed.join()
        with busy_reader(bed):
            await bed.subscribe(session, mode=first, epoch=bed.live.epoch, seq=2)
            link.frames.clear()
            place = {"epoch": bed.live.epoch, "seq": 4} if resumes else {}
            await bed.subscribe(session, mode=second, image_type="labeled", **place)
        await eventually(lambda: not bed.clients._catching_up)
        messages = link.taken()
        names = [one["data"]["filename"] for one in messages if one["type"] == "image_update"]
        assert "reset" not in kinds(messages)
        assert kinds(messages).count("current_images") == (0 if resumes else 1)
        if not resumes:
            assert names == []
        elif second == "every":
            assert names == [f"{number}.jpg" for number in range(5, 31, 2)]
        else:
            assert names == ["29.jpg"]
        bed.add("31.jpg", kind="labeled")
        bed.add("32.jpg")
        assert told(link) == [("update", "31.jpg")]

    run(tmp_path, act)


@ByMode
def test_who_leaves_while_the_log_is_read_is_told_nothing_more(tmp_path: Path, mode: Mode) -> None:
    """And nothing goes on for it."""

    async def act(bed: Bed) -> None:
        bed.add(*files(1, 30))
        session, link = bed.join()
        with busy_reader(bed):
            subscribing = asyncio.ensure_future(bed.subscribe(session, mode=mode, epoch=bed.live.epoch, seq=2))
            await eventually(lambda: bed.reads.waiting == 2)
            bed.clients.leave(session)
            link.frames.clear()
        await subscribing
        await eventually(lambda: not bed.clients._catching_up)
        assert told(link) == []
        bed.free(session)
        assert not bed.clients._catching_up

    run(tmp_path, act)


@ByMode
def test_a_long_way_to_catch_up_does_not_keep_a_client_from_asking(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: Mode
) -> None:
    """The answer to its subscription comes all the same, and its pings are answered."""
    monkeypatch.setattr(clients, "BRIEFLY_S", 0.01)

    async def act(bed: Bed) -> None:
        bed.add(*files(1, 30))
        session, link = bed.join()
        link.frames.clear()
        with busy_reader(bed):
            await asyncio.wait_for(bed.subscribe(session, mode=mode, epoch=bed.live.epoch, seq=2), 5)
        await eventually(lambda: session.following and not bed.clients._catching_up)
        assert "health" in kinds(link.messages)
        assert told(link)[-1] == ("update", "30.jpg")

    run(tmp_path, act)


def _without_catalog(bed: Bed, tmp_path: Path) -> Path:
    """The clients' log cannot be read until there is a copy of it under the path that is returned."""
    elsewhere = tmp_path / "elsewhere.db"
    reads = Reads(elsewhere, bed.reader.epoch)
    bed.clients = Clients(bed.lookup, reads, "node", bed.deliveries.pushed, bed.log, bed.figures)
    return elsewhere


def test_a_catalog_that_fails_while_somebody_catches_up_is_asked_again(tmp_path: Path) -> None:
    """Nothing is left out; the log says so once, however many wait."""

    async def act(bed: Bed) -> None:
        elsewhere = _without_catalog(bed, tmp_path)
        bed.add(*files(1, 30))
        waiting = [bed.join() for _ in range(3)]
        asked = [
            asyncio.ensure_future(bed.subscribe(session, mode="every", epoch=bed.live.epoch, seq=2))
            for session, _ in waiting
        ]
        await eventually(lambda: "catalog cannot be read" in bed.out.getvalue())
        await asyncio.sleep(0.1)
        bed.reader._db.execute("PRAGMA wal_checkpoint")
        shutil.copy(bed.settings.catalog_path, elsewhere)
        shutil.copy(bed.settings.catalog_path.with_name("catalog.db-wal"), elsewhere.with_name("elsewhere.db-wal"))
        await asyncio.wait(asked)
        for session, link in waiting:
            await eventually(lambda session=session: session.following)
            assert told(link) == [("update", name) for name in files(3, 30)]
        assert len(bed.out.getvalue().splitlines()) == 1
        bed.clients._reads.close()

    run(tmp_path, act)


def test_in_mode_latest_a_catalog_that_fails_costs_the_count_alone(tmp_path: Path) -> None:
    """What is newest is in memory."""

    async def act(bed: Bed) -> None:
        _without_catalog(bed, tmp_path)
        bed.add(*files(1, 30))
        session, link = bed.join()
        link.frames.clear()
        await bed.subscribe(session, epoch=bed.live.epoch, seq=2)
        messages = link.taken()
        assert kinds(messages) == ["subscribed", "current_images", "health"]
        assert messages[1]["data"]["original"]["filename"] == "30.jpg"
        bed.add("31.jpg")
        assert told(link) == [("update", "31.jpg")]
        bed.clients._reads.close()

    run(tmp_path, act)


class _Unreadable:
    """Stands for a catalog that cannot be read at the moment."""

    def __getattr__(self, _: str) -> Any:
        def fail(*_: Any, **__: Any) -> None:
            raise CatalogError("disk I/O error")

        return fail


def test_whether_the_log_is_trimmed_may_wait_for_the_catalog(tmp_path: Path) -> None:
    """A client that comes back while it cannot be read is not sent away."""

    async def act(bed: Bed) -> None:
        bed.add(*files(1, 30))
        bed.lookup._catalog = _Unreadable()  # type: ignore[assignment]
        session, link = await comes_back(bed, 2)
        await eventually(lambda: session.following)
        assert told(link) == [("update", name) for name in files(3, 30)]
        assert "disk I/O error" in bed.out.getvalue()

    run(tmp_path, act)


def _picture(image: Image | None) -> bytes:
    assert image is not None
    return binary_frame(f"preview of {image.filename}".encode())


def test_what_a_client_shows_is_by_arrival(tmp_path: Path) -> None:
    """Not by seq: neither a new version of an old image nor an old import takes the newest one's place."""

    async def act(bed: Bed) -> None:
        bed.record("new.jpg", imported=True, captured_at_ms=2000, coil="2", kind="labeled")
        bed.record("old.jpg", imported=True, captured_at_ms=1000, coil="1", kind="labeled")
        bed.add("a.jpg", coil="1")
        bed.add("b.jpg", coil="2")
        bed.add("a.jpg", coil="1", content=2)
        bed.start()
        session, link = bed.join()
        await bed.subscribe(session, previews=True)
        link.frames.clear()
        for name, kind in [
            ("a.jpg", "original"),
            ("b.jpg", "original"),
            ("old.jpg", "labeled"),
            ("new.jpg", "labeled"),
        ]:
            image = bed.reader.find("main", kind, name)
            assert image is not None
            bed.clients.preview(image, _picture(image))
        pictures = [frame.data for frame in frames_in(b"".join(link.frames))]
        assert pictures == [b"preview of b.jpg", b"preview of new.jpg"]
        link.frames.clear()
        link.busy = True
        bed.remove("new.jpg", kind="labeled")
        bed.free(session)
        assert told(link) == [("removed", "new.jpg")]

    run(tmp_path, act)


def test_what_retention_deletes_is_told_to_who_wants_everything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a million old images that go concern no screen: but one that looks at their coil, and a recorder."""
    monkeypatch.setattr(writer, "RECENT", 3)

    async def act(bed: Bed) -> None:
        bed.add(*files(1, 9), coil="7")
        bed.start()
        clients = {}
        for name, wish in [("latest", {}), ("coil", {"coil_number": "7"}), ("every", {"mode": "every"})]:
            session, clients[name] = bed.join()
            await bed.subscribe(session, **wish)
        _, clients["bare"] = bed.join()
        for link in clients.values():
            link.frames.clear()
        version = bed.live.version
        bed.remove("1.jpg")
        bed.remove("2.jpg")
        assert bed.live.version == version
        bed.remove("7.jpg")
        assert told(clients["latest"]) == [("removed", "7.jpg")]
        assert told(clients["coil"]) == told(clients["every"]) == [("removed", f"{number}.jpg") for number in (1, 2, 7)]
        assert told(clients["bare"]) == []
        away, link = bed.join()
        await bed.subscribe(away, epoch=bed.live.epoch, seq=9)
        await eventually(lambda: not away._is_paused)
        assert told(link) == [("removed", "7.jpg")]

    run(tmp_path, act)


def test_previews_are_for_those_who_asked_and_whose_filter_matches(tmp_path: Path) -> None:
    """Whether anybody did is known, so that none is read for nobody."""

    async def act(bed: Bed) -> None:
        bed.add("a.jpg", coil="1")
        sessions = [bed.join() for _ in range(4)]
        asked = [bed.clients.want_previews]
        await bed.subscribe(sessions[1][0])
        await bed.subscribe(sessions[2][0], previews=True)
        await bed.subscribe(sessions[3][0], previews=True, coil_number="7")
        assert [*asked, bed.clients.want_previews] == [False, True]
        for _, link in sessions:
            link.frames.clear()
        image = bed.live.newest_image(1)
        assert image is not None
        bed.clients.preview(image, _picture(image))
        assert [len(link.frames) for _, link in sessions] == [0, 0, 1, 0]

    run(tmp_path, act)


def test_what_another_catalogs_seq_means_is_nothing_here(tmp_path: Path) -> None:
    """A client with a large seq of another epoch is not taken for one that knows these images."""

    async def act(bed: Bed) -> None:
        session, link = bed.join()
        await bed.subscribe(session, epoch="other", seq=5000)
        link.frames.clear()
        link.busy = True
        bed.add("a.jpg")
        bed.remove("a.jpg")
        bed.free(session)
        assert told(link) == []
        bed.add("b.jpg")
        assert told(link) == [("update", "b.jpg")]

    run(tmp_path, act)


def test_health_is_told_when_it_is_news(tmp_path: Path) -> None:
    """To those who subscribed."""

    async def act(bed: Bed) -> None:
        _, bare = bed.join()
        session, link = bed.join()
        await bed.subscribe(session)
        bare.frames.clear()
        link.frames.clear()
        for reason in ("one", "one", "two"):
            bed.clients.health(HealthData("down", reason, {}))
        assert [message["data"]["reason"] for message in link.taken()] == ["one", "two"]
        assert bare.frames == []

    run(tmp_path, act)


def test_a_ping_is_answered_with_its_id(tmp_path: Path) -> None:
    """Whatever it is; also for a bare client."""

    async def act(bed: Bed) -> None:
        session, link = bed.join()
        link.frames.clear()
        for number in (7, 0.5, "a", None, 1 << 70):
            bed.clients.pong(session, number)
        assert [message["id"] for message in link.taken("pong")] == [7, 0.5, "a", None, 1 << 70]

    run(tmp_path, act)


@ByMode
def test_a_pong_says_up_to_where_the_client_knows_all(tmp_path: Path, mode: Mode) -> None:
    """However little its filter lets through; nothing while it is behind, and nothing to a bare client."""

    async def act(bed: Bed) -> None:
        def pong() -> int | None:
            bed.clients.pong(session, 1)
            link.busy = False
            bed.clients.drained(session)
            (answer,) = link.taken("pong")
            return answer.get("seq")

        session, link = bed.join()
        assert pong() is None
        await bed.subscribe(session, mode=mode, coil_number="7")
        for name in files(1, 20):
            bed.add(name, coil="8")
        assert pong() == 20
        link.busy = True
        bed.add("21.jpg", coil="7")
        assert pong() is None
        await eventually(lambda: session.is_up_to(21))
        assert pong() == 21

    run(tmp_path, act)


def test_a_crowd_shares_its_snapshots(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As long as they are of now; something new, or a moment, makes another one."""

    async def act(bed: Bed) -> None:
        bed.add("a.jpg")
        first, second = bed.join()[1], bed.join()[1]
        assert first.frames[0] is second.frames[0]
        bed.add("b.jpg")
        third = bed.join()[1]
        assert third.messages[0]["data"]["original"]["filename"] == "b.jpg"
        monkeypatch.setattr(snapshots, "now_ms", lambda: 10**15)
        assert bed.join()[1].messages[0]["timestamp"] == 10**15

    run(tmp_path, act)


def test_few_snapshots_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many coils are asked for."""
    monkeypatch.setattr(snapshots, "KEPT", 3)

    async def act(bed: Bed) -> None:
        session, _ = bed.join()
        for number in range(20):
            await bed.subscribe(session, coil_number=str(number))
            assert len(bed.clients._snapshots._kept) <= 3

    run(tmp_path, act)


def test_an_image_counts_as_pushed_when_the_first_client_gets_it(tmp_path: Path) -> None:
    """Not when nobody is there, wants it or has time for it; a removal and a revision are no image."""

    async def act(bed: Bed) -> None:
        bed.add("a.jpg")
        assert bed.deliveries.find(1) is None
        session, link = bed.join()
        await bed.subscribe(session, coil_number="7")
        bed.add("b.jpg", coil="8")
        assert bed.deliveries.find(2) is None
        bed.add("c.jpg", coil="7")
        pushed = bed.deliveries.find(3)
        assert pushed is not None
        assert pushed.pushed_at_ms == link.messages[-1]["timestamp"]
        link.busy = True
        bed.add("d.jpg", "e.jpg", coil="7")
        assert bed.deliveries.find(5) is None
        bed.free(session)
        assert bed.deliveries.find(4) is None, "it was skipped"
        late = bed.deliveries.find(5)
        assert late is not None
        assert late.pushed_at_ms >= pushed.pushed_at_ms
        bed.remove("e.jpg")
        assert bed.deliveries.find(6) is None
        bed.join()
        bed.add("f.jpg", coil="8")
        assert bed.deliveries.find(7) is not None, "a bare client wants everything"

    run(tmp_path, act)
