"""Debian's Prometheus and Alertmanager, by the configuration that is shipped, quickened; and who is told."""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import threading
import urllib.parse
import urllib.request
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.support.net import free_port
from tests.support.wait import until
from tests.system.support.programs import program

OPS = Path(__file__).parents[3] / "ops"
SCRAPE_S = 1

Sample = dict[str, Any]


class Receiver:
    """A webhook receiver that keeps what it is sent, by path."""

    def __init__(self) -> None:
        self.told: list[tuple[str, dict[str, Any]]] = []
        told = self.told

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                told.append((self.path, json.loads(body)))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Nobody reads it."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def alerts(self, path: str, status: str) -> list[dict[str, Any]]:
        """What came to that path with that status, oldest first."""
        return [
            alert for at, body in list(self.told) if at == path for alert in body["alerts"] if alert["status"] == status
        ]

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join(10)
        self._server.server_close()


class Stack:
    """Both programs on ports of their own, and what Prometheus knows."""

    def __init__(self, folder: Path, target: str, receiver: Receiver) -> None:
        self.folder = folder
        self.prometheus_port = free_port()
        self.alertmanager_port = free_port()
        (folder / "prometheus.yml").write_text(self._prometheus(target), "utf-8")
        (folder / "alertmanager.yml").write_text(self._alertmanager(receiver.port), "utf-8")

    def commands(self) -> dict[str, Sequence[str]]:
        return {
            "alertmanager": [
                program("prometheus-alertmanager", "prometheus-alertmanager"),
                f"--config.file={self.folder / 'alertmanager.yml'}",
                f"--storage.path={self.folder / 'alertmanager'}",
                f"--web.listen-address=127.0.0.1:{self.alertmanager_port}",
                "--cluster.listen-address=",
            ],
            "prometheus": [
                program("prometheus", "prometheus"),
                f"--config.file={self.folder / 'prometheus.yml'}",
                f"--storage.tsdb.path={self.folder / 'prometheus'}",
                f"--web.listen-address=127.0.0.1:{self.prometheus_port}",
                # What fires before it has found Alertmanager, which takes it 5 s, is else told a minute later.
                "--rules.alert.resend-delay=1s",
            ],
        }

    def ask(self, path: str, **query: str) -> Any:
        """`data` of the answer of Prometheus's API. Raises OSError, and AssertionError where it refuses."""
        url = f"http://127.0.0.1:{self.prometheus_port}/api/v1/{path}?{urllib.parse.urlencode(query)}"
        with urllib.request.urlopen(url, timeout=10) as answer:
            said = json.load(answer)
        assert said["status"] == "success", said
        return said["data"]

    def samples(self, expr: str) -> list[Sample]:
        """What the expression is now."""
        found: list[Sample] = self.ask("query", query=expr)["result"]
        return found

    def has_data(self, expr: str) -> bool:
        """Whether the expression has a series with a number."""
        return any(sample["value"][1] != "NaN" for sample in self.samples(expr))

    def _prometheus(self, target: str) -> str:
        text = (OPS / "prometheus" / "prometheus.yml").read_text("utf-8")
        text = re.sub(r"(scrape_interval|scrape_timeout|evaluation_interval): \d+s", rf"\1: {SCRAPE_S}s", text)
        text = text.replace("rules/*.yml", f"{OPS}/prometheus/rules/*.yml")
        text = text.replace("127.0.0.1:9093", f"127.0.0.1:{self.alertmanager_port}")
        return text.replace("127.0.0.1:9108", target)

    def _alertmanager(self, port: int) -> str:
        """Nobody waits, and mails are left out: there is no server for them."""
        text = (OPS / "alertmanager" / "alertmanager.yml").read_text("utf-8")
        text = re.sub(r"    email_configs: &mail\n(      .*\n)+|    email_configs: \*mail\n", "", text)
        text = re.sub(r"(group_wait|group_interval): \w+", r"\1: 1s", text)
        text = text.replace("templates/*.tmpl", f"{OPS}/alertmanager/templates/*.tmpl")
        return text.replace("127.0.0.1:9099", f"127.0.0.1:{port}")


@contextlib.contextmanager
def observing(folder: Path, target: str) -> Iterator[tuple[Stack, Receiver]]:
    """Both programs beside a node whose figures are at `target`; they end here."""
    receiver = Receiver()
    with contextlib.ExitStack() as ending:
        ending.callback(receiver.close)
        stack = Stack(folder, target, receiver)
        for name, words in stack.commands().items():
            log = ending.enter_context((folder / f"{name}.log").open("wb"))
            process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            ending.callback(process.wait, 15)
            ending.callback(process.terminate)
        for name, port in (("prometheus", stack.prometheus_port), ("alertmanager", stack.alertmanager_port)):
            until(lambda port=port: _is_ready(port), 30, f"a {name} that is ready")  # type: ignore[misc]
        yield stack, receiver


def _is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/-/ready", timeout=1) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
