"""`/api/status`: the node over the last hour."""

from __future__ import annotations

from services.gateway.http.base import Handler


class NodeStatus(Handler):
    """For who looks after it."""

    async def get(self) -> None:
        self.answer(await self.context.status.answer())
