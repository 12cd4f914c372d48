"""What the handlers work with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from services.gateway.alerts import AlertBoard
from services.gateway.arrivals import Arrivals
from services.gateway.clients import Clients
from services.gateway.deliveries import Deliveries
from services.gateway.desk import Desk
from services.gateway.files import Files
from services.gateway.line import LineDesk
from services.gateway.lookup import Lookup
from services.gateway.panel import Panel
from services.gateway.previews import Previews
from services.gateway.reads import Reads
from services.gateway.status import Status
from services.gateway.uploads.gatekeeper import Gatekeeper
from services.gateway.uploads.lanes import Uploads
from services.gateway.wire_health import HealthAnswer
from services.shared.logs import Logger
from services.shared.metrics.figures import Figures
from services.shared.operations import Pins
from services.shared.settings import Settings


@dataclass(frozen=True)
class Context:
    """The parts of one gateway."""

    settings: Settings
    log: Logger
    node: str
    lookup: Lookup
    reads: Reads
    files: Files
    previews: Previews
    arrivals: Arrivals
    clients: Clients
    alerts: AlertBoard
    line: LineDesk
    panel: Panel
    health: Callable[[], HealthAnswer]
    status: Status
    deliveries: Deliveries
    figures: Figures
    uploads: Uploads
    gatekeeper: Gatekeeper
    pins: Desk[Pins]
