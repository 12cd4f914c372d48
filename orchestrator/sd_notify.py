"""Telling systemd how far the service is: datagrams to the socket that it names (sd_notify(3))."""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections.abc import Mapping

NAMES = ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID")
"""For the process that systemd started; its children are not to speak in its place."""

EXTENSION_S = 30.0
EXTEND_EVERY_S = 5.0
SEND_WITHIN_S = 1.0


class Notifier:
    """Speaks to nobody where the environment names no socket."""

    def __init__(self, env: Mapping[str, str]) -> None:
        named = env.get("NOTIFY_SOCKET", "")
        # An address that begins with @ is an abstract one. Others than these two are not of this machine.
        self._address = "\0" + named[1:] if named.startswith("@") else named if named.startswith("/") else ""
        self._is_watched = bool(env.get("WATCHDOG_USEC")) and env.get("WATCHDOG_PID", "") in ("", str(os.getpid()))
        self._extended_s: float | None = None
        self._status = ""

    def starting(self, status: str) -> None:
        """It goes on, so it may take longer than the unit's TimeoutStartSec; called again and again."""
        now_s = time.monotonic()
        if self._extended_s is None or now_s - self._extended_s >= EXTEND_EVERY_S:
            self._extended_s = now_s
            self._send(f"EXTEND_TIMEOUT_USEC={int(EXTENSION_S * 1e6)}", *self._news(status))

    def ready(self, status: str) -> None:
        self._send("READY=1", *self._news(status))

    def alive(self, status: str) -> None:
        """Has to come again within the unit's WatchdogSec."""
        said = [*(["WATCHDOG=1"] if self._is_watched else []), *self._news(status)]
        if said:
            self._send(*said)

    def stopping(self, status: str) -> None:
        self._send("STOPPING=1", *self._news(status))

    def _news(self, status: str) -> list[str]:
        """What `systemctl status` shows, where it is another than before."""
        if status == self._status:
            return []
        self._status = status
        return [f"STATUS={status}"]

    def _send(self, *assignments: str) -> None:
        if not self._address:
            return
        # Whoever does not listen is no reason to end what works.
        with (
            contextlib.suppress(OSError),
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as one,
        ):
            one.settimeout(SEND_WITHIN_S)
            one.sendto("\n".join(assignments).encode(), self._address)
