"""What HTTP clients get: images and previews, the newest, history, the node; and what they cannot get."""

from __future__ import annotations

import http.client
import signal
import socket
import threading
import time
from pathlib import Path

import pytest

from services.shared.messages import PreviewReady, PreviewWanted
from services.shared.previews import poison_path, preview_path, previews_folder
from tests.support.pictures import jpeg, name_of, real
from tests.support.wait import until
from tests.system.conftest import MakeGateway, MakeWatcher
from tests.system.support.gateway import Gateway
from tests.system.support.watcher import Watcher

A, B, C = name_of(1), name_of(2), name_of(3)

HOSTILE = [
    "/image/original/../../state/catalog.db",
    "/image/original/..%2f..%2fstate%2fcatalog.db",
    "/image/original/%2e%2e/%2e%2e/state/catalog.db",
    "/image/original/%252e%252e%252fcatalog.db",
    "/image/original/..%5c..%5ccatalog.db",
    "/image/..%2foriginal/x.jpg",
    "/image/original/%00.jpg",
    "/image/original/x%00.jpg",
    "/image/original/%ff%fe.jpg",
    "/image/original/%ed%a0%80.jpg",
    "/image/original//etc/passwd",
    "/image//etc/passwd",
    "/../services/gateway/__init__.py",
    "/assets/..%2f..%2f__init__.py",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/image/original/" + "a" * 5000,
    "/preview/1%2f..%2f2",
    "/preview/99999999999999999999",
]


def test_an_image_is_served_as_it_is(watcher: Watcher, gateway: Gateway) -> None:
    """Its bytes, its type, its version as ETag; the headers alone for HEAD; nothing for who has it."""
    data = real("JPEG", 640, 480)
    (watcher.original / A).write_bytes(data)
    watcher.tells(("new", A))
    answer = gateway.get(f"/image/original/{A}")
    assert (answer.status, answer.body) == (200, data)
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors" in answer.headers["Content-Security-Policy"]
    etag = answer.headers["ETag"]
    assert etag == f'"{watcher.reader.epoch}-1"'
    head = gateway.get(f"/image/original/{A}", "HEAD")
    assert (head.status, head.body, head.headers["Content-Length"]) == (200, b"", str(len(data)))
    assert gateway.get(f"/image/original/{A}", If_None_Match=etag).status == 304
    assert gateway.get(f"/image/original/{A}?v=1").headers["Cache-Control"].endswith("immutable")


def test_a_part_of_an_image_can_be_had(watcher: Watcher, gateway: Gateway) -> None:
    """From the front, from the end, in the middle; what is beyond the end is 416."""
    data = real("JPEG", 320, 240)
    (watcher.original / A).write_bytes(data)
    watcher.tells(("new", A))
    for wanted, expected in [
        ("bytes=0-9", data[:10]),
        ("bytes=10-", data[10:]),
        ("bytes=-5", data[-5:]),
        ("bytes=5-99999999", data[5:]),
    ]:
        answer = gateway.get(f"/image/original/{A}", Range=wanted)
        assert (answer.status, answer.body) == (206, expected)
    assert gateway.get(f"/image/original/{A}", Range=f"bytes={len(data)}-").status == 416
    assert gateway.get(f"/image/original/{A}", Range="bytes=0-4", If_Range='"old"').body == data


def test_an_address_means_one_version_for_ever(watcher: Watcher, gateway: Gateway) -> None:
    """After an overwrite the old address is gone, never another image; the new one names its version."""
    (watcher.original / A).write_bytes(jpeg("one"))
    watcher.tells(("new", A))
    (watcher.original / A).write_bytes(jpeg("two"))
    watcher.tells(("new", A), ("changed", A))
    assert gateway.get(f"/image/original/{A}").status == 404
    assert gateway.get(f"/image/original/{A}?v=1").status == 404
    assert gateway.get(f"/image/original/{A}?v=2").body == jpeg("two")
    (watcher.original / A).unlink()
    watcher.tells(("new", A), ("changed", A), ("removed", A))
    until(lambda: gateway.get(f"/image/original/{A}?v=2").status == 404, what="the image is gone")


