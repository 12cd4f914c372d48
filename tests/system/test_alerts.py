"""An alert on its whole way: from a service that keeps dying to the screens, and over again when it lives."""

from __future__ import annotations

import json
import os
import shutil
import signal
import tempfile
import urllib.error
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import connect

from tests.support.pictures import name_of, real
from tests.support.wait import until
from tests.system.orchestrator.node import Node
from tests.system.support.gateway import Client

SERVICE = "thumbnailer-0"


def ask(node: Node, path: str, body: dict[str, Any] | None = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{node.port}{path}", data, {"Content-Type": "application/json"} if data else {}
    )
    with urllib.request.urlopen(request, timeout=15) as answer:
        return json.load(answer)


def kill_again_and_again(node: Node, times: int) -> None:
    """Each process of the service as soon as it is there."""
    pid = 0
    for _ in range(times):
        pid = until(lambda: (found := node.pid(SERVICE)) != pid and found, 10, f"another {SERVICE}")  # noqa: B023
        os.kill(pid, signal.SIGKILL)


def hears(client: Client, alert: dict[str, Any]) -> bool:
    """Whether that is told next of any alert; a gateway that has not heard of it yet may tell how it was before."""
    while (told := client.next("alert")["data"]) != alert:
        assert (told["id"], told["changed_at"] < alert["changed_at"]) == (alert["id"], True)
    return True


def test_a_service_in_a_loop_is_an_alert_until_it_is_well() -> None:
    """Told to all screens of both gateways, acknowledged through one of them, over by itself."""
    folder = Path(tempfile.mkdtemp(prefix="cc-"))
    node = Node(folder, PYTHONPATH="", COILCAST_SUPERVISION_STABLE_AFTER_S="5", COILCAST_GATEWAY_PROCESSES="2")
    try:
        node.up()
        with ExitStack() as stack:

            def screen() -> Client:
                address = f"ws://127.0.0.1:{node.port}/ws"
                client = Client(stack.enter_context(connect(address, compression=None)))
                client.subscribe()
                return client

            screens = [screen() for _ in range(6)]
            kill_again_and_again(node, 2)
            until(lambda: node.service(SERVICE)["state"] == "ready", 10, "a service that is back")
            for client in screens:
                assert [one for one in client.settled() if one["type"] == "alert"] == []
            kill_again_and_again(node, 5)
            told = screens[0].next("alert")["data"]
            assert (told["name"], told["service"], told["state"]) == ("service_loop", SERVICE, "firing")
            assert (told["severity"], told["reason"]) == ("warning", "killed")
            assert told["summary"]["en"] == f"{SERVICE} keeps ending: killed by a signal"
            assert all(client.next("alert")["data"] == told for client in screens[1:])
            assert ask(node, "/api/alerts?state=firing")["alerts"] == [told]

            answer = ask(node, f"/api/alerts/{told['id']}/acknowledge", {"by": "김", "note": "보는 중"})
            assert (answer["acknowledged"]["by"], answer["acknowledged"]["note"]) == ("김", "보는 중")
            assert all(client.next("alert")["data"] == answer for client in screens)
            screens.append(screen())
            assert hears(screens[-1], answer)

            over = screens[0].next("alert", timeout_s=20)["data"]
            assert (over["id"], over["state"]) == (told["id"], "resolved")
            assert over["acknowledged"] == answer["acknowledged"]
            assert all(client.next("alert")["data"] == over for client in screens[1:])
            for client in screens:
                assert [one for one in client.settled() if one["type"] == "alert"] == []
        assert ask(node, "/api/alerts")["alerts"] == [over]
        assert ask(node, "/api/alerts?state=firing")["alerts"] == []
        node.down()
        assert node.leftovers() == []
    finally:
        node.end()
        shutil.rmtree(folder)


def test_a_damaged_file_of_alerts_stops_no_image() -> None:
    """Whoever asks for alerts is told so, each process says it once, and all is well once the file was moved away."""
    folder = Path(tempfile.mkdtemp(prefix="cc-"))
    node = Node(folder, PYTHONPATH="")
    damaged = node.state / "operations.db"
    damaged.parent.mkdir()
    (node.images / "labeled").mkdir()
    damaged.write_bytes(b"this is no database" * 1000)
    try:
        node.up()
        with connect(f"ws://127.0.0.1:{node.port}/ws", compression=None) as connection:
            client = Client(connection)
            client.subscribe()
            for number in range(3):
                hidden = node.images / "original" / f".{number}"
                hidden.write_bytes(real("JPEG", 64, 48))
                hidden.rename(node.images / "original" / name_of(number))
                assert client.names(1) == [name_of(number)]
        with pytest.raises(urllib.error.HTTPError) as refused:
            ask(node, "/api/alerts")
        assert refused.value.code == 503
        assert "the alerts cannot be read" in json.load(refused.value)["detail"]
        refused.value.close()
        for name in ("gateway-0", "monitor"):
            assert node.log(name).count("operations.db is damaged") == 1
        assert node.status()["status"] == "ok"
        damaged.rename(damaged.with_suffix(".away"))
        assert ask(node, "/api/alerts") == {"alerts": [], "next": None}
        node.down()
    finally:
        node.end()
        shutil.rmtree(folder)
