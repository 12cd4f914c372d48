"""`/api/openapi.json`, `/api/asyncapi.json`, `/docs`: the contract.

Its making is imported when somebody asks for it: few do, and each start of a gateway would wait for it.
"""

from __future__ import annotations

from services.gateway.http.base import ASK_FIRST, Handler
from services.gateway.panel import ASSETS_DIR


class OpenApi(Handler):
    """The HTTP side."""

    def get(self) -> None:
        from services.gateway.contract.documents import openapi

        self.answer(openapi())


class AsyncApi(Handler):
    """The WebSocket."""

    def get(self) -> None:
        from services.gateway.contract.documents import asyncapi

        self.answer(asyncapi())


class Docs(Handler):
    """Both, to read."""

    def get(self) -> None:
        from services.gateway.contract.pages import page

        self.set_header("Cache-Control", ASK_FIRST)
        self.finish(page())


class DocsStyle(Handler):
    """How the page looks; the content policy allows no style in it."""

    def get(self) -> None:
        self.set_header("Content-Type", "text/css; charset=utf-8")
        self.set_header("Cache-Control", ASK_FIRST)
        self.finish((ASSETS_DIR / "docs.css").read_bytes())
