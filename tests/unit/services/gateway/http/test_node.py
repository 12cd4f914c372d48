"""The node itself, over HTTP."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from services.gateway.wire import Status
from services.gateway.wire_health import HealthAnswer, StallHealth, WatcherHealth
from tests.support.serving import served


@pytest.mark.parametrize(("status", "code"), [("ok", 200), ("degraded", 200), ("down", 503)])
def test_health_is_503_when_no_image_can_come_through(tmp_path: Path, status: Status, code: int) -> None:
    """With the same body, never kept by anybody."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            bed.health = HealthAnswer(
                status, "told", {"watcher-0": "hung"}, WatcherHealth(None, {}, {}), None, StallHealth(True, "stalled")
            )
            answer = await bed.ask("/health")
            assert (answer.status, answer.headers["Cache-Control"]) == (code, "no-store")
            assert (answer.json["status"], answer.json["reason"]) == (status, "told")
            assert answer.json["stall"] == {"stalled": True, "reason": "stalled", "code": None, "flows": {}}
            assert (await bed.ask("/health", "HEAD")).status == code

    asyncio.run(run())


def test_the_panel_is_told_what_it_needs(tmp_path: Path) -> None:
    """The replaced service's settings under their names, and the rest."""

    async def run() -> None:
        async with served(
            tmp_path,
            MAX_RECONNECT_ATTEMPTS="7",
            RECONNECT_DELAY="1234",
            COILCAST_STALL_AFTER_S="12.5",
            COILCAST_IMAGES_KINDS="original,labeled,third",
            COILCAST_NODE_TIMEZONE="Europe/Vienna",
        ) as bed:
            bed.add("a.jpg", camera="c2")
            config = (await bed.ask("/api/config")).json
            assert config.pop("version")
            assert config == {
                "reconnect": {"maxAttempts": 7, "delayMs": 1234},
                "staleAfterS": 12.5,
                "kinds": ["original", "labeled", "third"],
                "cameras": ["main", "c2"],
                "language": "en",
                "node": "node",
                "timezone": "Europe/Vienna",
            }

    asyncio.run(run())
