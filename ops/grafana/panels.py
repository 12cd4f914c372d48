"""What dashboards are made of: panels in rows, variables, annotations, links. Only what Grafana does not default to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

SOURCE: Json = {"type": "prometheus", "uid": "${datasource}"}
OURS: Json = {"text": "coilcast", "value": "coilcast-prometheus"}
"""What provisioning/datasources makes; where that is not there, Grafana takes its first Prometheus."""

NODE = 'job="coilcast", instance=~"$instance"'
FOLDER = f'{NODE}, camera=~"$camera", type=~"$type"'
WIDTH = 24

GREEN, YELLOW, RED = "green", "yellow", "red"


@dataclass(frozen=True)
class Query:
    """A PromQL expression and how its series are called; `table` asks for the present value only."""

    expr: str
    legend: str = "__auto"
    table: bool = False


@dataclass(frozen=True)
class Panel:
    """One panel: `title` in English and Korean, `text` the same in whole sentences, `options` Grafana's own."""

    title: str
    text: tuple[str, str]
    queries: Sequence[Query]
    kind: str = "timeseries"
    unit: str = "short"
    width: int = 8
    height: int = 7
    steps: Sequence[tuple[float | None, str]] = ()
    mappings: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    options: Json = field(default_factory=dict)
    custom: Json = field(default_factory=dict)
    extra: Json = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """A heading and what stands below it, from left to right."""

    title: str
    panels: Sequence[Panel]


def stat(title: str, text: tuple[str, str], expr: str, legend: str = "__auto", **more: Any) -> Panel:
    """The present value in large figures."""
    options = {"colorMode": "background", "graphMode": "none", "reduceOptions": {"calcs": ["lastNotNull"]}}
    return Panel(title, text, [Query(expr, legend)], kind="stat", options=options, **({"height": 4} | more))


def table(title: str, text: tuple[str, str], expr: str, hidden: Sequence[str], **more: Any) -> Panel:
    """One line for each series, its labels in columns."""
    organize = {"id": "organize", "options": {"excludeByName": dict.fromkeys(("Time", "__name__", *hidden), True)}}
    return Panel(title, text, [Query(expr, table=True)], kind="table", extra={"transformations": [organize]}, **more)


def timeline(title: str, text: tuple[str, str], queries: Sequence[Query], **more: Any) -> Panel:
    """Which state each series was in, over time."""
    return Panel(title, text, queries, kind="state-timeline", options={"showValue": "never"}, **more)


def dashboard(uid: str, title: str, text: tuple[str, str], rows: Sequence[Row], *, folders: bool) -> Json:
    """A whole dashboard; `folders` gives it the variables camera and type."""
    return {
        "uid": uid,
        "title": title,
        "description": "\n\n".join(text),
        "tags": ["coilcast"],
        "schemaVersion": 38,
        "editable": False,
        "graphTooltip": 1,
        "refresh": "10s",
        "time": {"from": "now-1h", "to": "now"},
        "timezone": "browser",
        "annotations": {"list": _annotations()},
        "links": _links(),
        "templating": {"list": _variables(folders=folders)},
        "panels": _laid_out(rows),
    }


def _laid_out(rows: Sequence[Row]) -> list[Json]:
    panels: list[Json] = []
    top = 0
    for row in rows:
        place = {"x": 0, "y": top, "w": WIDTH, "h": 1}
        panels.append({"id": len(panels) + 1, "type": "row", "title": row.title, "collapsed": False, "gridPos": place})
        top += 1
        left = height = 0
        for panel in row.panels:
            if left + panel.width > WIDTH:
                top, left, height = top + height, 0, 0
            place = {"x": left, "y": top, "w": panel.width, "h": panel.height}
            panels.append({"id": len(panels) + 1, "gridPos": place} | _panel(panel))
            left, height = left + panel.width, max(height, panel.height)
        top += height
    return panels


def _panel(panel: Panel) -> Json:
    defaults: Json = {"unit": panel.unit, "custom": panel.custom}
    if panel.steps:
        steps = [{"value": value, "color": color} for value, color in panel.steps]
        defaults |= {"thresholds": {"mode": "absolute", "steps": steps}, "color": {"mode": "thresholds"}}
    if panel.mappings:
        options = {
            value: {"text": text, "color": color, "index": index}
            for index, (value, (text, color)) in enumerate(panel.mappings.items())
        }
        defaults["mappings"] = [{"type": "value", "options": options}]
    return {
        "type": panel.kind,
        "title": panel.title,
        "description": "\n\n".join(panel.text),
        "datasource": SOURCE,
        "fieldConfig": {"defaults": defaults, "overrides": []},
        "options": panel.options,
        "targets": [_target(query, chr(ord("A") + index)) for index, query in enumerate(panel.queries)],
        **panel.extra,
    }


def _target(query: Query, ref: str) -> Json:
    target: Json = {"refId": ref, "datasource": SOURCE, "expr": query.expr, "legendFormat": query.legend}
    return target | ({"instant": True, "format": "table"} if query.table else {"range": True})


def _variables(*, folders: bool) -> list[Json]:
    """The node is chosen by its name; panels ask for the addresses that belong to it."""
    found = [
        {"name": "datasource", "label": "Prometheus", "type": "datasource", "query": "prometheus", "current": OURS},
        _variable("node", "Node", "label_values(coilcast_node_info, node)"),
        _variable("instance", "Instance", 'label_values(coilcast_node_info{node=~"$node"}, instance)', hide=2),
    ]
    if folders:
        asked = 'coilcast_last_image_timestamp_seconds{instance=~"$instance"}'
        found.append(_variable("camera", "Camera", f"label_values({asked}, camera)"))
        found.append(_variable("type", "Type", f"label_values({asked}, type)"))
    return found


def _variable(name: str, label: str, query: str, hide: int = 0) -> Json:
    return {
        "name": name,
        "label": label,
        "type": "query",
        "datasource": SOURCE,
        "query": {"query": query, "refId": name},
        "definition": query,
        "refresh": 2,
        "sort": 1,
        "hide": hide,
        "multi": True,
        "includeAll": True,
        "current": {"text": ["All"], "value": ["$__all"]},
    }


def _annotations() -> list[Json]:
    fired = "{{name}} {{service}}{{camera}} {{type}} {{reason}}"
    return [
        _annotation("Alerts of the node", f"coilcast_alert_firing{{{NODE}}}", fired, RED),
        _annotation(
            "Alerts of Prometheus",
            'ALERTS{alertstate="firing", alertname=~"Coilcast.+", severity!="none", instance=~"$instance"}',
            "{{alertname}} {{name}} {{reason}}",
            "orange",
        ),
        _annotation(
            "Starts of services",
            f"changes(coilcast_service_start_timestamp_seconds{{{NODE}}}[$__interval]) > 0",
            "{{service}} started",
            "blue",
        )
        | {"enable": False},
    ]


def _annotation(name: str, expr: str, title: str, color: str) -> Json:
    return {
        "name": name,
        "datasource": SOURCE,
        "enable": True,
        "expr": expr,
        "titleFormat": title,
        "iconColor": color,
        "useValueForTime": False,
        "step": "10s",
    }


def _links() -> list[Json]:
    return [
        {
            "title": "coilcast",
            "type": "dashboards",
            "tags": ["coilcast"],
            "asDropdown": False,
            "includeVars": True,
            "keepTime": True,
        }
    ]
