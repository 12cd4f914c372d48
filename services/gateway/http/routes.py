"""Which address leads where."""

from __future__ import annotations

from typing import Any

from services.gateway.http.alerts import Acknowledge, AlertList
from services.gateway.http.contract import AsyncApi, Docs, DocsStyle, OpenApi
from services.gateway.http.current import Current, DemoImage
from services.gateway.http.history import Coils, DensityOf, Details, History
from services.gateway.http.images import ImageFile, PreviewFile
from services.gateway.http.line import LineSignal
from services.gateway.http.metrics import Metrics
from services.gateway.http.node import Config, Health
from services.gateway.http.panel import PanelFiles, Root
from services.gateway.http.pins import PinEnd, PinList
from services.gateway.http.silences import SilenceEnd, SilenceList
from services.gateway.http.status import NodeStatus
from services.gateway.http.upload import Upload
from services.gateway.socket import Socket
from services.gateway.wire import DEMO_URL

ROUTES: tuple[tuple[str, type[Any]], ...] = (
    (r"/", Root),
    (r"/ws", Socket),
    (r"/health", Health),
    (r"/metrics", Metrics),
    (r"/image/([^/]+)/([^/]+)", ImageFile),
    (r"/image/([^/]+)/([^/]+)/([^/]+)", ImageFile),
    (r"/preview/(\d{1,18})", PreviewFile),
    (r"/api/images/current", Current),
    (r"/api/images", History),
    (r"/api/images/density", DensityOf),
    (r"/api/images/([^/]+)", Upload),
    (r"/api/images/([^/]+)/([^/]+)/([^/]+)", Details),
    (r"/api/coils", Coils),
    (r"/api/alerts", AlertList),
    (r"/api/alerts/(\d{1,18})/acknowledge", Acknowledge),
    (r"/api/silences", SilenceList),
    (r"/api/silences/(\d{1,18})/end", SilenceEnd),
    (r"/api/line", LineSignal),
    (r"/api/pins", PinList),
    (r"/api/pins/(\d{1,18})/end", PinEnd),
    (r"/api/status", NodeStatus),
    (r"/api/config", Config),
    (r"/api/openapi\.json", OpenApi),
    (r"/api/asyncapi\.json", AsyncApi),
    (r"/docs", Docs),
    (r"/docs/style\.css", DocsStyle),
    (DEMO_URL.replace(".", r"\."), DemoImage),
    (r"/([A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)?)", PanelFiles),
)
"""In the order in which they are tried. What a client sends as a name is one path segment."""
