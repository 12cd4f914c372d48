"""A listening socket that takes no more connections than there are descriptors for."""

from __future__ import annotations

import resource
import socket
from collections.abc import Callable
from typing import Any

RESERVED = 100
"""Descriptors that connections leave to image files, catalog and bus."""


class Listening(socket.socket):
    """Whoever connects beyond that is closed at once, and `on_full` is called.

    A connection that cannot be accepted would stay in the queue: the loop would try again for ever, as fast as it can.
    """

    def __init__(self, bound: socket.socket, on_full: Callable[[], None]) -> None:
        super().__init__(fileno=bound.detach())
        self.setblocking(False)
        limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        self._most = max(limit // 2, limit - RESERVED)
        self._on_full = on_full

    def accept(self) -> tuple[socket.socket, Any]:
        """As socket.accept(). Raises OSError."""
        while True:
            connection, address = super().accept()
            # The kernel gives the lowest descriptor that is free: all below this one are in use.
            if connection.fileno() < self._most:
                return connection, address
            connection.close()
            self._on_full()
