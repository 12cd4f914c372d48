"""Ports and answers, for tests that speak HTTP."""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass
from email.message import Message as Headers
from typing import Any


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Answer:
    """What came back of a request."""

    status: int
    headers: Headers
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)
