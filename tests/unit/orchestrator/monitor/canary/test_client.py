"""What the canary's client understands, and where it connects."""

from __future__ import annotations

import pytest

from orchestrator.monitor.canary.client import Arrival, address, read


def test_a_canary_is_read() -> None:
    """As the gateway sends it."""
    text = '{"type":"canary","data":{"folder":"main/original","written_at":1000},"timestamp":1004}'
    assert read(text, 1005) == Arrival("main/original", 1000, 1005)


@pytest.mark.parametrize(
    "message",
    [
        b"\x00\x00",
        '{"type":"health"}',
        '{"type":"alert","data":{"reason":"canary"}}',
        '"canary"',
        '{"canary"',
        '{"type":"canary"}',
        '{"type":"canary","data":{"folder":"a","written_at":"x"}}',
    ],
)
def test_anything_else_is_passed_over(message: str | bytes) -> None:
    """Other messages, and what is none."""
    assert read(message, 0) is None


@pytest.mark.parametrize(
    ("bind", "url"),
    [
        ("127.0.0.1", "ws://127.0.0.1:8081/ws"),
        ("0.0.0.0", "ws://127.0.0.1:8081/ws"),
        ("::", "ws://[::1]:8081/ws"),
        ("10.0.0.5", "ws://10.0.0.5:8081/ws"),
        ("localhost", "ws://localhost:8081/ws"),
        ("fd00::5", "ws://[fd00::5]:8081/ws"),
    ],
)
def test_a_gateway_is_reached_where_it_listens(bind: str, url: str) -> None:
    """Every address is this machine's own, too."""
    assert address(bind, 8081) == url
