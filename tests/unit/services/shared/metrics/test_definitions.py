"""The definitions agree with the code that counts, and are such as Prometheus wants them."""

from __future__ import annotations

import re
import typing

import pytest

from services.gateway.wire import ResetReason
from services.shared.metrics.definitions import METRICS
from services.shared.metrics.metric import RESET_REASONS, Metric


def test_names_are_unique() -> None:
    """Each family once."""
    names = [metric.name for metric in METRICS]
    assert len(names) == len(set(names)) > 40


@pytest.mark.parametrize("metric", METRICS, ids=[metric.name for metric in METRICS])
def test_conventions(metric: Metric) -> None:
    """Base units, `_total` for counters only, no label that grows with coils or files, a text in both languages."""
    assert re.fullmatch(r"coilcast_[a-z]+(_[a-z]+)*", metric.name)
    assert metric.name.endswith("_total") == (metric.kind == "counter")
    assert metric.name.endswith("_info") == (metric.kind == "info")
    assert not re.search(r"_(ms|milliseconds|mb|kb|percent|minutes)(_|$)", metric.name)
    allowed = {"camera", "type", "stage", "reason", "transport", "service", "cause", "size", "status", "mode", "role"}
    allowed |= {"state", "name", "severity", "transition", "result", "version", "python", "node"}
    assert set(metric.labels) <= allowed
    assert ("camera" in metric.labels) <= ("type" in metric.labels or metric.name == "coilcast_line_running")
    assert set(metric.values) <= set(metric.labels)
    assert metric.help
    assert re.search("[가-힣]|coilcast_|stall|1,", metric.korean)
    assert not metric.help.endswith(".")


def test_reasons_are_those_of_the_services() -> None:
    """A reason that a service may give has its series from the start."""
    assert set(RESET_REASONS) == set(typing.get_args(ResetReason))
