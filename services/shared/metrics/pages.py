"""The metrics to read: `docs/metrics.md`."""

from __future__ import annotations

from services.shared.metrics.definitions import METRICS
from services.shared.metrics.metric import BUCKETS_S, Metric

_SORTS = (
    ("counted", "Counted by the processes", "프로세스가 세는 값"),
    ("seen", "Seen by the monitor", "모니터가 보는 값"),
)

_INTRODUCTION = """\
# Metrics · 메트릭

Made by `python -m services.shared.metrics > docs/metrics.md` from `services/shared/metrics/definitions.py`. A test
keeps the two alike.

One scrape of the monitor, `http://127.0.0.1:9108/metrics` (`[metrics]` in `conf/coilcast.toml`), has the whole node;
with `metrics.on_gateway` the gateway's port has the same. Units are base units: seconds, bytes, Unix time. `camera`
and `type` are the image folder, `service` is the process, as in `gateway-0`. Every series is there from the start, at
zero, as soon as its camera or process is known. What processes count goes on over their restarts and begins anew with
the node. Buckets of the histograms, in seconds: {buckets}.

모니터의 `http://127.0.0.1:9108/metrics` 한 번으로 노드 전체의 값을 읽습니다 (`conf/coilcast.toml`의 `[metrics]`).
`metrics.on_gateway`를 켜면 게이트웨이 포트에서도 같은 값을 제공합니다. 단위는 초, 바이트, Unix 시간입니다.
`camera`와 `type`은 이미지 폴더, `service`는 `gateway-0` 같은 프로세스입니다. 모든 값은 카메라나 프로세스가
알려지는 즉시 0부터 있습니다. 프로세스가 세는 값은 프로세스가 다시 시작되어도 이어지고, 노드를 새로 시작하면
0부터 다시 셉니다.
"""


def markdown() -> str:
    """`docs/metrics.md`."""
    lines = [_INTRODUCTION.format(buckets=", ".join(f"{bound:g}" for bound in BUCKETS_S))]
    for source, english, korean in _SORTS:
        lines += [f"## {english} · {korean}", "", "| name | kind | labels | |", "|---|---|---|---|"]
        lines += [_row(metric) for metric in METRICS if metric.source == source]
        lines.append("")
    return "\n".join(lines)


def _row(metric: Metric) -> str:
    labels = "<br>".join(_label(metric, label) for label in metric.labels)
    return f"| `{metric.name}` | {metric.kind} | {labels} | {metric.help}<br>{metric.korean} |"


def _label(metric: Metric, label: str) -> str:
    values = metric.values.get(label)
    return f"`{label}`" if values is None else f"`{label}`: {', '.join(values)}"
