"""A node with its figures, a real simulator beside it that can be stopped, and a screen that says when it painted."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.support.net import free_port
from tests.support.wait import until
from tests.system.orchestrator.node import CHECKOUT, Node
from tests.system.support.gateway import Client

QUICK = {
    "PYTHONPATH": "",
    "COILCAST_STALL_AFTER_S": "5",
    "COILCAST_STALL_GRACE_S": "2",
    "COILCAST_CANARY_INTERVAL_S": "1",
    "COILCAST_CANARY_TIMEOUT_S": "2",
    "COILCAST_RETENTION_ENABLED": "true",
    "COILCAST_RETENTION_KEEP_FREE_PERCENT": "0",
    "COILCAST_SIMULATOR_RATE_PER_S": "5",
    "COILCAST_SIMULATOR_WIDTH": "320",
    "COILCAST_SIMULATOR_HEIGHT": "240",
}


class Line:
    """What is observed."""

    def __init__(self, node: Node, metrics_port: int, log: Path) -> None:
        self.node = node
        self.target = f"127.0.0.1:{metrics_port}"
        self._log = log
        self._simulator: subprocess.Popen[bytes] | None = None
        self._is_over = threading.Event()
        self._screen = threading.Thread(target=self._paint)

    def begin(self) -> None:
        """The line runs, and somebody looks."""
        self.node.up()
        self.simulate()
        self._screen.start()

    def simulate(self) -> None:
        with self._log.open("ab") as log:
            words = [sys.executable, "-m", "services.simulator"]
            self._simulator = subprocess.Popen(
                words, cwd=CHECKOUT, env=self.node.env, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def silence(self) -> None:
        """The simulator is stopped as ops would."""
        if self._simulator is not None:
            self._simulator.terminate()
            self._simulator.wait(10)
            self._simulator = None

    def end(self) -> None:
        self._is_over.set()
        if self._screen.ident is not None:
            self._screen.join(15)
        self.silence()

    def _paint(self) -> None:
        """A screen that shows each image 20 ms after it came."""
        with connect(f"ws://127.0.0.1:{self.node.port}/ws", compression=None) as connection:
            client = Client(connection)
            client.subscribe(preview=True)
            while not self._is_over.is_set():
                with contextlib.suppress(TimeoutError, ConnectionClosed):
                    seq = client.next("image_update", 1.0)["data"]["seq"]
                    shown = {"seq": seq, "painted_at": time.time() * 1000 + 20}
                    client.send({"type": "painted", "images": [shown]})


@contextlib.contextmanager
def line() -> Iterator[Line]:
    """Runs, with images that come; everything is gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix="cc-"))
    port = free_port()
    node = Node(folder, **QUICK, COILCAST_METRICS_PORT=str(port))
    one = Line(node, port, folder / "simulator.log")
    try:
        one.begin()
        until(lambda: len(list((node.images / "original").iterdir())) > 5, 30, "images")
        yield one
    finally:
        try:
            one.end()
        finally:
            node.end()
            shutil.rmtree(folder)
