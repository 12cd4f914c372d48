"""The figures of a node that runs: one scrape has all of it, whatever hangs, is killed, or sits on the port."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from websockets.sync.client import connect

from services.shared.metrics.definitions import METRICS
from tests.support.net import free_port
from tests.support.pictures import jpeg, name_of
from tests.support.wait import until
from tests.system.orchestrator.node import Node
from tests.system.support.gateway import Client

Make = Callable[..., "Measured"]
Figures = dict[tuple[str, frozenset[tuple[str, str]]], float]

FOLDER = {"camera": "main", "type": "original"}


class Measured(Node):
    """A node with its real services and a port for Prometheus."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.metrics_port = free_port()
        ours = {"PYTHONPATH": "", "COILCAST_METRICS_PORT": str(self.metrics_port)}
        super().__init__(folder, **ours, **settings)
        (self.images / "labeled").mkdir()
        self.written = 0

    def scrape(self, port: int = 0) -> Figures:
        """Every sample. Raises OSError."""
        with urllib.request.urlopen(f"http://127.0.0.1:{port or self.metrics_port}/metrics", timeout=10) as answer:
            text = answer.read().decode()
        return {
            (sample.name, frozenset(sample.labels.items())): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }

    def figure(self, name: str, **labels: str) -> float | None:
        return self.scrape().get((f"coilcast_{name}", frozenset(labels.items())))

    def put(self, count: int = 1) -> None:
        """So many further images, each as a camera writes it."""
        for _ in range(count):
            self.written += 1
            name = name_of(self.written)
            hidden = self.images / "original" / f".{name}"
            hidden.write_bytes(jpeg(name))
            hidden.rename(hidden.with_name(name))

    def await_figure(self, value: float, name: str, **labels: str) -> None:
        found: list[float | None] = []

        def is_there() -> bool:
            found[:] = [self.figure(name, **labels)]
            return found == [value]

        try:
            until(is_there, 20, "the figure")
        except AssertionError:
            raise AssertionError(f"{name} {labels} is {found}, not {value}") from None


@contextmanager
def measured(**settings: str) -> Iterator[Measured]:
    folder = Path(tempfile.mkdtemp(prefix="cc-"))
    node = Measured(folder, **settings)
    try:
        yield node
    finally:
        node.end()
        shutil.rmtree(folder)


@pytest.fixture
def make() -> Iterator[Make]:
    with ExitStack() as stack:
        yield lambda **settings: stack.enter_context(measured(**settings))


@pytest.fixture(scope="module")
def node() -> Iterator[Measured]:
    """One that runs, shared by the tests of this module, with the figures on the gateway's port, too."""
    with measured(COILCAST_METRICS_ON_GATEWAY="true") as node:
        node.up()
        yield node


def test_an_image_on_its_way(node: Measured) -> None:
    """Each stage of it, from the camera to the preview and the screen, is counted once; each metric is there."""
    with connect(f"ws://127.0.0.1:{node.port}/ws", compression=None) as connection:
        client = Client(connection)
        client.subscribe()
        before = node.scrape()
        node.put()
        image = client.next("image_update")["data"]
        client.send({"type": "painted", "images": [{"seq": image["seq"], "painted_at": image["written_at"] + 50}]})
        stages = set(METRICS[0].values["stage"]) - {"seen_preview"}  # A file of no pixels has none.
        for stage in stages:
            labels = {"stage": stage, "type": "original"}
            at = ("coilcast_latency_seconds_count", frozenset(labels.items()))
            node.await_figure(before[at] + 1, "latency_seconds_count", **labels)
        node.await_figure(1, "clients", transport="websocket")
    found = node.scrape()
    assert found["coilcast_images_total", frozenset(FOLDER.items())] == node.written
    assert abs(found["coilcast_last_image_timestamp_seconds", frozenset(FOLDER.items())] - time.time()) < 30
    names = {name for name, _ in found}
    absent = {metric.name for metric in METRICS if metric.kind != "histogram" and metric.name not in names}
    assert absent == {"coilcast_alert_firing", "coilcast_line_running"}


def test_what_a_gateway_that_hangs_holds_up(node: Measured) -> None:
    """Nothing: the scrape of the whole node takes less than a second."""
    pid = node.pid("gateway-0")
    os.kill(pid, signal.SIGSTOP)
    try:
        took_s = []
        for _ in range(3):
            began_s = time.monotonic()
            found = node.scrape()
            took_s.append(time.monotonic() - began_s)
            assert found["coilcast_service_cpu_seconds_total", frozenset({("service", "gateway-0")})] > 0
        assert max(took_s) < 1
    finally:
        os.kill(pid, signal.SIGCONT)


def test_the_gateways_port_has_the_same(node: Measured) -> None:
    """Every series that the monitor's has."""
    until(lambda: node.service("gateway-0").get("state") == "ready", 20, "the gateway")
    assert set(node.scrape(node.port)) == set(node.scrape())


