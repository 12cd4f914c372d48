"""What Prometheus reads: every series from the start, added up over processes, and no ghosts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.metrics_core import Metric as Family

from orchestrator.monitor.evidence import DiskEvidence, FolderEvidence
from orchestrator.monitor.exporter.families import Looked, families
from orchestrator.monitor.exporter.machine import Usage
from orchestrator.monitor.exporter.state import State
from services.shared.messages import Flow, Health, ServiceHealth, ServiceState
from services.shared.metrics.definitions import METRICS
from services.shared.metrics.figures import Figures
from services.shared.operations import Said, Trouble
from services.shared.settings import Settings
from tests.support.serving import event
from tests.support.watching import settings_for

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_for(tmp_path, COILCAST_NODE_NAME="line-2")


def service(state: ServiceState = "ready", pid: int = 7, **detail: Any) -> ServiceHealth:
    return ServiceHealth(state=state, pid=pid, since_ms=1_700_000_000_000, seq=41, queue=2, detail=detail)


def healthy(services: Mapping[str, ServiceHealth] | None = None, **fields: Any) -> Health:
    default = {
        "watcher-0": service(modes={"main/original": "inotify", "main/labeled": "polling"}),
        "gateway-0": service(clients=3, long_polls=1),
        "gateway-1": service(clients=2, long_polls=0),
        "thumbnailer-0": service(),
    }
    return Health(status="ok", reason=None, services=dict(services or default), at_ms=0, **fields)


def samples(settings: Settings, state: State, looked: Looked) -> Samples:
    found: Samples = {}
    for family in families(settings, state, looked):
        for sample in family.samples:
            at = (sample.name, tuple(sorted(sample.labels.items())))
            assert at not in found, f"{at} is there twice"
            found[at] = sample.value
    return found


def value(found: Samples, of: str, /, **labels: str) -> float | None:
    return found.get((f"coilcast_{of}", tuple(sorted(labels.items()))))


def labels_of(found: Samples, name: str, label: str) -> set[str]:
    return {dict(labels)[label] for (of, labels) in found if of == f"coilcast_{name}" and label in dict(labels)}


def test_every_metric_is_there_from_the_start(settings: Settings) -> None:
    """Before anything was counted: each label's known values at zero, and of nothing that is not known a number."""
    state = State(healthy(), {}, disks=(DiskEvidence(role="images", free_bytes=5),))
    usages = {"gateway-0": Usage(1.5, 1000, 12)}
    found = samples(settings, state, Looked({}, 0, usages, 4096))
    of_state = {"coilcast_alert_firing", "coilcast_line_running", "coilcast_filesystem_size_bytes"}
    of_state |= {"coilcast_filesystem_free_inodes", "coilcast_filesystem_inodes"}
    names = {name for name, _ in found}
    for metric in METRICS:
        shown = f"{metric.name}_count" if metric.kind == "histogram" else metric.name
        assert (shown in names) != (metric.name in of_state), metric.name
    assert value(found, "images_total", camera="main", type="labeled") == 0
    assert value(found, "rejected_total", camera="main", type="original", reason="truncated") == 0
    assert value(found, "latency_seconds_bucket", stage="written_pushed", type="original", le="0.1") == 0
    assert value(found, "latency_seconds_bucket", stage="written_pushed", type="original", le="+Inf") == 0
    assert value(found, "service_restarts_total", service="watcher-0", cause="hang") == 0
    assert labels_of(found, "gap_repairs_total", "service") == {"gateway-0", "gateway-1", "thumbnailer-0"}
    assert value(found, "alert_transitions_total", name="stall", transition="raised") == 0
    assert value(found, "alerts_firing", name="disk_filling") == 0
    assert value(found, "canary_timestamp_seconds", stage="client") == 0
    assert value(found, "node_info", node="line-2") == 1


def test_alerts_that_nobody_has_read_yet_are_not_over(settings: Settings) -> None:
    """A monitor that has just begun says nothing of them, rather than that none fires."""
    found = samples(settings, State(healthy()), Looked({}))
    assert not labels_of(found, "alerts_firing", "name") | labels_of(found, "alert_firing", "name")
    assert value(found, "alert_transitions_total", name="stall", transition="raised") == 0


def test_processes_are_added_up(settings: Settings) -> None:
    """Counts and histograms of all of them, the latest of what is a time."""
    first, second = Figures.in_memory("gateway-0"), Figures.in_memory("gateway-1")
    for figures, count in ((first, 3), (second, 4)):
        for number in range(count):
            one = event(number + 1, written_at_ms=1000, seen_at_ms=2000 + count)
            figures.logged("e", [one])
            figures.pushed(one.image, 1020)
    counted = {"gateway-0": first.numbers, "gateway-1": second.numbers}
    found = samples(settings, State(healthy()), Looked(counted))
    folder = {"camera": "main", "type": "original"}
    assert value(found, "pushed_total") == 7
    assert value(found, "images_total", **folder) == 7
    assert value(found, "last_image_timestamp_seconds", **folder) == 2.004
    stage = {"stage": "written_pushed", "type": "original"}
    assert value(found, "latency_seconds_bucket", **stage, le="0.015") == 0
    assert value(found, "latency_seconds_bucket", **stage, le="0.025") == 7
    assert value(found, "latency_seconds_bucket", **stage, le="1.0") == 7
    assert value(found, "latency_seconds_count", **stage) == 7
    assert value(found, "latency_seconds_sum", **stage) == pytest.approx(0.14)


