"""An image's way from the camera to the first screen, as the gateways of a node tell it together."""

from __future__ import annotations

import time
from typing import Any

from tests.support.pictures import jpeg, name_of
from tests.support.wait import until
from tests.system.conftest import MakeGateway
from tests.system.support.gateway import Client, Gateway
from tests.system.support.watcher import Watcher

A, B, C = name_of(1), name_of(2), name_of(3)


def provenance(gateway: Gateway, filename: str) -> dict[str, Any]:
    answer = gateway.get(f"/api/images/main/original/{filename}")
    assert answer.status == 200
    way: dict[str, Any] = answer.json["provenance"]
    return way


def paints(client: Client, filename: str) -> int:
    """The client is told of the image, shows it and says so; returns when."""
    image = client.next("image_update")["data"]
    assert image["filename"] == filename
    at_ms = time.time_ns() // 1_000_000
    strange = [{"seq": 99, "painted_at": at_ms}, {"seq": image["seq"], "painted_at": at_ms + 10**9}]
    client.send({"type": "painted", "images": [*strange, {"seq": image["seq"], "painted_at": at_ms}]})
    client.settled()
    return at_ms


def test_all_five_times_of_an_image_are_told(watcher: Watcher, make_gateway: MakeGateway) -> None:
    """By each gateway, whichever pushed it and whichever heard that it was painted; also after a restart."""
    one, other = make_gateway(), make_gateway(instance=1)
    with one.client() as screen, other.client() as other_screen:
        screen.subscribe()
        other_screen.subscribe(camera="c2")
        (watcher.original / A).write_bytes(jpeg())
        painted_ms = paints(screen, A)
        way = provenance(one, A)
        assert list(way) == ["captured_at", "written_at", "seen_at", "pushed_at", "painted_at"]
        assert way["captured_at"] == 1767193201000
        assert abs(way["written_at"] - painted_ms) < 10_000
        assert way["written_at"] - 20 <= way["seen_at"] <= way["pushed_at"] <= way["painted_at"] == painted_ms
        until(lambda: provenance(other, A) == way, what="the other gateway to know")
    one.stop()
    one.start()
    assert provenance(one, A) == way


def test_what_nobody_saw_has_no_such_times(watcher: Watcher, gateway: Gateway) -> None:
    """Neither an image that nobody was there for, nor what a client claims of it."""
    (watcher.original / A).write_bytes(jpeg("a"))
    watcher.tells(("new", A))
    gateway.says(f"image broadcast: {A}")
    with gateway.client() as client:
        client.subscribe()
        client.send({"type": "painted", "images": [{"seq": 1, "painted_at": time.time() * 1000}]})
        client.settled()
        way = provenance(gateway, A)
        assert (way["pushed_at"], way["painted_at"]) == (None, None)
        (watcher.original / B).write_bytes(jpeg("b"))
        assert client.next("image_update")["data"]["filename"] == B
        way = provenance(gateway, B)
        assert way["pushed_at"] is not None
        assert way["painted_at"] is None


def test_a_file_of_deliveries_that_is_damaged_or_gone_costs_no_image(watcher: Watcher, gateway: Gateway) -> None:
    """It is made anew while the gateway works, and the log has a line of it."""
    path = watcher.state / "deliveries.db"
    with gateway.client() as client:
        client.subscribe()
        path.write_bytes(b"this is no database" * 1000)
        (watcher.original / A).write_bytes(jpeg("a"))
        paints(client, A)
        gateway.says("cannot be written down")
        (watcher.original / B).write_bytes(jpeg("b"))
        painted_ms = paints(client, B)
        until(path.exists, what="another file")
        path.unlink()
        (watcher.original / C).write_bytes(jpeg("c"))
        paints(client, C)
        until(path.exists, what="another file")
        assert provenance(gateway, B)["painted_at"] == painted_ms
    gateway.stop()
    assert gateway.text().count("cannot be written down") == 1
