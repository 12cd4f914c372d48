"""`/metrics`: the monitor's figures for who may reach this port only, fetched from it without holding up anybody."""

from __future__ import annotations

import ipaddress

from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.simple_httpclient import SimpleAsyncHTTPClient

from services.gateway.http.base import Handler

PATIENCE_S = 3.0
AT_ONCE = 4
LARGEST_BYTES = 16 << 20


class Metrics(Handler):
    """Where the settings want it."""

    async def get(self) -> None:
        metrics = self.context.settings.metrics
        if not metrics.on_gateway:
            self.problem(404, "the figures are not served here: metrics.on_gateway is false")
            return
        request = HTTPRequest(
            f"http://{reachable(metrics.bind)}:{metrics.port}/metrics",
            headers={"Accept": self.request.headers.get("Accept", "")},
            connect_timeout=PATIENCE_S,
            request_timeout=PATIENCE_S,
            follow_redirects=False,
            decompress_response=False,
        )
        client = SimpleAsyncHTTPClient(max_clients=AT_ONCE, max_body_size=LARGEST_BYTES)
        try:
            response = await client.fetch(request)
        except (HTTPClientError, OSError):
            self.problem(503, "the monitor does not answer at the moment; ask again")
            return
        self.set_header("Content-Type", response.headers.get("Content-Type", "text/plain; charset=utf-8"))
        self.finish(response.body)


def reachable(bind: str) -> str:
    """Where to ask whoever listens on `bind`, as part of an address."""
    try:
        address = ipaddress.ip_address(bind)
    except ValueError:
        return bind
    if address.is_unspecified:
        address = ipaddress.ip_address("127.0.0.1" if address.version == 4 else "::1")
    return f"[{address}]" if address.version == 6 else str(address)
