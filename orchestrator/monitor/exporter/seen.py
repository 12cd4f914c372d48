"""The figures that nobody counts: what the monitor knows at the moment. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from orchestrator.monitor.evidence import DiskEvidence
from orchestrator.monitor.exporter.known import Known, Labels
from orchestrator.monitor.exporter.machine import Usage
from orchestrator.monitor.exporter.state import State
from orchestrator.topology import MONITOR, parse
from services.shared.messages import ServiceHealth
from services.shared.metrics import definitions as of
from services.shared.metrics.metric import ALERTS, Metric
from services.shared.settings import Settings

Numbers = dict[str, dict[Labels, float]]
"""By the metric's name."""

GONE = ("stopped", "dead", "slowed")
"""States of a process that does not run."""


def seen(settings: Settings, state: State, there: Known, usages: Mapping[str, Usage]) -> Numbers:
    """Every metric that is seen, but the two that come of looking at files."""
    services = {} if state.health is None else state.health.services
    return {
        **_of_services(services, usages, state.since_s),
        **_of_clients(services),
        **_of_folders(state, there, services),
        **_of_disks(state.disks),
        **_of_alerts(state),
        of.NODE_STATUS.name: _one_of(of.NODE_STATUS, (), None if state.health is None else state.health.status),
        of.CANARY.name: {(stage,): state.canary.get(stage, 0.0) for stage in of.CANARY.values["stage"]},
        of.STALL_AFTER.name: {(): settings.stall.after_s},
        of.CANARY_INTERVAL.name: {(): settings.canary.interval_s},
    }


def _of_services(services: Mapping[str, ServiceHealth], usages: Mapping[str, Usage], monitor_since_s: float) -> Numbers:
    up: dict[Labels, float] = {(name,): float(service.state not in GONE) for name, service in services.items()}
    ready: dict[Labels, float] = {(name,): float(service.state == "ready") for name, service in services.items()}
    started: dict[Labels, float] = {
        (name,): service.since_ms / 1000 if up[name,] else 0.0 for name, service in services.items()
    }
    # Whoever answers is up.
    up[MONITOR,] = ready[MONITOR,] = 1.0
    started[MONITOR,] = monitor_since_s
    return {
        of.SERVICE_UP.name: up,
        of.SERVICE_READY.name: ready,
        of.SERVICE_CPU.name: {(name,): usage.cpu_s for name, usage in usages.items()},
        of.SERVICE_MEMORY.name: {(name,): float(usage.memory_bytes) for name, usage in usages.items()},
        of.SERVICE_FDS.name: {(name,): float(usage.open_fds) for name, usage in usages.items()},
        of.SERVICE_SEQ.name: {(name,): float(service.seq) for name, service in services.items()},
        of.SERVICE_STARTED.name: started,
        of.QUEUE.name: {(name,): float(service.queue) for name, service in services.items()},
    }


def _of_clients(services: Mapping[str, ServiceHealth]) -> Numbers:
    gateways = [one for name, one in services.items() if parse(name).service == "gateway" and one.state not in GONE]
    of_transport = {"websocket": "clients", "long_poll": "long_polls"}
    return {
        of.CLIENTS.name: {
            (transport,): sum(_number(gateway.detail, name) for gateway in gateways)
            for transport, name in of_transport.items()
        }
    }


def _of_folders(state: State, there: Known, services: Mapping[str, ServiceHealth]) -> Numbers:
    watchers = [one for name, one in services.items() if parse(name).service == "watcher" and one.state not in GONE]
    modes: dict[str, Any] = {}
    for watcher in watchers:
        modes |= watcher.detail.get("modes") or {}
    flows = {} if state.health is None else state.health.flows
    watched: dict[Labels, float] = {}
    flowing: dict[Labels, float] = {}
    for camera, kind in there.folders:
        name = f"{camera}/{kind}"
        watched |= _one_of(of.WATCH_MODE, (camera, kind), modes.get(name))
        flowing |= _one_of(of.FLOW_STATE, (camera, kind), flows[name].state if name in flows else None)
    lines: dict[Labels, float] = {
        (folder.camera,): float(folder.line == "running") for folder in state.folders if folder.line != "unknown"
    }
    return {of.WATCH_MODE.name: watched, of.FLOW_STATE.name: flowing, of.LINE_RUNNING.name: lines}


def _of_disks(disks: Iterable[DiskEvidence]) -> Numbers:
    """What a filesystem said before it hung says nothing of now."""
    answering = [disk for disk in disks if disk.answered]

    def told(metric: Metric, what: str) -> Numbers:
        found = {(disk.role,): getattr(disk, what) for disk in answering}
        return {metric.name: {labels: float(number) for labels, number in found.items() if number is not None}}

    return {
        **told(of.FREE_BYTES, "free_bytes"),
        **told(of.SIZE_BYTES, "total_bytes"),
        **told(of.FREE_INODES, "free_inodes"),
        **told(of.INODES, "total_inodes"),
    }


def _of_alerts(state: State) -> Numbers:
    """Without any series while it is not known: a zero would be taken for the end of what fires."""
    if state.firing is None:
        return {of.ALERT_FIRING.name: {}, of.ALERTS_FIRING.name: {}}
    firing = list(state.firing.values())
    names = Counter(alert.name for alert in firing)
    each: dict[Labels, float] = {
        (one.name, one.severity, one.reason or "", one.camera or "", one.kind or "", one.service or ""): 1.0
        for one in firing
    }
    return {
        of.ALERT_FIRING.name: each,
        of.ALERTS_FIRING.name: {(name,): float(names[name]) for name in dict.fromkeys((*ALERTS, *names))},
    }


def _one_of(metric: Metric, labels: Labels, present: object) -> dict[Labels, float]:
    """1 for the value that is present, 0 for the others."""
    return {(*labels, value): float(value == present) for value in metric.values[metric.labels[-1]]}


def _number(detail: Mapping[str, Any], name: str) -> float:
    found = detail.get(name, 0)
    return float(found) if isinstance(found, int | float) else 0.0
