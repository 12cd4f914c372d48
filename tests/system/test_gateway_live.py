"""What WebSocket clients are told: those of the replaced service, those that subscribe, those that were away."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from services.shared.messages import Health, PreviewReady, ServiceHealth
from services.shared.previews import preview_path, previews_folder
from tests.support.pictures import jpeg, name_of, real
from tests.support.wait import until
from tests.system.conftest import MakeGateway, MakeWatcher
from tests.system.support.gateway import Gateway
from tests.system.support.watcher import Watcher

A, B, C = name_of(1), name_of(2), name_of(3)

LEGACY_FIELDS = ["filename", "url", "timestamp", "type", "coil_number", "size", "created_at"]


@pytest.mark.parametrize("path", ["/", "/ws"])
def test_a_client_of_the_replaced_service_works_unchanged(watcher: Watcher, gateway: Gateway, path: str) -> None:
    """It gets `current_images` once, then an `image_update` for each image, with the fields that it knows first."""
    (watcher.original / A).write_bytes(real("JPEG"))
    watcher.tells(("new", A))
    with gateway.client(path) as client:
        first = client.next()
        assert list(first) == ["type", "data", "timestamp"]
        assert (first["type"], list(first["data"])) == ("current_images", ["original", "original_2891"])
        (watcher.original / B).write_bytes(real("JPEG"))
        update = client.next()
        assert list(update) == ["type", "data", "timestamp"]
        assert list(update["data"])[: len(LEGACY_FIELDS)] == LEGACY_FIELDS
        image = update["data"]
        assert (update["type"], image["filename"], image["url"]) == ("image_update", B, f"/image/original/{B}")
        assert (image["type"], image["coil_number"], image["size"]) == ("original", "2891", len(real("JPEG")))
        assert (image["timestamp"], image["created_at"]) == (1767193202000, "2025-12-31T15:00:02.000Z")
        assert abs(update["timestamp"] - time.time() * 1000) < 10_000
        (watcher.original / A).unlink()
        watcher.say(Health(status="degraded", reason="told", services={}, at_ms=1))
        (watcher.original / C).write_bytes(real("JPEG"))
        assert client.next()["data"]["filename"] == C, "nothing else is said to a client that has not subscribed"
    gateway.says(f"image broadcast: {C} (1 clients)")


def test_the_log_has_the_replaced_services_korean(watcher: Watcher, make_gateway: MakeGateway) -> None:
    """What is grepped for is still found."""
    gateway = make_gateway(COILCAST_NODE_LANGUAGE="ko")
    (watcher.original / A).write_bytes(jpeg())
    gateway.says(f"[Image Receiver] 이미지 브로드캐스트: {A} (0개 클라이언트)")


def test_subscribing_tells_where_the_log_is_what_there_is_and_how_the_node_is(
    watcher: Watcher, gateway: Gateway
) -> None:
    """In this order, and from then on changes of the health too."""
    (watcher.original / A).write_bytes(jpeg())
    watcher.tells(("new", A))
    with gateway.client() as client:
        client.next("current_images")
        answer = client.subscribe()
        assert (answer["epoch"], answer["seq"], answer["mode"]) == (watcher.reader.epoch, 1, "latest")
        assert client.next()["type"] == "current_images"
        assert client.next()["type"] == "health"
        watcher.say(
            Health(
                status="degraded",
                reason="thumbnailer-0 hangs",
                services={"thumbnailer-0": ServiceHealth(state="hung")},
                at_ms=1,
            )
        )
        health = client.next("health")["data"]
        while health["reason"] != "thumbnailer-0 hangs":
            health = client.next("health")["data"]
        assert health == {
            "status": "degraded",
            "reason": "thumbnailer-0 hangs",
            "services": {"thumbnailer-0": "hung"},
        }


def test_a_filter_lets_through_what_was_asked_for(watcher: Watcher, gateway: Gateway) -> None:
    """By kind, by coil, by camera; asked again, it is replaced."""
    camera = watcher.base / "camera2" / "original"
    camera.mkdir(parents=True)
    watcher.says("camera2/original")
    with gateway.client() as client:
        client.subscribe(imageType="labeled", coilNumber="7")
        (watcher.labeled / name_of(1, "labeled", coil="8")).write_bytes(jpeg("8"))
        (watcher.original / name_of(1, coil="7")).write_bytes(jpeg("7"))
        (camera / name_of(4, coil="7")).write_bytes(jpeg("c"))
        (watcher.labeled / name_of(2, "labeled", coil="7")).write_bytes(jpeg("77"))
        assert client.names(1) == [name_of(2, "labeled", coil="7")]
        client.subscribe(camera="camera2")
        assert list(client.next("current_images")["data"]) == ["original", "original_7"]
        (watcher.original / name_of(5)).write_bytes(jpeg("5"))
        (camera / name_of(6)).write_bytes(jpeg("6"))
        update = client.next("image_update")["data"]
        assert (update["camera"], update["url"]) == ("camera2", f"/image/camera2/original/{name_of(6)}")


def test_a_changed_and_a_removed_image_are_told(watcher: Watcher, gateway: Gateway) -> None:
    """A new version has a new address; of what went the client hears which version it was."""
    (watcher.original / A).write_bytes(jpeg("one"))
    watcher.tells(("new", A))
    with gateway.client() as client:
        client.subscribe()
        (watcher.original / A).write_bytes(jpeg("two"))
        assert client.next("image_update")["data"]["url"] == f"/image/original/{A}?v=2"
        (watcher.original / A).unlink()
        removed = client.next("image_removed")
        assert removed["data"] == {"camera": "main", "type": "original", "filename": A, "seq": 3, "image_seq": 2}
        assert removed["epoch"] == watcher.reader.epoch


def test_an_old_image_that_is_overwritten_is_not_shown_as_new(watcher: Watcher, gateway: Gateway) -> None:
    """Whoever shows the newest goes on showing it."""
    for number in (1, 2):
        (watcher.original / name_of(number)).write_bytes(jpeg(str(number)))
    watcher.tells(("new", A), ("new", B))
    with gateway.client() as client:
        client.subscribe()
        client.next("health")
        (watcher.original / A).write_bytes(jpeg("again"))
        (watcher.original / C).write_bytes(jpeg("3"))
        assert client.names(1) == [C]
        assert gateway.get("/api/images/current").json["image"]["filename"] == C


def test_who_was_away_misses_nothing_in_mode_every(watcher: Watcher, gateway: Gateway) -> None:
    """Everything after its seq, in order, then what happens from now on."""
    with gateway.client() as client:
        epoch = client.subscribe(mode="every")["epoch"]
        (watcher.original / A).write_bytes(jpeg("a"))
        seq = client.next("image_update")["data"]["seq"]
    for number in range(10, 30):
        (watcher.original / name_of(number)).write_bytes(jpeg(str(number)))
    until(lambda: watcher.reader.head() == 21, what="21 events")
    (watcher.original / name_of(10)).unlink()
    until(lambda: watcher.reader.head() == 22, what="22 events")
    with gateway.client() as client:
        client.subscribe(mode="every", epoch=epoch, seq=seq)
        assert client.names(20) == [name_of(number) for number in range(10, 30)]
        assert client.next("image_removed")["data"]["filename"] == name_of(10)
        (watcher.original / name_of(40)).write_bytes(jpeg("40"))
        assert client.names(1) == [name_of(40)]
        assert all(message["type"] != "reset" for message in client.messages)


def test_who_was_away_is_at_the_newest_at_once_in_mode_latest(watcher: Watcher, gateway: Gateway) -> None:
    """One image of each folder, with how many it skipped."""
    with gateway.client() as client:
        epoch = client.subscribe()["epoch"]
        (watcher.original / A).write_bytes(jpeg("a"))
        seq = client.next("image_update")["data"]["seq"]
    for number in range(10, 15):
        (watcher.original / name_of(number)).write_bytes(jpeg(str(number)))
    (watcher.labeled / name_of(10, "labeled")).write_bytes(jpeg("l"))
    until(lambda: watcher.reader.head() == 7, what="7 events")
    with gateway.client() as client:
        client.subscribe(epoch=epoch, seq=seq)
        updates = [client.next("image_update") for _ in range(2)]
        told = {update["data"]["type"]: (update["data"]["filename"], update["skipped"]) for update in updates}
        assert told == {"original": (name_of(14), 4), "labeled": (name_of(10, "labeled"), 0)}
        assert [message for message in client.settled() if message["type"] == "image_update"] == []


@pytest.mark.parametrize(("epoch", "seq", "reason"), [("another", 1, "epoch"), (None, 99, "ahead")])
def test_who_cannot_resume_is_told_why_and_gets_what_there_is(
    watcher: Watcher, gateway: Gateway, epoch: str | None, seq: int, reason: str
) -> None:
    """Never a silent gap."""
    (watcher.original / A).write_bytes(jpeg())
    watcher.tells(("new", A))
    with gateway.client() as client:
        client.subscribe(mode="every", epoch=epoch or watcher.reader.epoch, seq=seq)
        reset = client.next()
        assert (reset["type"], reset["reason"], reset["seq"]) == ("reset", reason, 1)
        assert client.next()["data"]["original"]["filename"] == A


def test_a_seq_that_has_left_the_log_is_a_reset(make_watcher: MakeWatcher) -> None:
    """The log is bounded, and who comes later than that is told so."""
    watcher = make_watcher(COILCAST_CATALOG_LOG_KEEP_EVENTS="1000")
    watcher.make_folders()
    watcher.start()
    gateway = Gateway(watcher)
    try:
        gateway.start()
        with gateway.client() as client:
            epoch = client.subscribe()["epoch"]
        for number in range(1100):
            (watcher.original / name_of(number)).write_bytes(jpeg(str(number), 400))
        until(lambda: watcher.reader.head() == 1100 and watcher.reader.trimmed() == 100, 20, "a trimmed log")
        with gateway.client() as client:
            client.subscribe(mode="every", epoch=epoch, seq=50)
            assert client.next()["reason"] == "trimmed"
            client.subscribe(mode="every", epoch=epoch, seq=100)
            assert client.names(1000) == [name_of(number) for number in range(100, 1100)]
    finally:
        gateway.close()


def test_the_preview_of_what_is_shown_is_pushed(watcher: Watcher, gateway: Gateway) -> None:
    """A binary frame with the image's id in front, to who asked for previews and shows this image; no other."""
    folder = previews_folder(watcher.state / "previews", watcher.reader.epoch)
    screen = real("JPEG", 96, 80)
    with gateway.client() as client, gateway.client() as other:
        client.subscribe(previews=True, imageType="original")
        other.subscribe()
        (watcher.original / A).write_bytes(jpeg())
        seq = client.next("image_update")["data"]["seq"]
        path = preview_path(folder, seq, "screen")
        path.parent.mkdir(parents=True)
        path.write_bytes(screen)
        watcher.say(PreviewReady(epoch="another", seq=seq, size="screen"))
        watcher.say(PreviewReady(epoch=watcher.reader.epoch, seq=seq + 5, size="screen"))
        watcher.say(PreviewReady(epoch=watcher.reader.epoch, seq=seq, size="screen"))
        header, data = client.frame()
        assert data == screen
        assert (header["type"], header["seq"], header["epoch"]) == ("preview", seq, watcher.reader.epoch)
        assert (header["size"], header["width"], header["height"]) == ("screen", 96, 80)
        other.settled()
        assert other.frames == []


