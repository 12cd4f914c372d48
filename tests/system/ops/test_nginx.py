"""The configuration for nginx in ops/nginx, before a real gateway: what goes through it is what would without."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from services.shared.operations import Tokens
from tests.support.net import Answer
from tests.support.pictures import jpeg, name_of, real
from tests.support.wait import until
from tests.system.support.gateway import Client, Gateway
from tests.system.support.nginx import Nginx, nginx
from tests.system.support.watcher import Watcher

A, B = name_of(1), name_of(2)


@pytest.fixture
def proxy(gateway: Gateway, tmp_path: Path) -> Iterator[Nginx]:
    with nginx(tmp_path, gateway.port) as proxy:
        yield proxy


def ask(proxy: Nginx, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
    connection = http.client.HTTPSConnection("127.0.0.1", proxy.port, timeout=60, context=proxy.context)
    try:
        connection.request(method, path, body, {name.replace("_", "-"): text for name, text in headers.items()})
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())
    finally:
        connection.close()


def socket_to(proxy: Nginx, path: str, origin: str) -> ClientConnection:
    url = f"wss://127.0.0.1:{proxy.port}{path}"
    return connect(url, ssl=proxy.context, origin=Origin(origin), compression=None, max_size=None)


def test_nginx_finds_nothing_wrong(proxy: Nginx) -> None:
    """Not even a warning."""
    said = proxy.check()
    assert "test is successful" in said
    assert "warn" not in said


@pytest.mark.parametrize("path", ["/", "/ws"])
def test_a_page_behind_nginx_is_pushed_to(watcher: Watcher, proxy: Nginx, path: str) -> None:
    """Its origin is the proxy's name; a page from elsewhere stays out."""
    with socket_to(proxy, path, f"https://127.0.0.1:{proxy.port}") as connection:
        client = Client(connection)
        client.next("current_images")
        (watcher.original / A).write_bytes(real("JPEG"))
        assert client.names(1) == [A]
    with pytest.raises(InvalidStatus) as refused:
        socket_to(proxy, path, "https://evil.example")
    assert refused.value.response.status_code == 403


def test_bytes_ranges_and_long_polls_come_through(watcher: Watcher, gateway: Gateway, proxy: Nginx) -> None:
    """As from the gateway itself."""
    data = real("JPEG", 640, 480)
    (watcher.original / A).write_bytes(data)
    watcher.tells(("new", A))
    until(lambda: gateway.get("/api/images/current").json["seq"] == 1, what="the image at the gateway")
    whole = ask(proxy, "GET", f"/image/original/{A}")
    assert (whole.status, whole.body) == (200, data)
    assert ask(proxy, "GET", f"/image/original/{A}", Range="bytes=10-19").body == data[10:20]
    assert ask(proxy, "GET", f"/image/original/{A}", If_None_Match=whole.headers["ETag"]).status == 304
    assert ask(proxy, "GET", "/api/images/current?after=1&wait=1").status == 204
    assert ask(proxy, "GET", "/metrics").status == 404


def test_uploads_go_through_whole_or_with_the_reason_why_not(watcher: Watcher, proxy: Nginx) -> None:
    """The largest that coilcast takes; what is larger, or has no token, coilcast itself refuses."""
    tokens = Tokens(watcher.state / "operations.db")
    token = f"Bearer {tokens.add('camera', 1)}"
    tokens.close()
    path = f"/api/images/original?filename={A}"
    largest = jpeg("", 52_428_800)
    assert ask(proxy, "POST", path, largest, Authorization=token).status == 201
    assert watcher.event(A).image.size_bytes == len(largest)
    for body, authorization, status in ((largest + b"x", token, 413), (jpeg(), "", 401)):
        answer = ask(proxy, "POST", path, body, Authorization=authorization)
        assert (answer.status, "detail" in json.loads(answer.body)) == (status, True)


def test_plain_http_leads_to_tls(proxy: Nginx) -> None:
    """The panel's address, typed without a scheme."""
    connection = http.client.HTTPConnection("127.0.0.1", proxy.plain_port, timeout=10)
    connection.request("GET", "/live")
    response = connection.getresponse()
    assert (response.status, response.headers["Location"]) == (301, "https://127.0.0.1/live")
    connection.close()
