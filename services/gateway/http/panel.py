"""`/`: the panel's files, and a socket for clients that expect it there."""

from __future__ import annotations

from typing import Any

from services.gateway.http.base import ASK_FIRST, FOREVER, Handler
from services.gateway.http.content import send
from services.gateway.panel import INDEX
from services.gateway.socket import Socket


class PanelFiles(Handler):
    """The page, its scripts, styles and fonts."""

    async def get(self, path: str = INDEX) -> None:
        file = self.context.panel.find(path)
        if file is None:
            self.problem(404, "there is nothing here; /docs lists what there is")
            return
        self.set_header("Cache-Control", FOREVER if file.is_immutable else ASK_FIRST)
        send(self, file.path.read_bytes(), file.media_type, file.etag)


class Root(Socket):
    """The panel for browsers, a socket for who asks for one, as the replaced service had it."""

    async def get(self, *args: Any, **kwargs: Any) -> None:
        if self.wants_socket:
            await super().get(*args, **kwargs)
            return
        file = self.context.panel.find(INDEX)
        if file is None:
            self.problem(503, "the panel is not built: run ops/prepare")
            return
        self.set_header("Cache-Control", ASK_FIRST)
        send(self, file.path.read_bytes(), file.media_type, file.etag)
