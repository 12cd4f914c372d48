"""Carries out what the lifeguard orders, and tells it what came of it."""

from __future__ import annotations

import time
from collections.abc import Iterable

from orchestrator.errors import SupervisordError
from orchestrator.monitor.children import Children
from orchestrator.monitor.lifeguard import Lifeguard, Order
from services.shared.logs import Logger
from services.shared.messages import Heartbeat, ServiceState
from services.shared.metrics.figures import Figures
from services.shared.phrases import Phrase


class Keeper:
    """The lifeguard's hands. Methods that raise SupervisordError leave the ward as the lifeguard last knew it."""

    def __init__(self, lifeguard: Lifeguard, children: Children, log: Logger, phrase: Phrase, figures: Figures) -> None:
        self._lifeguard = lifeguard
        self._children = children
        self._log = log
        self._phrase = phrase
        self._figures = figures

    @property
    def names(self) -> list[str]:
        return list(self._lifeguard.wards)

    def state(self, name: str) -> ServiceState | None:
        """None for a process that is no more in anybody's care."""
        ward = self._lifeguard.wards.get(name)
        return ward.state if ward else None

    def adopt(self) -> None:
        """Take every process that supervisord has into care; one that runs is watched, not restarted."""
        for program in self._children.found().values():
            self._lifeguard.add(program.name)
            if not program.ended and self._children.watch(program.name, program.pid):
                self._lifeguard.launched(program.name, program.pid, time.monotonic(), program.started_ms)
                self._log.info("adopted", name=program.name, pid=program.pid)

    def heard(self, beat: Heartbeat) -> None:
        now_s = time.monotonic()
        if self._lifeguard.heard(beat, now_s):
            took_ms = int((now_s - self._lifeguard.wards[beat.name].launched_s) * 1000)
            self._log.info("proved", name=beat.name, took_ms=took_ms)

    def died(self, fds: Iterable[int]) -> bool:
        """These file descriptors turned readable; each that is a process's pidfd means that it is gone: True."""
        names = self._children.named(fds)
        for name in names:
            code = self._children.reaped(name)
            why = self._phrase("by_signal") if code < 0 else self._phrase("exit_code", code=code)
            self._ended(name, why, code)
        return bool(names)

    def carry_out(self, orders: Iterable[Order]) -> None:
        for order in orders:
            ward = self._lifeguard.wards[order.name]
            if order.verb == "launch":
                self.launch(order.name)
            elif order.verb == "abort":
                silent_s = time.monotonic() - (ward.heard_s or ward.launched_s)
                self._log.error("hung", name=order.name, pid=ward.pid, silent_s=round(silent_s, 1))
                self._children.abort(order.name)
            else:
                self._children.kill(order.name, ward.pid)

    def launch(self, name: str) -> None:
        """Start it; when that fails it counts as having died at once. Raises SupervisordError when nobody answers."""
        try:
            pid = self._children.launch(name)
        except SupervisordError as error:
            self._log.error("not_launched", name=name, error=str(error))
            self._children.nudge()
            self._lifeguard.launched(name, 0, time.monotonic())
            self._ended(name, str(error))
            return
        self._lifeguard.launched(name, pid, time.monotonic())
        self._log.info("launched", name=name, pid=pid)

    def stop(self, name: str) -> None:
        """Ask it to end; its state becomes `stopped` when it has. Raises SupervisordError."""
        self._children.stop(name)
        self._lifeguard.stopping(name, time.monotonic())

    def add(self, name: str) -> None:
        """Take a further process into care, not started yet. Raises SupervisordError."""
        self._children.add(name)
        # What is added on purpose is no more missed while it starts than what is replaced.
        self._lifeguard.add(name).left_s = time.monotonic()

    def remove(self, name: str) -> None:
        """Let go of a process that is stopped. Raises SupervisordError."""
        self._children.remove(name)
        self._lifeguard.remove(name)

    def _ended(self, name: str, why: str, code: int | None = None) -> None:
        was_hung = self._lifeguard.wards[name].state == "hung"
        delay_s = self._lifeguard.exited(name, why, time.monotonic(), code)
        if delay_s is None:
            self._log.info("ended", name=name, why=why)
            return
        self._figures.restarted(name, "hang" if was_hung else _cause(code))
        if delay_s == 0:
            self._log.warning("replaced", name=name, why=why)
        else:
            self._log.error("slowed", name=name, why=why, delay_s=round(delay_s, 1))


def _cause(code: int | None) -> str:
    if code is None:
        return "not_launched"
    return "signal" if code < 0 else "exit"
