"""An alert on its whole way: from a service that keeps dying to the screens, and over again when it lives."""

from __future__ import annotations

import json
import os
import shutil
import signal
import tempfile
import urllib.request
from pathlib import Path
from typing import Any

from websockets.sync.client import connect

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


def test_a_service_in_a_loop_is_an_alert_until_it_is_well() -> None:
    """Told to the screens, acknowledged by one of them, seen by the other, over by itself."""
    folder = Path(tempfile.mkdtemp(prefix="cc-"))
    node = Node(folder, PYTHONPATH="", COILCAST_SUPERVISION_STABLE_AFTER_S="3")
    try:
        node.up()
        address = f"ws://127.0.0.1:{node.port}/ws"
        with connect(address, compression=None) as one, connect(address, compression=None) as other:
            first, second = Client(one), Client(other)
            first.subscribe()
            second.subscribe()
            kill_again_and_again(node, 2)
            until(lambda: node.service(SERVICE)["state"] == "ready", 10, "a service that is back")
            assert [one for one in first.settled() if one["type"] == "alert"] == []
            kill_again_and_again(node, 5)
            told = first.next("alert")["data"]
            assert (told["name"], told["service"], told["state"]) == ("service_loop", SERVICE, "firing")
            assert (told["severity"], told["reason"]) == ("warning", "killed")
            assert told["summary"]["en"] == f"{SERVICE} keeps ending: killed by a signal"
            assert second.next("alert")["data"] == told
            assert ask(node, "/api/alerts?state=firing")["alerts"] == [told]

            answer = ask(node, f"/api/alerts/{told['id']}/acknowledge", {"by": "김", "note": "보는 중"})
            assert (answer["acknowledged"]["by"], answer["acknowledged"]["note"]) == ("김", "보는 중")
            assert second.next("alert")["data"] == answer
            assert first.next("alert")["data"] == answer

            with connect(address, compression=None) as late:
                third = Client(late)
                third.subscribe()
                assert third.next("alert")["data"] == answer

            over = first.next("alert", timeout_s=15)["data"]
            assert (over["id"], over["state"]) == (told["id"], "resolved")
            assert over["acknowledged"] == answer["acknowledged"]
            assert second.next("alert")["data"] == over
            assert first.settled() == []
        assert ask(node, "/api/alerts")["alerts"] == [over]
        assert ask(node, "/api/alerts?state=firing")["alerts"] == []
        node.down()
        assert node.leftovers() == []
    finally:
        node.end()
        shutil.rmtree(folder)
