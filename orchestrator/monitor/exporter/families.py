"""From what was counted and what is known to what Prometheus reads. Pure."""

from __future__ import annotations

import platform
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate

from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
)
from prometheus_client.metrics_core import Metric as Family

from orchestrator.monitor.exporter.known import Known, Labels, known
from orchestrator.monitor.exporter.machine import Usage
from orchestrator.monitor.exporter.seen import seen
from orchestrator.monitor.exporter.state import State
from services.shared.metrics import definitions as of
from services.shared.metrics.cells import Key
from services.shared.metrics.definitions import METRICS
from services.shared.metrics.metric import BUCKETS_S, Metric
from services.shared.settings import Settings
from services.shared.version import VERSION

Numbers = Mapping[str, Mapping[Key, float]]
"""What each process has counted, by its name."""

_BOUNDS = (*(f"{bound:g}" for bound in BUCKETS_S), "+Inf")
_SHOWN = (*(repr(bound) for bound in BUCKETS_S), "+Inf")
_COUNTED = {metric.name: metric for metric in METRICS if metric.source == "counted"}


@dataclass(frozen=True)
class Looked:
    """What was found out for this scrape. What did not answer in time is empty or None.

    Without `counted` no series of these is shown: a zero would be taken for a count that began anew.
    """

    counted: Numbers | None = None
    damaged: int = 0
    usages: Mapping[str, Usage] = field(default_factory=dict)
    catalog_bytes: int | None = None


def families(settings: Settings, state: State, looked: Looked) -> Iterator[Family]:
    """Every metric, in the order of their definitions."""
    counted = _added_up(looked.counted or {})
    there = known(settings.images.kinds, state, _folders(counted))
    present = seen(settings, state, there, looked.usages)
    present[of.CATALOG_BYTES.name] = {} if looked.catalog_bytes is None else {(): float(looked.catalog_bytes)}
    present[of.FIGURES_DAMAGED.name] = {(): float(looked.damaged)}
    for metric in METRICS:
        if metric.source == "counted" and looked.counted is None:
            continue
        if metric.kind == "info":
            yield _info(metric, settings)
        elif metric.kind == "histogram":
            yield _histogram(metric, there, counted)
        else:
            numbers = _with_zeros(metric, there, counted) if metric.source == "counted" else present[metric.name]
            yield _plain(metric, numbers)


def _added_up(numbers: Numbers) -> dict[str, dict[Labels, float]]:
    """Over all processes; of what is no count, the greatest."""
    total: dict[str, dict[Labels, float]] = defaultdict(lambda: defaultdict(float))
    for of_process in numbers.values():
        for (name, *labels), number in of_process.items():
            values, at = total[name], tuple(labels)
            is_gauge = name in _COUNTED and _COUNTED[name].kind == "gauge"
            values[at] = max(values[at], number) if is_gauge else values[at] + number
    return total


def _folders(counted: Mapping[str, Mapping[Labels, float]]) -> Iterator[Labels]:
    for name, values in counted.items():
        metric = _COUNTED.get(name)
        if metric is not None and metric.labels[:2] == ("camera", "type"):
            yield from (labels[:2] for labels in values)


def _with_zeros(metric: Metric, there: Known, counted: Mapping[str, Mapping[Labels, float]]) -> dict[Labels, float]:
    numbers = dict.fromkeys(there.series(metric), 0.0)
    numbers.update(
        (labels, number)
        for labels, number in counted.get(metric.name, {}).items()
        if len(labels) == len(metric.labels) and not there.is_ghost(metric, labels)
    )
    return numbers


def _plain(metric: Metric, numbers: Mapping[Labels, float]) -> Family:
    family: CounterMetricFamily | GaugeMetricFamily
    if metric.kind == "counter":
        family = CounterMetricFamily(metric.name, metric.help, labels=metric.labels)
    else:
        family = GaugeMetricFamily(metric.name, metric.help, labels=metric.labels)
    for labels, number in numbers.items():
        family.add_metric(labels, number)
    return family


def _histogram(metric: Metric, there: Known, counted: Mapping[str, Mapping[Labels, float]]) -> Family:
    family = HistogramMetricFamily(metric.name, metric.help, labels=metric.labels)
    buckets, sums = counted.get(f"{metric.name}_bucket", {}), counted.get(f"{metric.name}_sum", {})
    width = len(metric.labels)
    series = dict.fromkeys(there.series(metric)) | dict.fromkeys(at[:width] for at in buckets if len(at) == width + 1)
    for labels in series:
        heights = accumulate(buckets.get((*labels, bound), 0.0) for bound in _BOUNDS)
        family.add_metric(labels, list(zip(_SHOWN, heights, strict=True)), sums.get(labels, 0.0))
    return family


def _info(metric: Metric, settings: Settings) -> Family:
    values = {"version": VERSION, "python": platform.python_version(), "node": settings.node_name}
    family = InfoMetricFamily(metric.name.removesuffix("_info"), metric.help)
    family.add_metric((), {label: values[label] for label in metric.labels})
    return family
