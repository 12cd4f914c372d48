"""The node's figures on a port: what its processes counted, and what the monitor knows, put together for each scrape.

Nothing of it is in the monitor's loop, which only says what it knows; and nothing of it waits for a service.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable

from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, choose_encoder
from prometheus_client.metrics_core import Metric as Family

from orchestrator.monitor.exporter.asking import Asked
from orchestrator.monitor.exporter.families import Looked, Numbers, families
from orchestrator.monitor.exporter.machine import Usage, files_bytes, usage
from orchestrator.monitor.exporter.server import MetricsServer
from orchestrator.monitor.exporter.state import State
from orchestrator.topology import MONITOR
from services.shared.logs import Logger
from services.shared.metrics.cells import read_all
from services.shared.settings import Settings

PATIENCE_S = 0.2
"""The kernel answers in a hundredth of that, and a disk that does not is no reason to be late with the rest."""


SHOWN_EVERY_S = 0.25
"""The monitor's loop turns with every word on the bus."""


class Exporter:
    """`state` is what the monitor knows, as it was shown last."""

    def __init__(self, settings: Settings, log: Logger) -> None:
        self.state = State()
        self._next_s = 0.0
        self._settings = settings
        self._counted: Numbers | None = None
        self._processes = Asked(self._ask_processes)
        self._figures = Asked(lambda: read_all(settings.figures_dir))
        self._catalog = Asked(lambda: files_bytes(settings.catalog_path))
        port, bind = settings.metrics.port, settings.metrics.bind
        self._server = MetricsServer(bind, port, self.page, log) if port else None

    def start(self) -> None:
        """Be there for Prometheus, unless the settings want none."""
        if self._server is not None:
            self._server.start()

    def show(self, now_s: float, state: Callable[[], State]) -> None:
        """What the monitor knows by now; asked for only now and then."""
        if self._server is not None and now_s >= self._next_s:
            self._next_s = now_s + SHOWN_EVERY_S
            self.state = state()

    def close(self) -> None:
        if self._server is not None:
            self._server.close()

    def page(self, accept: str) -> tuple[bytes, str]:
        """All figures, and the media type, one that is in the header `accept` if there is any of ours."""
        try:
            encode, media_type = choose_encoder(accept)
        except (TypeError, ValueError):  # a version that is none
            encode, media_type = generate_latest, CONTENT_TYPE_PLAIN_0_0_4
        return encode(self), media_type

    def collect(self) -> Iterable[Family]:
        """What the client library asks of a collector."""
        damaged: list[str] = []
        if (answer := self._figures.ask(PATIENCE_S)) is not None:
            counted, damaged = answer
            # What could not be read now is as it was: a count that went down would be taken for one that began anew.
            self._counted = {**(self._counted or {}), **counted}
        looked = Looked(
            counted=self._counted,
            damaged=len(damaged),
            usages=self._processes.ask(PATIENCE_S) or {},
            catalog_bytes=self._catalog.ask(PATIENCE_S),
        )
        return families(self._settings, self.state, looked)

    def _ask_processes(self) -> dict[str, Usage]:
        health = self.state.health
        pids = {name: service.pid for name, service in health.services.items()} if health else {}
        found = {name: usage(pid) for name, pid in (pids | {MONITOR: os.getpid()}).items() if pid}
        return {name: one for name, one in found.items() if one is not None}