def test_no_ghosts(settings: Settings) -> None:
    """What is no more has no series of its own, and what it counted is still counted."""
    gone = Figures.in_memory("gateway-1")
    gone.gap_repaired()
    gone.resumed()
    monitor = Figures.in_memory("monitor")
    monitor.restarted("gateway-1", "signal")
    counted = {"gateway-1": gone.numbers, "monitor": monitor.numbers}
    services = {"watcher-0": service(), "gateway-0": service()}
    found = samples(settings, State(healthy(services)), Looked(counted))
    assert value(found, "resumes_total") == 1
    assert not any("gateway-1" in dict(labels).values() for _, labels in found)


def test_without_an_answer_nothing_is_counted(settings: Settings) -> None:
    """A zero would be a count that began anew, and the next number an increase."""
    found = samples(settings, State(healthy()), Looked(None))
    assert value(found, "images_total", camera="main", type="original") is None
    assert value(found, "service_up", service="gateway-0") == 1


def test_cameras(settings: Settings) -> None:
    """Another camera has its series as soon as anybody speaks of it."""
    figures = Figures.in_memory()
    figures.rejected("counted", "original", "empty")
    modes = {"watcher-0": service(modes={"watched/original": "inotify"}, missing={"main/original": "gone"})}
    state = State(
        healthy(modes, flows={"flowing/labeled": Flow(state="late", since_ms=0)}),
        folders=(FolderEvidence(camera="probed", kind="original", line="stopped"),),
    )
    found = samples(settings, state, Looked({"watcher-0": figures.numbers}))
    assert labels_of(found, "images_total", "camera") == {"main", "counted", "watched", "flowing", "probed"}
    assert value(found, "watch_mode", camera="watched", type="original", mode="inotify") == 1
    assert value(found, "watch_mode", camera="watched", type="original", mode="polling") == 0
    assert value(found, "watch_mode", camera="main", type="original", mode="inotify") == 0
    assert value(found, "flow_state", camera="flowing", type="labeled", state="late") == 1
    assert value(found, "flow_state", camera="flowing", type="labeled", state="live") == 0
    assert value(found, "line_running", camera="probed") == 0
    assert value(found, "line_running", camera="main") is None


def test_services(settings: Settings) -> None:
    """Who is out is down and not ready, and counts no clients; the monitor answers for itself."""
    services = {
        "watcher-0": service("hung", modes={}),
        "gateway-0": service(clients=3, long_polls=1),
        "gateway-1": service("slowed", pid=0, clients=9, long_polls=9),
    }
    state = State(healthy(services), since_s=17.0)
    found = samples(settings, state, Looked({}, 0, {"gateway-0": Usage(1.5, 1000, 12)}))
    ups = {name: value(found, "service_up", service=name) for name in (*services, "monitor")}
    assert ups == {"watcher-0": 1, "gateway-0": 1, "gateway-1": 0, "monitor": 1}
    assert value(found, "service_ready", service="watcher-0") == 0
    assert value(found, "clients", transport="websocket") == 3
    assert value(found, "clients", transport="long_poll") == 1
    assert value(found, "service_cpu_seconds_total", service="gateway-0") == 1.5
    assert value(found, "service_cpu_seconds_total", service="watcher-0") is None
    assert value(found, "service_start_timestamp_seconds", service="gateway-0") == 1_700_000_000
    assert value(found, "service_start_timestamp_seconds", service="gateway-1") == 0
    assert value(found, "service_start_timestamp_seconds", service="monitor") == 17
    assert value(found, "service_last_seq", service="watcher-0") == 41


def test_alerts(settings: Settings) -> None:
    """Each that fires by what it is about, and how many of a name."""
    said = Said("가", "a")
    stall = Trouble(
        name="stall", severity="critical", summary=said, advice=said, reason="disk_full", camera="main", kind="original"
    )
    loop = Trouble(name="service_loop", severity="warning", summary=said, advice=said, service="gateway-0")
    found = samples(settings, State(healthy(), {"a": stall, "b": loop}), Looked({}))
    about = {"name": "stall", "severity": "critical", "reason": "disk_full", "camera": "main", "type": "original"}
    assert value(found, "alert_firing", **about, service="") == 1
    assert value(found, "alerts_firing", name="stall") == 1
    assert value(found, "alerts_firing", name="canary_lost") == 0
    assert labels_of(found, "alert_firing", "service") == {"", "gateway-0"}


def test_a_filesystem_that_hangs_has_no_figures(settings: Settings) -> None:
    """What it said before says nothing of now; what it does not count is not there."""
    state = State(
        healthy(),
        disks=(
            DiskEvidence(role="images", answered=False, free_bytes=5, total_bytes=9),
            DiskEvidence(role="state", free_bytes=5, total_bytes=9),
        ),
    )
    found = samples(settings, state, Looked({}))
    assert labels_of(found, "filesystem_free_bytes", "role") == {"state"}
    assert labels_of(found, "filesystem_inodes", "role") == set()


def test_before_the_monitor_knows_anything(settings: Settings) -> None:
    """Nothing falls over."""
    found = list(families(settings, State(), Looked()))
    assert all(isinstance(family, Family) for family in found)
