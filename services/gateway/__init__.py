"""Catalog and bus -> WebSocket, HTTP, panel. May run several times on one port."""