def test_odd_names_are_found_under_the_address_that_was_told(watcher: Watcher, gateway: Gateway) -> None:
    """Spaces, percent signs, Korean, quotes, markup, line ends, 255 bytes."""
    names = [
        "a b.jpg",
        "50%25.jpg",
        "결함 영상.jpg",
        "q\"'?#&.jpg",
        "<img src=x>.jpg",
        "new\nline.jpg",
        "x" * 251 + ".jpg",
    ]
    for name in names:
        (watcher.original / name).write_bytes(jpeg(name))
    until(lambda: watcher.reader.head() == len(names), what="all are taken")
    images = gateway.get("/api/images").json["images"]
    assert sorted(image["filename"] for image in images) == sorted(names)
    for image in images:
        assert gateway.get(image["url"]).body == jpeg(image["filename"])


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "BMP"])
def test_other_formats_have_their_type(watcher: Watcher, gateway: Gateway, kind: str) -> None:
    """By what is in them."""
    name = f"20260101000001_2891_original.{kind.lower()}"
    (watcher.original / name).write_bytes(real(kind))
    watcher.tells(("new", name))
    answer = gateway.get(f"/image/original/{name}")
    assert (answer.headers["Content-Type"], answer.body) == (f"image/{kind.lower()}", real(kind))


def test_nothing_outside_of_the_catalog_can_be_named(watcher: Watcher, gateway: Gateway) -> None:
    """404 or 400 as a problem document, whatever the encoding, and nothing in the log but what was asked for."""
    (watcher.original / A).write_bytes(jpeg())
    watcher.tells(("new", A))
    for path in HOSTILE:
        answer = gateway.get(path)
        assert answer.status in (400, 404), (path, answer)
        assert answer.headers["Content-Type"] == "application/problem+json", (path, answer)
        assert b"root:" not in answer.body
    assert "Traceback" not in gateway.text()


def test_a_rejected_file_cannot_be_had(watcher: Watcher, gateway: Gateway, tmp_path: Path) -> None:
    """What is no image, and a link that leaves the folder."""
    secret = tmp_path / "secret.jpg"
    secret.write_bytes(jpeg("secret"))
    (watcher.original / "link.jpg").symlink_to(secret)
    (watcher.original / "page.jpg").write_bytes(b"<html>")
    until(lambda: len(watcher.rejects()) == 2, what="two rejects")
    assert gateway.get("/image/original/link.jpg").status == 404
    assert gateway.get("/image/original/page.jpg").status == 404


def test_a_file_that_changed_behind_the_catalogs_back_is_not_served_as_the_old_one(
    watcher: Watcher, gateway: Gateway
) -> None:
    """While the watcher stands still: 404, never another picture under this address."""
    (watcher.original / A).write_bytes(jpeg("one"))
    watcher.tells(("new", A))
    watcher.send(signal.SIGSTOP)
    (watcher.original / A).write_bytes(jpeg("another", 2000))
    assert gateway.get(f"/image/original/{A}").status == 404
    (watcher.original / A).unlink()
    assert gateway.get(f"/image/original/{A}").status == 404


def test_the_newest_image_and_the_next_one(watcher: Watcher, gateway: Gateway) -> None:
    """With `after` the answer waits for it, and comes with it; 204 when none comes in time."""
    (watcher.original / A).write_bytes(jpeg())
    watcher.tells(("new", A))
    newest = gateway.get("/api/images/current").json
    assert (newest["image"]["filename"], newest["isDemo"], newest["seq"]) == (A, False, 1)
    assert newest["epoch"] == watcher.reader.epoch
    assert gateway.get("/api/images/current?after=0").json["image"]["filename"] == A
    answers: list[tuple[float, str]] = []

    def wait() -> None:
        answer = gateway.get("/api/images/current?type=original&after=1&wait=20").json
        answers.append((time.monotonic(), answer["image"]["filename"]))

    thread = threading.Thread(target=wait)
    thread.start()
    until(lambda: _long_polls(watcher) == 1, what="somebody waits")
    (watcher.labeled / name_of(2, "labeled")).write_bytes(jpeg())
    (watcher.original / C).write_bytes(jpeg("c"))
    written_s = time.monotonic()
    thread.join(10)
    assert answers[0][1] == C
    assert answers[0][0] - written_s < 1.0
    began_s = time.monotonic()
    assert gateway.get("/api/images/current?coil=none&after=3&wait=1").status == 204
    assert 0.9 < time.monotonic() - began_s < 5


