"""A scrape of real files and processes: text that Prometheus reads, whatever hangs or is damaged."""

from __future__ import annotations

import io
import os
import threading
import time
from pathlib import Path

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_openmetrics
from prometheus_client.parser import text_string_to_metric_families as read_text

from orchestrator.monitor.exporter import exporter as module
from orchestrator.monitor.exporter.asking import Asked
from orchestrator.monitor.exporter.exporter import Exporter
from orchestrator.monitor.exporter.machine import files_bytes, usage
from orchestrator.monitor.exporter.state import State
from orchestrator.wording import MONITOR
from services.shared.logs import make_logger
from services.shared.messages import Health, ServiceHealth
from services.shared.metrics.definitions import METRICS
from services.shared.metrics.figures import Figures
from tests.support.watching import settings_for

OPENMETRICS = "application/openmetrics-text;version=1.0.0;q=0.9,text/plain;version=0.0.4;q=0.5"


class Bench:
    def __init__(self, folder: Path) -> None:
        self.settings = settings_for(folder, COILCAST_METRICS_PORT="0")
        self.settings.state.mkdir(exist_ok=True)
        self.settings.run_dir.mkdir()
        self.exporter = Exporter(self.settings, make_logger(self.settings, "Monitor", MONITOR, io.StringIO()))
        own = ServiceHealth(state="ready", pid=os.getpid())
        services = {"gateway-0": own, "gateway-1": ServiceHealth(state="dead", pid=0)}
        self.exporter.state = State(Health(status="ok", reason=None, services=services, at_ms=0))

    def number(self, sample: str, **labels: str) -> float | None:
        page, _ = self.exporter.page("")
        for family in read_text(page.decode()):
            for one in family.samples:
                if one.name == f"coilcast_{sample}" and one.labels == labels:
                    return float(one.value)
        return None


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.mark.parametrize(
    "accept", ["", OPENMETRICS, "application/openmetrics-text;version=none", "text/plain;version=x"]
)
def test_both_formats(bench: Bench, accept: str) -> None:
    """Prometheus asks for the newer one; whoever asks for nothing, or nonsense, gets the older one."""
    page, media_type = bench.exporter.page(accept)
    is_new = media_type.startswith("application/openmetrics-text")
    assert is_new == (accept == OPENMETRICS)
    names = {family.name for family in (read_openmetrics if is_new else read_text)(page.decode())}
    expected = {metric.name.removesuffix("_total") for metric in METRICS}
    expected = {name.removesuffix("_info") for name in expected} if is_new else expected
    assert names == expected


def test_what_is_counted_in_files(bench: Bench) -> None:
    """As it is at the moment of the scrape."""
    figures = Figures.of_process(bench.settings.figures_dir, "gateway-0")
    figures.resumed()
    assert bench.number("resumes_total") == 1
    figures.resumed()
    assert bench.number("resumes_total") == 2


def test_a_damaged_file(bench: Bench) -> None:
    """What was in it stays as it was known last; the others count on, and the damage is a figure."""
    for name in ("gateway-0", "gateway-1"):
        Figures.of_process(bench.settings.figures_dir, name).resumed()
    assert bench.number("resumes_total") == 2
    assert bench.number("figures_damaged") == 0
    (bench.settings.figures_dir / "gateway-1.figures").write_bytes(b"nonsense")
    Figures.of_process(bench.settings.figures_dir, "gateway-0").resumed()
    assert bench.number("resumes_total") == 3
    assert bench.number("figures_damaged") == 1


def test_a_disk_that_hangs(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The scrape does not wait for it, and shows what it knew."""
    Figures.of_process(bench.settings.figures_dir, "gateway-0").resumed()
    assert bench.number("resumes_total") == 1
    go = threading.Event()
    monkeypatch.setattr(module, "read_all", lambda _: (go.wait(30), ({}, []))[1])
    began_s = time.monotonic()
    assert bench.number("resumes_total") == 1
    assert bench.number("resumes_total") == 1
    assert time.monotonic() - began_s < 2
    go.set()


def test_a_catalog_on_a_disk_that_hangs(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Costs its size alone."""
    Figures.of_process(bench.settings.figures_dir, "gateway-0").resumed()
    go = threading.Event()
    monkeypatch.setattr(module, "files_bytes", lambda _: go.wait(30))
    assert bench.number("resumes_total") == 1
    assert bench.number("catalog_bytes") is None
    go.set()


def test_processes(bench: Bench) -> None:
    """What this one takes; one that does not run takes nothing."""
    memory_bytes = bench.number("service_memory_bytes", service="gateway-0")
    assert memory_bytes is not None
    assert 10e6 < memory_bytes < 10e9
    assert bench.number("service_memory_bytes", service="gateway-1") is None
    assert bench.number("service_memory_bytes", service="monitor") == pytest.approx(memory_bytes, rel=0.2)
    open_fds = bench.number("service_open_fds", service="gateway-0")
    assert open_fds is not None
    with Path(os.devnull).open("rb"):
        assert bench.number("service_open_fds", service="gateway-0") == pytest.approx(open_fds + 1, abs=3)


def test_a_process_that_is_gone() -> None:
    """No figures, no error."""
    assert usage(2**22 + 1) is None


def test_the_catalogs_size(bench: Bench) -> None:
    """With its write-ahead log; nothing while there is none."""
    path = bench.settings.catalog_path
    assert files_bytes(path) is None
    assert bench.number("catalog_bytes") is None
    path.write_bytes(bytes(100))
    assert bench.number("catalog_bytes") == 100
    path.with_name(f"{path.name}-wal").write_bytes(bytes(50))
    assert bench.number("catalog_bytes") == 150


def test_asked_again_once_it_has_answered() -> None:
    """Not while an answer is waited for in vain; what the question raises is raised."""
    go, asked = threading.Event(), []

    def question() -> str:
        asked.append(1)
        go.wait(10)
        return "answer"

    slow = Asked(question)
    assert slow.ask(0.05) is None
    assert slow.ask(0.05) is None
    assert len(asked) == 1
    go.set()
    assert slow._thread is not None
    slow._thread.join(10)
    assert slow.ask(10) == "answer"

    def wrong() -> str:
        raise OSError("no")

    with pytest.raises(OSError, match="no"):
        Asked(wrong).ask(10)
