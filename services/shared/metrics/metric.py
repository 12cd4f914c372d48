"""What a metric is, and the values that its labels take in any case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["counter", "gauge", "histogram", "info"]
Source = Literal["counted", "seen"]

PREFIX = "coilcast_"

BUCKETS_S = (
    0.0005, 0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0,
)  # fmt: skip
"""The client library's own begin at 5 ms, by when an image has mostly arrived."""

STAGES = (
    "captured_written",
    "written_seen",
    "seen_catalogued",
    "catalogued_pushed",
    "seen_preview",
    "pushed_painted",
    "written_pushed",
    "written_painted",
)
PREVIEW_FAILURES = ("undecodable", "decode_timeout", "out_of_memory", "ended_workers", "unreadable")
RESET_REASONS = ("epoch", "trimmed", "ahead")
CAUSES = ("exit", "signal", "hang", "not_launched")
DELETIONS = ("age", "count", "bytes", "watermark")
ALERTS = (
    "stall",
    "model_stopped",
    "service_loop",
    "canary_lost",
    "previews_behind",
    "disk_filling",
    "clock_jump",
    "catalog_damaged",
    "delivery_failing",
    "retention_stuck",
)


@dataclass(frozen=True)
class Metric:
    """One family of series.

    `values` are those that a label takes in any case: with them every series is there from the start. Cameras, types
    and services are known when a node runs. `counted` is what processes count themselves (`services.shared.metrics`),
    `seen` is what the monitor knows at the moment.
    """

    name: str
    kind: Kind
    source: Source
    help: str
    korean: str
    labels: tuple[str, ...] = ()
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def metric(
    name: str,
    kind: Kind,
    source: Source,
    labels: tuple[str, ...],
    text: str,
    korean: str,
    /,
    **values: tuple[str, ...],
) -> Metric:
    """`name` without the beginning that all have in common; the values that are known of a label under its name."""
    return Metric(PREFIX + name, kind, source, text, korean, labels, values)