def test_history_is_paged_by_capture_time(watcher: Watcher, gateway: Gateway) -> None:
    """Each image once, newest capture first, whatever the order of arrival; filters hold on every page."""
    numbers = [5, 3, 9, 1, 7, 2, 8, 4, 6, 0]
    for number in numbers:
        (watcher.original / name_of(number, coil=str(number % 2))).write_bytes(jpeg(str(number)))
    until(lambda: watcher.reader.head() == 10, what="all are taken")

    def walk(query: str) -> list[str]:
        found, before = [], ""
        while True:
            page = gateway.get(f"/api/images?limit=3{query}{before}").json
            found += [image["filename"] for image in page["images"]]
            if page["next"] is None:
                return found
            before = f"&before={page['next']}"

    assert walk("") == [name_of(number, coil=str(number % 2)) for number in range(9, -1, -1)]
    assert walk("&coil=1") == [name_of(number, coil="1") for number in (9, 7, 5, 3, 1)]
    at_5_ms = 1767193205000
    assert walk(f"&from={at_5_ms}&to={at_5_ms + 2000}") == [name_of(6, coil="0"), name_of(5, coil="1")]
    assert walk("&type=labeled") == []
    coils = gateway.get("/api/coils").json["coils"]
    assert [(coil["coil_number"], coil["count"]) for coil in coils] == [("1", 5), ("0", 5)]
    assert coils[0]["last_image"]["filename"] == name_of(9, coil="1")


@pytest.mark.parametrize(
    "path",
    [
        "/api/images?limit=0",
        "/api/images?limit=1001",
        "/api/images?limit=x",
        "/api/images?from=-1",
        "/api/images?from=" + "0" * 20 + "9" * 30,
        "/api/images?before=1",
        "/api/images?before=1-2-3",
        "/api/images/current?after=9999999999999999999999",
        "/api/images/current?after=1&wait=61",
        "/preview/1?size=huge",
    ],
)
def test_a_parameter_that_cannot_be_is_a_problem_that_says_so(gateway: Gateway, path: str) -> None:
    """400, with what it may be."""
    answer = gateway.get(path)
    assert answer.status == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json["detail"]


def test_other_methods_are_refused(gateway: Gateway) -> None:
    """405 as a problem document."""
    for method in ("POST", "PUT", "DELETE"):
        answer = gateway.get("/api/images", method)
        assert (answer.status, answer.json["status"]) == (405, 405)


def test_a_preview_is_asked_of_the_thumbnailers_and_awaited(watcher: Watcher, gateway: Gateway) -> None:
    """Who asks gets it as soon as it is there; it is kept for ever under its epoch."""
    (watcher.original / A).write_bytes(jpeg())
    watcher.tells(("new", A))
    folder = previews_folder(watcher.state / "previews", watcher.reader.epoch)
    answers: list[tuple[int, bytes]] = []

    def ask() -> None:
        answer = gateway.get("/preview/1?size=strip")
        answers.append((answer.status, answer.body))

    watcher.heard()
    thread = threading.Thread(target=ask)
    thread.start()
    until(lambda: PreviewWanted(seq=1) in watcher.heard(), what="it is wanted")
    path = preview_path(folder, 1, "strip")
    path.parent.mkdir(parents=True)
    path.write_bytes(real("JPEG", 16, 16))
    watcher.say(PreviewReady(epoch=watcher.reader.epoch, seq=1, size="screen"))
    thread.join(10)
    assert answers == [(200, real("JPEG", 16, 16))]
    kept = gateway.get(f"/preview/1?size=strip&epoch={watcher.reader.epoch}")
    assert kept.headers["Cache-Control"].endswith("immutable")
    assert gateway.get("/preview/1?size=strip&epoch=another").status == 404
    assert gateway.get("/preview/2").status == 404
    poison_path(folder, 1).touch()
    assert gateway.get("/preview/1?size=screen").status == 404