def test_without_the_setting_the_gateways_port_has_none(make: Make) -> None:
    """As by default."""
    node = make()
    node.up()
    with pytest.raises(urllib.error.HTTPError, match="404"):
        node.scrape(node.port)
    assert node.figure("service_up", service="gateway-0") == 1


def test_kills(make: Make) -> None:
    """Whoever is killed while images come: as many are counted as were written, and each end with its cause, once."""
    node = make()
    node.up()
    node.put(5)
    for name in ("watcher-0", "gateway-0", "thumbnailer-0", "monitor", "watcher-0"):
        pid = node.pid(name)
        os.kill(pid, signal.SIGKILL)
        node.put(10)
        until(lambda name=name, pid=pid: node.pid(name) not in (0, pid), 20, f"another {name}")  # type: ignore[misc]
        node.put(10)
    until(lambda: node.figure("service_up", service="monitor"), 20, "the monitor's port")
    node.await_figure(node.written, "images_total", **FOLDER)
    node.await_figure(node.written * 1000, "image_bytes_total", **FOLDER)
    node.await_figure(2, "service_restarts_total", service="watcher-0", cause="signal")
    node.await_figure(1, "service_restarts_total", service="gateway-0", cause="signal")
    node.await_figure(1, "service_restarts_total", service="thumbnailer-0", cause="signal")
    node.await_figure(0, "service_restarts_total", service="gateway-0", cause="exit")
    commits = node.figure("catalog_commit_seconds_count")
    assert commits is not None
    assert 0 < commits <= node.written


def test_a_hang_is_a_cause_of_its_own(make: Make) -> None:
    """Whoever hangs is ended by the monitor, and was not killed by a stranger."""
    node = make()
    node.up()
    pid = node.pid("thumbnailer-0")
    os.kill(pid, signal.SIGSTOP)
    node.await_replaced("thumbnailer-0", pid, 20)
    node.await_figure(1, "service_restarts_total", service="thumbnailer-0", cause="hang")
    node.await_figure(0, "service_restarts_total", service="thumbnailer-0", cause="signal")


def test_another_number_of_processes(make: Make) -> None:
    """Who comes has its series, who goes leaves none, and what it counted is still counted."""
    node = make()
    node.up()
    assert node.run("scale", "gateway", "2").returncode == 0
    node.await_figure(1, "service_up", service="gateway-1")
    assert node.run("scale", "gateway", "1").returncode == 0
    until(lambda: node.figure("service_up", service="gateway-1") is None, 20, "no gateway-1")
    assert not any(("service", "gateway-1") in labels for _, labels in node.scrape())


def test_a_node_begins_at_zero(make: Make) -> None:
    """What an earlier one counted is not counted again; when the last image came is known."""
    node = make()
    node.up()
    node.put(3)
    node.await_figure(3, "images_total", **FOLDER)
    seen_at = node.figure("last_image_timestamp_seconds", **FOLDER)
    node.down()
    node.up()
    node.await_figure(0, "images_total", **FOLDER)
    assert node.figure("last_image_timestamp_seconds", **FOLDER) == seen_at
    node.put()
    node.await_figure(1, "images_total", **FOLDER)


def test_nothing_stays(make: Make) -> None:
    """Neither in the run folder nor in memory, where figures are kept: no disk holds up who counts."""
    node = make()
    node.up()
    folder = node.state / "run" / "figures"
    place = folder.resolve()
    assert place.parent == Path("/dev/shm")
    assert {path.stem for path in place.iterdir()} == {"watcher-0", "gateway-0", "thumbnailer-0", "monitor"}
    node.down()
    assert not folder.is_symlink()
    assert not place.exists()


def test_a_port_that_is_taken(make: Make) -> None:
    """Keeps no image from a screen: it is said in the monitor's log, and taken once it is free."""
    node = make()
    with socket.create_server(("127.0.0.1", node.metrics_port)):
        node.up()
        until(lambda: "metrics cannot be served" in node.log("monitor"), 20, "a word on it")
        assert node.status()["services"]["gateway-0"]["state"] == "ready"
    until(lambda: "metrics are served" in node.log("monitor"), 20, "the port")
    assert node.figure("service_up", service="gateway-0") == 1


def test_files_that_are_damaged(make: Make) -> None:
    """End nobody: counting begins anew with the next process, whose log says so."""
    node = make()
    node.up()
    node.put(2)
    node.await_figure(2, "images_total", **FOLDER)
    (path,) = (node.state / "run" / "figures").glob("watcher-0*")
    with path.open("r+b") as file:
        file.write(b"nonsense")
    pid = node.pid("watcher-0")
    node.await_figure(1, "figures_damaged")
    assert node.figure("images_total", **FOLDER) == 2
    os.kill(pid, signal.SIGKILL)
    node.await_replaced("watcher-0", pid, 20)
    node.put()
    node.await_figure(0, "figures_damaged")
    until(lambda: "figures was damaged" in node.log("watcher-0"), 10, "a word on it")