def test_a_ping_is_answered_with_the_servers_clock(gateway: Gateway) -> None:
    """So that a client can tell the age of an image by it."""
    with gateway.client() as client:
        client.send({"type": "ping", "id": 3})
        pong = client.next("pong")
        assert pong["id"] == 3
        assert abs(pong["timestamp"] - time.time() * 1000) < 5000


def test_what_is_not_understood_is_ignored(gateway: Gateway) -> None:
    """The connection goes on."""
    with gateway.client() as client:
        client.next("current_images")
        for nonsense in (
            "",
            "{",
            "null",
            "[]",
            '{"type":"toString"}',
            '{"type":"subscribe","mode":7}',
            "\0",
            "[" * 5000,
        ):
            client.send(nonsense)
        client.send(b"\xff\xfe")
        assert client.settled() == []


def test_a_client_that_sends_far_too_much_is_closed(gateway: Gateway) -> None:
    """Clients only ever ask: 1009, message too big."""
    with gateway.client() as client:
        client.send("x" * (1 << 20))
        assert client.close_code() == 1009


def test_a_page_from_elsewhere_may_connect_only_when_it_is_listed(watcher: Watcher, make_gateway: MakeGateway) -> None:
    """403 before the upgrade; pages of the gateway's own address and listed ones are let in."""
    gateway = make_gateway(COILCAST_GATEWAY_ALLOWED_ORIGINS="https://panel.example")
    for origin in (f"http://127.0.0.1:{gateway.port}", "https://panel.example"):
        with gateway.client(origin=origin) as client:
            client.next("current_images")
    for origin in ("https://evil.example", "null", f"http://127.0.0.1:{gateway.port}.evil.example"):
        with pytest.raises(InvalidStatus) as refused, gateway.client(origin=origin):
            pass
        assert refused.value.response.status_code == 403
    gateway.says("refused a connection from https://evil.example")


