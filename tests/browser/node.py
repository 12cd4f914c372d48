"""A real node in a temporary folder: what `service-orchestrator` starts, and somebody who writes images for it."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Literal

from PIL import Image, ImageDraw

from tests.support.net import free_port
from tests.support.wait import until

ORCHESTRATOR = Path(sys.executable).with_name("service-orchestrator")
START_TIMEOUT_S = 30.0
STOP_TIMEOUT_S = 15.0


class Node:
    """One node, ordinary (`up`) or with a simulated line (`demo`); `settings` are environment variables for it."""

    def __init__(self, folder: Path, command: Literal["up", "demo"] = "up", **settings: str) -> None:
        self.command = command
        self.base = folder / "images"
        self.state = folder / "state"
        self.log = folder / "node.log"
        for kind in ("original", "labeled"):
            (self.base / kind).mkdir(parents=True)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None
        self._environment = os.environ | {
            "COILCAST_STATE_PATH": str(self.state),
            "IMAGE_BASE_PATH": str(self.base),
            "IMAGE_RECEIVER_PORT": str(self.port),
            "RECONNECT_DELAY": "200",
            "COILCAST_METRICS_PORT": "0",
            "COILCAST_RETENTION_ENABLED": "false",
            **settings,
        }

    def start(self) -> None:
        """Returns when the panel can be had."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [str(ORCHESTRATOR), self.command],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        until(self._answers, START_TIMEOUT_S, f"a panel at {self.url}")

    def stop(self) -> None:
        """Ends every process of the node, as ops would; one that does not end is an error, and is killed."""
        if self._process is None:
            return
        process, self._process = self._process, None
        process.terminate()
        try:
            process.wait(STOP_TIMEOUT_S)
        finally:
            process.kill()

    def write(self, name: str, kind: str = "original", shade: int = 140, size: tuple[int, int] = (1600, 1340)) -> Path:
        """Puts a JPEG into the folder as a camera does: under a hidden name, then renamed."""
        image = Image.new("RGB", size, (shade, shade + 8, shade + 14))
        ImageDraw.Draw(image).line([(300, 200), (340, 900)], fill=(60, 66, 70), width=6)
        target = self.base / kind / name
        hidden = target.with_name(".being-written")
        image.save(hidden, "JPEG", quality=85)
        hidden.rename(target)
        return target

    def _answers(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise AssertionError(f"the node ended with {self._process.returncode}:\n{self.log.read_text('utf-8')}")
        try:
            with urllib.request.urlopen(f"{self.url}/api/config", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False
