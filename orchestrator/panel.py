"""Where the panel is."""

from __future__ import annotations

import ipaddress
import socket

from services.shared.settings import Settings


def panel_url(settings: Settings) -> str:
    """Where the panel is, as somebody would type it."""
    host = settings.gateway.bind
    if host in ("0.0.0.0", "::"):
        host = socket.gethostname()
    elif ":" in host:
        host = f"[{host}]"
    return f"http://{host}:{settings.gateway.port}/"


def panel_url_elsewhere(settings: Settings) -> str | None:
    """The same, as others reach it; None when only this machine does, as behind a proxy."""
    try:
        if ipaddress.ip_address(settings.gateway.bind).is_loopback:
            return None
    except ValueError:
        return None if settings.gateway.bind == "localhost" else panel_url(settings)
    return panel_url(settings)