def test_a_client_that_does_not_read_costs_the_others_nothing(watcher: Watcher, make_gateway: MakeGateway) -> None:
    """It is closed after two pings; the rest hears everything; memory does not grow with what it did not read."""
    gateway = make_gateway(WS_PING_INTERVAL="1000")
    folder = previews_folder(watcher.state / "previews", watcher.reader.epoch)
    with gateway.client() as reader, gateway.client(max_queue=1, close_timeout=0.1) as stuck:
        reader.subscribe()
        stuck.subscribe(previews=True)
        began_bytes = _resident_bytes(gateway.process.pid)
        for number in range(40):
            name = name_of(number)
            (watcher.original / name).write_bytes(jpeg(str(number)))
            seq = reader.next("image_update")["data"]["seq"]
            path = preview_path(folder, seq, "screen")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(real("JPEG", 64, 64) + bytes(1_000_000))
            watcher.say(PreviewReady(epoch=watcher.reader.epoch, seq=seq, size="screen"))
        assert _resident_bytes(gateway.process.pid) - began_bytes < 30_000_000
        until(lambda: _clients(watcher) == 1, 15, "the stuck client is gone")
        (watcher.original / name_of(100)).write_bytes(jpeg("100"))
        assert reader.names(1) == [name_of(100)]