def test_health_says_whether_images_can_flow(watcher: Watcher, gateway: Gateway) -> None:
    """A watcher that is not heard of is 503 with the reason; it recovers with it."""
    (watcher.original / A).write_bytes(jpeg())
    watcher.tells(("new", A))
    answer = gateway.get("/health")
    assert (answer.status, answer.json["last_image"]["filename"]) == (200, A)
    assert answer.json["stall"] == {"stalled": False, "reason": None, "code": None, "flows": {}}
    watcher.send(signal.SIGSTOP)
    until(lambda: gateway.get("/health").status == 503, 15, "503")
    health = gateway.get("/health").json
    assert (health["status"], health["reason"]) == ("down", "nothing is heard of the watcher")
    watcher.send(signal.SIGCONT)
    until(lambda: gateway.get("/health").status == 200, 10, "200 again")


def test_the_panel_is_told_what_it_needs(watcher: Watcher, make_gateway: MakeGateway) -> None:
    """The replaced service's settings, kinds and cameras, language, version."""
    (watcher.base / "camera2" / "labeled").mkdir(parents=True)
    watcher.says("camera2/labeled")
    gateway = make_gateway(MAX_RECONNECT_ATTEMPTS="7", RECONNECT_DELAY="1234", COILCAST_STALL_AFTER_S="12")
    config = gateway.get("/api/config").json
    assert config["reconnect"] == {"maxAttempts": 7, "delayMs": 1234}
    assert (config["staleAfterS"], config["kinds"]) == (12, ["original", "labeled"])
    assert (config["cameras"], config["language"]) == (["main", "camera2"], "en")


def test_a_demo_image_stands_in_until_the_first_real_one(watcher: Watcher, gateway: Gateway) -> None:
    """Marked as such, never in the catalog, history or a bare client's messages; gone for ever with the first image."""
    demo = gateway.get("/api/images/current").json
    assert demo["isDemo"]
    picture = gateway.get(demo["image"]["url"])
    assert (picture.headers["Content-Type"], picture.body[:2]) == ("image/jpeg", b"\xff\xd8")
    assert gateway.get("/api/images").json["images"] == []
    with gateway.client() as client:
        assert client.next("current_images")["data"] == {}
    (watcher.original / A).write_bytes(jpeg())
    watcher.tells(("new", A))
    until(lambda: not gateway.get("/api/images/current").json["isDemo"], what="the real image")
    (watcher.original / A).unlink()
    watcher.tells(("new", A), ("removed", A))
    until(lambda: gateway.get("/api/images/current").json["image"] is None, what="no image")
    assert not gateway.get("/api/images/current").json["isDemo"]


def test_the_demo_image_can_be_turned_off(make_gateway: MakeGateway) -> None:
    """Then there is none."""
    gateway = make_gateway(COILCAST_GATEWAY_DEMO_IMAGE="false")
    assert gateway.get("/api/images/current").json["image"] is None


def test_images_that_were_there_first_are_current_when_the_gateway_is_ready(make_watcher: MakeWatcher) -> None:
    """By capture time; also those of an older coil that only the catalog knows."""
    watcher = make_watcher()
    watcher.make_folders()
    for number in range(120):
        (watcher.original / name_of(number, coil=f"C{number:03}")).write_bytes(jpeg(str(number), 400))
    watcher.start()
    gateway = Gateway(watcher)
    try:
        gateway.start()
        with gateway.client() as client:
            images = client.next("current_images")["data"]
        assert images["original"]["filename"] == name_of(119, coil="C119")
        assert len(images) == 51
        until(lambda: gateway.get("/api/images/current?coil=C003").json["image"] is not None, what="an older coil")
    finally:
        gateway.close()


