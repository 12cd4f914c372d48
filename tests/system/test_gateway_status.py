"""The status of a node of which something hangs."""

from __future__ import annotations

import time
from pathlib import Path

from tests.support.wait import until
from tests.system.conftest import MakeGateway
from tests.system.support.mounts import hanging

AT_MOST_S = 3.0
"""What hangs is given a second."""


def test_a_mount_that_hangs_is_told_as_unknown(make_gateway: MakeGateway, tmp_path: Path) -> None:
    """In time, as often as it is asked, while everything else is answered; and the gateway still ends in order."""
    gateway = make_gateway(IMAGE_BASE_PATH=str(tmp_path))
    assert gateway.get("/api/status").json["disks"][0]["total_bytes"] > 0
    with hanging(tmp_path):

        def unknown() -> bool:
            began_s = time.monotonic()
            status = gateway.get("/api/status").json
            assert time.monotonic() - began_s < AT_MOST_S
            images, state = status["disks"]
            assert (images["role"], images["path"], state["role"]) == ("images", str(tmp_path), "state")
            assert state["total_bytes"] > 0
            return images["total_bytes"] is None

        until(unknown, 10, "a disk that is unknown")
        answered = {status["at"] for status in (gateway.get("/api/status").json for _ in range(3))}
        until(lambda: unknown() and gateway.get("/api/status").json["at"] not in answered, 10, "a later answer")
        began_s = time.monotonic()
        assert gateway.get("/api/images").status == 200
        assert time.monotonic() - began_s < 1
        gateway.stop()