def test_a_slow_client_skips_ahead_and_is_told_how_many(watcher: Watcher, gateway: Gateway) -> None:
    """What it gets when it reads again is the newest, never what it was too slow for."""
    folder = previews_folder(watcher.state / "previews", watcher.reader.epoch)
    with gateway.client() as quick, gateway.client(max_queue=1) as slow:
        quick.subscribe()
        slow.subscribe(previews=True)
        for number in range(60):
            (watcher.original / name_of(number)).write_bytes(jpeg(str(number)))
            seq = quick.next("image_update")["data"]["seq"]
            path = preview_path(folder, seq, "screen")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(real("JPEG", 64, 64) + bytes(1_000_000))
            watcher.say(PreviewReady(epoch=watcher.reader.epoch, seq=seq, size="screen"))
        names: list[str] = []
        skipped = 0
        while not names or names[-1] != name_of(59):
            update = slow.next("image_update")
            names.append(update["data"]["filename"])
            skipped += update["skipped"]
        assert names == sorted(names)
        assert skipped > 0
        assert len(names) + skipped == 60


def test_two_gateways_share_the_port_and_one_may_die(watcher: Watcher, make_gateway: MakeGateway) -> None:
    """Clients of the other notice nothing; whoever was thrown out comes back on it and has missed nothing."""
    first = make_gateway()
    second = make_gateway(instance=1, port=first.port)
    with contextlib.ExitStack() as stack:
        clients = [stack.enter_context(first.client()) for _ in range(24)]
        epochs = {client.subscribe(mode="every")["epoch"] for client in clients}
        first.kill()
        (watcher.original / A).write_bytes(jpeg())
        heard = 0
        for client in clients:
            try:
                heard += client.names(1) == [A]
            except ConnectionClosed:
                with second.client() as back:
                    back.subscribe(mode="every", epoch=next(iter(epochs)), seq=0)
                    assert back.names(1) == [A]
        assert 0 < heard < 24