def test_a_folder_that_comes_late_is_current_as_well(make_watcher: MakeWatcher) -> None:
    """What a late mount brings is imported and never announced, yet it is what is newest."""
    watcher = make_watcher()
    watcher.make_folders()
    late = watcher.state.parent / "late"
    (late / "original").mkdir(parents=True)
    (late / "original" / A).write_bytes(jpeg())
    watcher.start()
    gateway = Gateway(watcher)
    try:
        gateway.start()
        late.rename(watcher.base / "camera2")

        def newest() -> str | None:
            answer = gateway.get("/api/images/current?camera=camera2").json
            return None if answer["isDemo"] or answer["image"] is None else str(answer["image"]["filename"])

        assert until(newest, what="an image") == A
        assert watcher.told() == []
    finally:
        gateway.close()


def test_slow_senders_are_closed_and_cost_the_others_nothing(gateway: Gateway) -> None:
    """Headers that do not end within 10 s; a TLS hello, which never becomes a request."""
    address = ("127.0.0.1", gateway.port)
    with socket.create_connection(address, 20) as slow, socket.create_connection(address, 20) as secure:
        slow.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n")
        secure.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
        began_s = time.monotonic()
        assert gateway.get("/api/config").status == 200
        assert slow.recv(1000) == b""
        assert secure.recv(1000) == b""
        assert 8 < time.monotonic() - began_s < 15


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 70_000 + b"\r\n\r\n",
        b"GET /\r\n\r\n",
        b"POST /api/images HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    ],
)
def test_what_is_no_request_is_closed(gateway: Gateway, request_bytes: bytes) -> None:
    """Endless headers, half a request line, a giant body, a smuggled one."""
    answer = gateway.raw(request_bytes)
    assert answer == b"" or answer.startswith((b"HTTP/1.1 4", b"HTTP/1.0 4"))
    assert gateway.get("/api/config").status == 200
    assert "Traceback" not in gateway.text()


def test_the_contract_can_be_read(gateway: Gateway) -> None:
    """Both documents and the page."""
    assert gateway.get("/api/openapi.json").json["openapi"].startswith("3.1")
    assert gateway.get("/api/asyncapi.json").json["asyncapi"].startswith("3.0")
    page = gateway.get("/docs")
    assert page.headers["Content-Type"].startswith("text/html")
    assert b"/api/images/current" in page.body
    assert gateway.get("/docs/style.css").headers["Content-Type"].startswith("text/css")


def test_a_page_of_a_listed_origin_may_ask(make_gateway: MakeGateway) -> None:
    """And no other."""
    gateway = make_gateway(COILCAST_GATEWAY_ALLOWED_ORIGINS="https://panel.example")
    allowed = gateway.get("/api/config", Origin="https://panel.example")
    assert allowed.headers["Access-Control-Allow-Origin"] == "https://panel.example"
    assert gateway.get("/api/config", Origin="https://evil.example").headers["Access-Control-Allow-Origin"] is None
    assert gateway.get("/api/config", "OPTIONS", Origin="https://panel.example").status == 204


def test_a_port_that_is_taken_is_one_line_and_exit_code_2(watcher: Watcher, make_gateway: MakeGateway) -> None:
    """With how to mend it."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        gateway = make_gateway(started=False, port=other.getsockname()[1])
        gateway.begin()
        assert gateway.process.wait(10) == 2
    assert "is taken by another program; end it, or set IMAGE_RECEIVER_PORT" in gateway.text()
    assert "Traceback" not in gateway.text()


def test_a_connection_is_kept_for_the_next_request(gateway: Gateway) -> None:
    """A panel that asks for many pictures opens few connections."""
    connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=5)
    for _ in range(3):
        connection.request("GET", "/api/config")
        response = connection.getresponse()
        response.read()
        assert response.status == 200
        assert not response.will_close
    connection.close()


def _long_polls(watcher: Watcher) -> int:
    beats = [hint for hint in watcher.heard() if getattr(hint, "name", "") == "gateway-0"]
    return int(beats[-1].detail.get("long_polls", 0)) if beats else 0  # type: ignore[union-attr]
