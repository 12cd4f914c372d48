"""`/api/config`, `/health`: the node itself."""

from __future__ import annotations

from services.gateway.http.base import Handler
from services.gateway.wire import ConfigAnswer, Reconnect
from services.shared.version import VERSION


class Config(Handler):
    """What the panel needs to know."""

    def get(self) -> None:
        settings = self.context.settings
        gateway = settings.gateway
        self.answer(
            ConfigAnswer(
                reconnect=Reconnect(gateway.max_reconnect_attempts, gateway.reconnect_delay_ms),
                stale_after_s=settings.stall.after_s,
                kinds=list(settings.images.kinds),
                cameras=self.context.lookup.cameras(),
                language=settings.node.language,
                node=self.context.node,
                version=VERSION,
                timezone=settings.node.timezone,
            )
        )


class Health(Handler):
    """200 when images can flow, 503 when not."""

    def get(self) -> None:
        health = self.context.health()
        self.set_status(503 if health.status == "down" else 200)
        self.answer(health)
