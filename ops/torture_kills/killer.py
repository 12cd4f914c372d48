"""Who is killed when, and how soon there is another."""

from __future__ import annotations

import random
import time
from collections import Counter, deque
from dataclasses import dataclass, field

from nodes import Node
from report import say

from ops.torture_kills.camera import Camera
from orchestrator.monitor.restarts import FREE_RESTARTS, WINDOW_S

AIM_S = 0.004
"""Half of the kills hit within this time after something was done to a file, when it is on its way."""

REPLACED_WITHIN_S = 60.0
PROGRESS_S = 10.0


class NotReplaced(Exception):
    """Somebody who was killed did not come back."""


@dataclass
class Toll:
    """What the kills came to, by service."""

    kills: Counter[str] = field(default_factory=Counter)
    took_s: dict[str, list[float]] = field(default_factory=dict)
    """From kill to a ready replacement."""
    overtaken: int = 0
    """Replacements that were killed before they were ready."""


class Killer:
    """`victims`: names of processes; `interval_s`: the mean time between two kills."""

    def __init__(self, node: Node, victims: list[str], camera: Camera, interval_s: float, rng: random.Random) -> None:
        self.toll = Toll()
        self._node = node
        self._camera = camera
        self._interval_s = interval_s
        self._rng = rng
        self._deaths: dict[str, deque[float]] = {name: deque(maxlen=FREE_RESTARTS) for name in victims}
        self._waits: dict[str, tuple[int, float]] = {}
        """Who has been killed and not replaced yet: (pid, when)."""

    def spree(self, kills: int) -> None:
        """So many kills, and wait until each has a ready replacement. Raises NotReplaced."""
        told_s = time.monotonic()
        for number in range(1, kills + 1):
            self._listen(self._rng.expovariate(1 / self._interval_s))
            self._kill_one()
            if time.monotonic() - told_s > PROGRESS_S:
                told_s = time.monotonic()
                say(f"  {number} of {kills} kills, {self._camera.done.total()} changes of files")
        if not self._node.ear.listen(time.monotonic() + REPLACED_WITHIN_S, self._is_all_replaced):
            raise NotReplaced(f"not replaced within {REPLACED_WITHIN_S:g} s: {', '.join(self._waits)}")

    def _kill_one(self) -> None:
        name = self._choose()
        if self._rng.random() < 0.5:
            self._camera.await_next(1.0)
            time.sleep(self._rng.uniform(0.0, AIM_S))
        self._node.ear.hear()
        began_s = killed_s = time.monotonic()
        while not (pid := self._node.kill(name)):
            # Its replacement is not launched yet.
            self._listen(0.005)
            killed_s = time.monotonic()
            if killed_s - began_s > REPLACED_WITHIN_S:
                raise NotReplaced(f"{name} was not started again within {REPLACED_WITHIN_S:g} s")
        self._deaths[name].append(killed_s)
        self.toll.kills[_service(name)] += 1
        self.toll.overtaken += name in self._waits
        self._waits[name] = pid, killed_s

    def _choose(self) -> str:
        """A service that dies too often is slowed down by design; that is not what is tried here."""
        while not (due := [name for name, deaths in self._deaths.items() if not _is_spared(deaths)]):
            self._listen(0.05)
        return self._rng.choice(due)

    def _listen(self, for_s: float) -> None:
        self._node.ear.listen(time.monotonic() + for_s, self._measure)

    def _is_all_replaced(self) -> bool:
        self._measure()
        return not self._waits

    def _measure(self) -> bool:
        """Take down who has been replaced; False, for it is never a reason to stop listening."""
        for name, (pid, killed_s) in list(self._waits.items()):
            life = self._node.ear.lives.get(name)
            if life is not None and life.pid != pid and life.ready_s > killed_s:
                del self._waits[name]
                self.toll.took_s.setdefault(_service(name), []).append(life.ready_s - killed_s)
        return False


def _is_spared(deaths: deque[float]) -> bool:
    return len(deaths) == FREE_RESTARTS and time.monotonic() - deaths[0] < WINDOW_S + 0.5


def _service(name: str) -> str:
    return name.rpartition("-")[0]
