"""The time that `up` and `demo` spend with the node they started."""

from __future__ import annotations

import datetime
import os
import select
import signal
import sys
import time
from collections.abc import Mapping
from types import FrameType, TracebackType

from orchestrator import node
from orchestrator.cli.context import tell
from orchestrator.panel import panel_url
from orchestrator.sd_notify import Notifier
from services.shared.bus import HintPort, call
from services.shared.errors import BusError, StateError
from services.shared.journal import is_journal
from services.shared.messages import Command, Health, ServiceHealth
from services.shared.phrases import Phrase
from services.shared.settings import Settings

DETACHED_PATIENCE_S = 30.0
MONITOR_PATIENCE_S = 10.0
ASK_EVERY_S = 0.05
ANSWER_WITHIN_S = 0.3

LEVELS = {
    "service_slowed": "error",
    "monitor_silent": "warning",
    "not_ready": "warning",
    "health_degraded": "warning",
    "health_down": "error",
}
"""How grave a line is that is more than news."""

ASKED_TO_END = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Session:
    """Starts the node on entry. A node that is not detached does not outlive the session, whatever happens in it."""

    def __init__(
        self, settings: Settings, env: Mapping[str, str], phrase: Phrase, *, simulate: bool, detach: bool
    ) -> None:
        self._settings = settings
        self._env = env
        self._phrase = phrase
        self._simulate = simulate
        self._detach = detach
        # A detached node has nobody who could go on telling systemd of it.
        self._systemd = Notifier({} if detach else env)
        self._lets_go = False
        self._asked = False
        self._told: set[tuple[str, str]] = set()

    def __enter__(self) -> Session:
        # The signal handlers only record: the write is what ends a poll().
        self._wake_out, self._wake_in = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._handlers = {number: signal.signal(number, self._record) for number in ASKED_TO_END}
        self._began_s = time.monotonic()
        self._say("starting", node=self._settings.node_name, state=str(self._settings.state))
        self._node = node.start(self._settings, self._env, simulate=self._simulate, detach=self._detach)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if not self._lets_go:
            self._end()
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        os.close(self._wake_out)
        os.close(self._wake_in)

    def await_ready(self) -> bool:
        """Tell of each service as it becomes ready; True when all are, False when asked to end before.

        A detached node gets so long and no longer. Raises StateError when supervisord could not start.
        """
        waiting: list[str] | None = None
        awake = False
        while waiting != [] and not self._asked and not self._is_late():
            if self._node.code() is not None:
                self._lets_go = True
                raise StateError(self._node.complaint())
            awake = awake or node.wake(self._settings)
            waiting = self._still_waiting() if awake else None
            if waiting is None and time.monotonic() - self._began_s > MONITOR_PATIENCE_S:
                self._say_once("monitor_silent")
            if waiting:
                self._systemd.starting(self._phrase("waiting_for", names=", ".join(waiting)))
            time.sleep(ASK_EVERY_S)
        if waiting == []:
            self._systemd.ready(self._phrase("serving", url=panel_url(self._settings)))
        if waiting and not self._asked:
            self._say("not_ready", names=", ".join(waiting), patience_s=int(DETACHED_PATIENCE_S))
        return waiting == [] and not self._asked

    def stay(self) -> int:
        """Until asked to end, or until the node has ended; returns the exit code. Lets a detached node go at once."""
        if self._detach and not self._asked:
            self._lets_go = True
            return 1 if self._is_late() else 0
        hints = HintPort(self._settings.run_dir, (Health,))
        poller = select.poll()
        pidfd = os.pidfd_open(self._node.pid)
        for fd in (hints.fd, pidfd, self._wake_out):
            poller.register(fd, select.POLLIN)
        told = None
        while not self._asked and self._node.code() is None:
            for hint in hints.drain():
                if isinstance(hint, Health):
                    told = self._tell(hint, told)
            poller.poll()
        os.close(pidfd)
        hints.close()
        if self._asked:
            return 1 if self._detach else 0
        return self._ended_by_itself()

    def _record(self, _: int, __: FrameType | None) -> None:
        self._asked = True
        os.write(self._wake_in, b"x")

    def _is_late(self) -> bool:
        return self._detach and time.monotonic() - self._began_s > DETACHED_PATIENCE_S

    def _still_waiting(self) -> list[str] | None:
        """Who is not ready; None while nobody can say."""
        try:
            answer = next(call(self._settings.run_dir, Command(verb="status"), ANSWER_WITHIN_S))
        except BusError:
            return None
        if answer.health is None or not answer.health.services:
            return None
        for name, service in answer.health.services.items():
            self._tell_of(name, service)
        return [name for name, service in answer.health.services.items() if service.state != "ready"]

    def _tell_of(self, name: str, service: ServiceHealth) -> None:
        if service.state == "ready":
            self._say_once("service_ready", name, took_s=time.monotonic() - self._began_s)
        elif service.state == "slowed":
            self._say_once("service_slowed", name, why=service.detail.get("last_words", ""))

    def _tell(self, health: Health, told: tuple[str, str | None] | None) -> tuple[str, str | None]:
        """One line whenever the health changes, from the first time that it is not ok."""
        news = (health.status, health.reason)
        key = f"health_{health.status}"
        if news != told and (told is not None or health.status != "ok"):
            at = "" if is_journal(sys.stdout) else datetime.datetime.now(self._settings.timezone).strftime("%H:%M:%S ")
            self._say(key, at=at, reason=health.reason)
        # The monitor speaks every two seconds: as long as it does, the node is watched over.
        serving = self._phrase("serving", url=panel_url(self._settings))
        self._systemd.alive(serving if health.status == "ok" else self._phrase(key, at="", reason=health.reason))
        return news

    def _ended_by_itself(self) -> int:
        self._lets_go = True
        node.tidy(self._settings)
        code = self._node.code() or 0
        if code == 0:
            self._say("ended_elsewhere")
            return 0
        how = self._phrase("how_signal" if code < 0 else "how_code", number=abs(code))
        tell(self._phrase("supervisord_died", pid=self._node.pid, how=how), "error", err=True)
        return 1

    def _end(self) -> None:
        self._say("stopping")
        self._systemd.stopping(self._phrase("stopping"))
        began_s = time.monotonic()
        node.stop(self._settings, self._node.pid)
        self._node.code()
        self._say("stopped", took_s=time.monotonic() - began_s)

    def _say_once(self, key: str, name: str = "", /, **fields: object) -> None:
        if (key, name) not in self._told:
            self._told.add((key, name))
            self._say(key, name=name, **fields)

    def _say(self, key: str, /, **fields: object) -> None:
        tell(self._phrase(key, **fields), LEVELS.get(key, "info"))