def test_whoever_asks_while_gateways_take_turns_is_answered(watcher: Watcher, make_gateway: MakeGateway) -> None:
    """One ends as the other begins, again and again: no request is refused, cut off or answered with an error."""
    gateways = [make_gateway()]
    gateways.append(make_gateway(instance=1, port=gateways[0].port, started=False))
    over = threading.Event()
    failures: list[str] = []
    answered = [0] * 4

    def ask(which: int) -> None:
        while not over.is_set():
            try:
                status = gateways[0].get("/api/coils").status
                answered[which] += 1
            except OSError as error:
                failures.append(repr(error))
                continue
            if status != 200:
                failures.append(str(status))

    threads = [threading.Thread(target=ask, args=(which,)) for which in range(len(answered))]
    for thread in threads:
        thread.start()
    try:
        for turn in range(8):
            gateways[(turn + 1) % 2].start()
            gateways[turn % 2].stop()
    finally:
        over.set()
        for thread in threads:
            thread.join()
    assert failures == []
    assert min(answered) > 8


def test_a_gateway_that_ends_says_so_and_is_gone_at_once(watcher: Watcher, gateway: Gateway) -> None:
    """1012: come back; the process is over well within a second."""
    with gateway.client() as client:
        client.next("current_images")
        began_s = time.monotonic()
        gateway.process.terminate()
        assert client.close_code() == 1012
    assert gateway.process.wait(5) == 0
    assert time.monotonic() - began_s < 2.0


def test_a_gateway_waits_for_the_catalog(make_watcher: MakeWatcher) -> None:
    """Started before the watcher ever was, it gets ready when there is something to show."""
    watcher = make_watcher()
    watcher.make_folders()
    (watcher.original / A).write_bytes(jpeg())
    gateway = Gateway(watcher)
    try:
        gateway.begin()
        gateway.says("waiting for the catalog")
        watcher.start()
        gateway.says("] ready")
        assert gateway.get("/api/images/current").json["image"]["filename"] == A
    finally:
        gateway.close()


def test_a_catalog_that_was_made_anew_starts_the_gateway_over(watcher: Watcher, gateway: Gateway) -> None:
    """Exit code 75, on which the monitor starts it again."""
    watcher.stop()
    for path in watcher.state.glob("catalog.db*"):
        path.unlink()
    watcher.start()
    assert gateway.process.wait(10) == 75


def test_what_the_bus_lost_is_read_from_the_catalog(watcher: Watcher, gateway: Gateway) -> None:
    """A gateway that stood still while more came than the bus holds tells everything, in order."""
    with gateway.client() as client:
        client.subscribe(mode="every")
        client.next("health")
        os.kill(gateway.process.pid, signal.SIGSTOP)
        names = [name_of(number) for number in range(3000)]
        for name in names:
            (watcher.original / name).write_bytes(jpeg(name, 300))
        until(lambda: watcher.reader.head() == len(names), 30, "all are catalogued")
        os.kill(gateway.process.pid, signal.SIGCONT)
        assert client.names(len(names)) == names


def test_a_crowd_that_comes_back_is_served(watcher: Watcher, gateway: Gateway) -> None:
    """A hundred clients that connect at once all hear of the next image."""
    with contextlib.ExitStack() as stack:
        clients = [stack.enter_context(gateway.client()) for _ in range(100)]
        threads = [threading.Thread(target=client.subscribe) for client in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        (watcher.original / A).write_bytes(jpeg())
        assert [client.names(1) for client in clients] == [[A]] * 100
    gateway.says(f"image broadcast: {A} (100 clients)")


def _clients(watcher: Watcher) -> int:
    """How many the gateway says it has."""
    beats = [hint for hint in watcher.heard() if getattr(hint, "name", "") == "gateway-0"]
    return int(beats[-1].detail.get("clients", -1)) if beats else -1  # type: ignore[union-attr]


def _resident_bytes(pid: int) -> int:
    fields = Path(f"/proc/{pid}/statm").read_text("ascii").split()
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE")
