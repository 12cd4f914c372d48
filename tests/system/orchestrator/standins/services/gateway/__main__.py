"""A stand-in for the gateway: it answers each connection with its pid, and shares the port with others of its kind."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable

from services.shared.runtime import Runtime
from tests.system.orchestrator.behaviour import run


def prepare(runtime: Runtime) -> Callable[[], None]:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listener.bind((runtime.settings.gateway.bind, runtime.settings.gateway.port))
    listener.listen(128)
    listener.setblocking(False)

    def work() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except BlockingIOError:
                return
            with connection:
                connection.sendall(str(os.getpid()).encode())

    return work


if __name__ == "__main__":
    run("gateway", "Stand-in", prepare)
