"""One gateway: its parts put together over a catalog that is there."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping

from services.gateway.alerts import AlertBoard
from services.gateway.arrivals import Arrivals
from services.gateway.clients import Clients
from services.gateway.context import Context
from services.gateway.deliveries import Deliveries
from services.gateway.desk import Desk
from services.gateway.feed import Feed
from services.gateway.files import Files
from services.gateway.health import HEALTH_TIMEOUT_S, Evidence, assess, summary
from services.gateway.line import LineDesk
from services.gateway.live import EVERYTHING, RECENT_EVENTS, Live
from services.gateway.lookup import Lookup
from services.gateway.panel import Panel
from services.gateway.previews import Previews
from services.gateway.reads import Reads
from services.gateway.server import Server, hear_libraries
from services.gateway.status import Status
from services.gateway.uploads.gatekeeper import Gatekeeper
from services.gateway.uploads.lanes import Uploads
from services.gateway.wire import now_ms
from services.gateway.wire_health import HealthAnswer
from services.gateway.wording import REASONS
from services.shared.catalog import CatalogReader
from services.shared.follow import Follower
from services.shared.messages import Flow, Health, PreviewWanted, ServiceHealth
from services.shared.operations import Pins
from services.shared.phrases import phrases
from services.shared.previews import previews_folder
from services.shared.runtime import Runtime

LOOK_EVERY_S = 0.25
WATCHER_PATIENCE_S = 5.0
"""Then a panel that has nothing to show yet is better than none."""


class Gateway:
    """Made inside the event loop that it lives in."""

    def __init__(self, runtime: Runtime, catalog: CatalogReader) -> None:
        settings = runtime.settings
        self._runtime = runtime
        # Connected before the catalog is read: what happens from here on is heard, what was before is in the catalog.
        head = catalog.head()
        figures = runtime.figures
        self._follower = Follower(catalog, settings.run_dir, after=head, on_gap=figures.gap_repaired)
        recent = catalog.events(max(catalog.trimmed(), head - RECENT_EVENTS), head)
        live = Live(catalog.epoch, head, catalog.current_ranked(), recent)
        lookup = Lookup(live, catalog, settings.images.kinds)
        self._reads = Reads(settings.catalog_path, catalog.epoch)
        self._files = Files(settings.images.base)
        self._deliveries = Deliveries(settings.deliveries_path, catalog.epoch, runtime.log, figures)
        self._clients = Clients(lookup, self._reads, settings.node_name, self._deliveries.pushed, runtime.log, figures)
        self._alerts = AlertBoard(settings.operations_path, self._clients.alert, runtime.log)
        self._uploads = Uploads(settings, f"{settings.node_name}-{runtime.name}")
        self._gatekeeper = Gatekeeper(settings.operations_path)
        self._pins = Desk(settings.operations_path, Pins, runtime.log)
        self._line = LineDesk(settings.operations_path)
        self._phrase = phrases(settings.node.language, REASONS)
        arrivals = Arrivals()
        previews = Previews(
            previews_folder(settings.previews_dir, catalog.epoch), lambda seq: runtime.hints.say(PreviewWanted(seq=seq))
        )
        self._context = Context(
            settings=settings,
            log=runtime.log,
            node=settings.node_name,
            lookup=lookup,
            reads=self._reads,
            files=self._files,
            previews=previews,
            arrivals=arrivals,
            clients=self._clients,
            alerts=self._alerts,
            line=self._line,
            panel=Panel(),
            health=self._assess,
            status=Status(
                settings,
                runtime.name,
                live,
                self._reads,
                self._assess,
                self._services,
                self._flows,
                self._line,
                lambda: (len(self._clients), len(arrivals)),
                runtime.log,
            ),
            deliveries=self._deliveries,
            figures=figures,
            uploads=self._uploads,
            gatekeeper=self._gatekeeper,
            pins=self._pins,
        )
        self._feed = Feed(
            self._follower,
            runtime.hints,
            lookup,
            self._clients,
            arrivals,
            self._files,
            previews,
            self._deliveries,
            runtime.log,
        )
        self._server = Server(self._context)

    async def serve(self, stopped: asyncio.Event, *, is_new: bool) -> None:
        """Until `stopped`; of a catalog that `is_new` the watcher is heard first, which then knows what is newest.

        Raises EpochChanged when the catalog was replaced, StateError when the port is not free.
        """
        settings, log = self._runtime.settings, self._runtime.log
        hear_libraries(log)
        if not self._context.panel:
            log.warning("panel_missing")
        self._feed.start()
        if is_new:
            await self._hear_watcher(stopped)
        self._server.listen()
        log.info("listening", bind=settings.gateway.bind, port=settings.gateway.port)
        self._runtime.ready()
        stop = asyncio.ensure_future(stopped.wait())
        try:
            while not stop.done():
                self._look()
                done, _ = await asyncio.wait(
                    (stop, self._feed.ended), timeout=LOOK_EVERY_S, return_when=asyncio.FIRST_COMPLETED
                )
                if self._feed.ended in done:
                    self._feed.ended.result()
        finally:
            stop.cancel()
            self._feed.stop()
            await self._server.close()
            self._uploads.close()
            self._gatekeeper.close()
            self._pins.close()
            self._line.close()
            self._reads.close()
            self._alerts.close()
            self._deliveries.close()
            self._files.close()
            self._follower.close()

    async def _hear_watcher(self, stopped: asyncio.Event) -> None:
        deadline_s = time.monotonic() + WATCHER_PATIENCE_S
        while self._feed.heard_s is None and time.monotonic() < deadline_s and not stopped.is_set():
            self._runtime.beat()
            await asyncio.sleep(LOOK_EVERY_S)
        self._feed.look_again()

    def _look(self) -> None:
        """What has to be seen to once in a while."""
        self._feed.look_again()
        self._server.close_stuck()
        self._alerts.look()
        self._deliveries.tend()
        self._clients.health(summary(self._assess()))
        live = self._context.lookup.live
        if self._runtime.is_beat_due():
            self._runtime.beat(
                seq=live.head,
                queue=self._reads.waiting,
                clients=len(self._clients),
                long_polls=len(self._context.arrivals),
                gaps=self._follower.gaps,
                canaries=self._feed.canaries,
                error=self._feed.error,
                **self._deliveries.summary(),
            )

    def _services(self) -> Mapping[str, ServiceHealth]:
        health = self._told()
        return health.services if health is not None else {}

    def _flows(self) -> Mapping[str, Flow]:
        health = self._told()
        return health.flows if health is not None else {}

    def _told(self) -> Health | None:
        """What the monitor said last, None while it is silent."""
        is_fresh = self._feed.health_s is not None and time.monotonic() - self._feed.health_s <= HEALTH_TIMEOUT_S
        return self._feed.health if is_fresh else None

    def _assess(self) -> HealthAnswer:
        lookup = self._context.lookup
        newest = lookup.live.newest(EVERYTHING)
        return assess(
            Evidence(
                health=self._feed.health,
                health_age_s=_age_s(self._feed.health_s),
                watcher_age_s=_age_s(self._feed.heard_s),
                last_image=newest.image if newest else None,
                now_ms=now_ms(),
                stall_after_s=self._runtime.settings.stall.after_s,
                catalog_error=self._feed.error,
            ),
            self._phrase,
        )


def _age_s(at_s: float | None) -> float | None:
    return None if at_s is None else time.monotonic() - at_s
