"""Which series there are, whether or not anything was counted in them yet. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from orchestrator.monitor.exporter.state import State
from orchestrator.topology import parse
from services.shared.files import MAIN_CAMERA
from services.shared.messages import Health
from services.shared.metrics.definitions import GAP_REPAIRS
from services.shared.metrics.metric import Metric

Labels = tuple[str, ...]

FOLLOWERS = ("gateway", "thumbnailer")
"""Who follows the log, and may have a hole to repair."""


@dataclass(frozen=True)
class Known:
    """The folders (camera, type) and the processes of a node."""

    folders: tuple[tuple[str, str], ...]
    services: tuple[str, ...]

    def series(self, metric: Metric) -> Iterator[Labels]:
        """The label values of each series that is there from the start, in the order of `metric.labels`."""
        if metric.labels[:2] == ("camera", "type"):
            rest = [metric.values[label] for label in metric.labels[2:]]
            for folder in self.folders:
                for values in product(*rest):
                    yield (*folder, *values)
        else:
            yield from product(*(self._values(metric, label) for label in metric.labels))

    def is_ghost(self, metric: Metric, labels: Labels) -> bool:
        """Of a process that is no more: taken away on purpose, or of an earlier topology."""
        return "service" in metric.labels and labels[metric.labels.index("service")] not in self.services

    def _values(self, metric: Metric, label: str) -> Sequence[str]:
        if label in metric.values:
            return metric.values[label]
        if label == "type":
            return tuple(dict.fromkeys(kind for _, kind in self.folders))
        if label == "service" and metric is GAP_REPAIRS:
            return [name for name in self.services if parse(name).service in FOLLOWERS]
        return self.services if label == "service" else ()


def known(kinds: Iterable[str], state: State, counted: Iterable[Labels]) -> Known:
    """`counted`: the folders that anything was counted for."""
    folders = dict.fromkeys((MAIN_CAMERA, kind) for kind in kinds)
    for folder in state.folders:
        folders[folder.camera, folder.kind] = None
    for name in _named(state.health):
        camera, _, kind = name.partition("/")
        folders[camera, kind] = None
    for camera, kind in counted:
        folders[camera, kind] = None
    services = tuple(state.health.services) if state.health else ()
    return Known(tuple(folders), services)


def _named(health: Health | None) -> Iterator[str]:
    """The folders that the watcher speaks of, and those whose flow is judged."""
    if health is None:
        return
    yield from health.flows
    for name, service in health.services.items():
        if parse(name).service == "watcher":
            for part in ("modes", "missing"):
                found = service.detail.get(part)
                if isinstance(found, Mapping):
                    yield from found
