"""A node with small limits under a camera, and what it says when images stop."""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from tests.support.wait import until
from tests.system.orchestrator.node import Node
from tests.system.support.camera import Camera

AFTER_S = 3.0
NAMED_WITHIN_S = 10.0
CLEARED_WITHIN_S = 5.0

FLOWS_FOR_S = 3.0
"""By then it is known where the images are stored."""

LIMITS = {
    "PYTHONPATH": "",
    "COILCAST_STALL_AFTER_S": f"{AFTER_S}",
    "COILCAST_STALL_GRACE_S": "2",
    "COILCAST_CANARY_INTERVAL_S": "1",
    "COILCAST_CANARY_TIMEOUT_S": "2",
    "COILCAST_WATCH_SETTLE_S": "0.5",
}

NO_OVERRIDE = ("setpriv", "--bounding-set", "-dac_override,-dac_read_search")
"""Root that may not read what it has no right to, as any account that a node runs under."""

Told = dict[str, Any]
Found = TypeVar("Found")


class Line:
    """The node, its camera, and a clock for both bars."""

    def __init__(self, node: Node, camera: Camera) -> None:
        self.node = node
        self.camera = camera
        self.base = node.images
        self.signal = Path(node.env["COILCAST_LINE_SIGNAL_FILE"])

    def ask(self, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"} if data else {}
        request = urllib.request.Request(f"http://127.0.0.1:{self.node.port}{path}", data, headers)
        with urllib.request.urlopen(request, timeout=15) as answer:
            return json.load(answer)

    def signals(self, word: str) -> None:
        """What the line's PLC says: run or stop."""
        self.signal.write_text(word, "ascii")

    def health(self) -> Any:
        """What /health says, whatever its status."""
        try:
            return self.ask("/health")
        except urllib.error.HTTPError as error:
            with error:
                return json.load(error)

    def firing(self) -> dict[str, Told]:
        """What fires, as `stall/main/original`; of what is about no folder the name."""
        found = {}
        for told in self.ask("/api/alerts?state=firing")["alerts"]:
            where = f"/{told['camera']}/{told['type']}" if told["camera"] else ""
            found[told["name"] + where] = told
        return found

    def flows(self) -> None:
        """The camera writes, images have come for a while, and nothing is said against it, whatever was before."""
        self.camera.writes("original", "labeled")
        self._until(lambda: self._flow() and not self._stalls(), 40, "a line that flows")

    def names(self, reason: str | None, key: str = "stall/main/original", since_s: float | None = None) -> Told:
        """Wait for the alert with this reason; within 10 s of the limit, which counts from the last image.

        `since_s`: when the last image was written, where the newest that the node has does not say so.
        """

        def told() -> Told:
            found = self.firing().get(key, {})
            return found if found and found["reason"] == reason else {}

        found = self._until(told, AFTER_S + NAMED_WITHIN_S + 10, f"{key} because of {reason}")
        last_s = self._last_image_s() if since_s is None else since_s
        took_s = found["changed_at"] / 1000 - last_s - AFTER_S
        assert took_s <= NAMED_WITHIN_S, f"named {took_s:.1f} s after the limit"
        assert took_s >= -1, f"named {-took_s:.1f} s before the limit"
        return found

    def clears(self, since_s: float, key: str = "stall/main/original") -> None:
        """Wait until the alert is over; within 5 s of `since_s`, when the line resumed."""
        self._until(lambda: key not in self.firing(), 30, f"the end of {key}")
        over = next(
            told
            for told in self.ask("/api/alerts")["alerts"]
            if told["state"] == "resolved" and key.startswith(told["name"])
        )
        took_s = over["resolved_at"] / 1000 - since_s
        assert took_s <= CLEARED_WITHIN_S, f"cleared after {took_s:.1f} s"

    def resumed(self) -> float:
        """When the first image is written that the node can take: wait for it. Unix time."""
        began_s = time.time()
        until(lambda: self._last_image_s() > began_s, 30, "an image after the fault")
        return self._last_image_s()

    def _until(self, condition: Callable[[], Found | None], timeout_s: float, what: str) -> Found:
        """As `until`; says in the end what was the case instead."""
        try:
            return until(condition, timeout_s, what)
        except AssertionError as error:
            reasons = {key: told["reason"] for key, told in self.firing().items()}
            raise AssertionError(f"{error}; it fires {reasons}, and flows {self.health()['stall']['flows']}") from None

    def _flow(self) -> bool:
        flows = self.health()["stall"]["flows"].values()
        long_ago = (time.time() - FLOWS_FOR_S) * 1000
        return bool(flows) and all(flow["state"] == "live" and flow["since"] < long_ago for flow in flows)

    def _stalls(self) -> list[str]:
        return [key for key in self.firing() if key.startswith(("stall", "model_stopped"))]

    def _last_image_s(self) -> float:
        return float(self.ask("/api/images/current?type=original")["image"]["seen_at"]) / 1000


@contextlib.contextmanager
def line(**settings: str) -> Iterator[Line]:
    """A node over two folders that are not mounted anywhere, and a camera that writes; images flow."""
    with node_of(**settings) as node, flowing(node) as running:
        yield running


@contextlib.contextmanager
def node_of(**settings: str) -> Iterator[Node]:
    """A node that is not started yet, in a folder that is gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix="cc-"))
    node = Node(folder, COILCAST_LINE_SIGNAL_FILE=str(folder / "plc"), **LIMITS | settings)
    try:
        yield node
    finally:
        try:
            node.end()
        finally:
            shutil.rmtree(folder)


@contextlib.contextmanager
def flowing(node: Node) -> Iterator[Line]:
    """The node started, with a camera that writes into its two folders, once images flow."""
    for kind in ("original", "labeled"):
        (node.images / kind).mkdir(parents=True, exist_ok=True)
    node.up()
    with Camera(node.images) as camera:
        running = Line(node, camera)
        running.flows()
        yield running


def seconds_since(began_s: float) -> float:
    return time.time() - began_s
