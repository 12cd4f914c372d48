"""Who lives, who is silent, what is to be done about it, and when. Pure: time and events come in, orders go out."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from orchestrator.monitor.lifecycle import LifeEvent, after
from orchestrator.monitor.restarts import STABLE_S, RestartPolicy
from services.shared.messages import Heartbeat, ServiceState

START_GRACE_S = 30.0
"""A process that has not beaten yet may take so long before it counts as hung."""

ADOPTION_S = 2.0
"""A process found running has so long to find the new monitor with a beat before it counts as out."""

LAST_WORDS_S = 0.5
"""From SIGABRT, on which faulthandler writes the stack into the log, to SIGKILL."""


@dataclass(frozen=True)
class Order:
    """What is to be done to a process now: start it, make it write its stack and die, or kill it."""

    verb: Literal["launch", "abort", "kill"]
    name: str


@dataclass
class Ward:
    """One process in the lifeguard's care. `_s` is monotonic, `_ms` Unix time."""

    name: str
    policy: RestartPolicy
    state: ServiceState = "stopped"
    pid: int = 0
    since_ms: int = 0
    """When it started; when it ended, for one that does not run."""
    launched_s: float = 0.0
    ready_s: float | None = None
    heard_s: float | None = None
    left_s: float | None = None
    """When it was ready last, while it is not; None for one that never was."""
    due_s: float | None = None
    """When it is to be launched, or killed, whichever its state asks for."""
    next_try_ms: int | None = None
    restarts: int = 0
    last_words: str = ""
    """Why it ended last."""
    exit_code: int | None = None
    """With what code it ended last, negative for a signal; None when it could not even be launched."""
    seq: int = 0
    queue: int = 0
    detail: dict[str, Any] = field(default_factory=dict)

    def step(self, event: LifeEvent) -> bool:
        """Take the event; False when it means nothing in this state."""
        before, self.state = self.state, after(self.state, event)
        return self.state != before


class Lifeguard:
    """All wards. Every method takes the monotonic `now_s`; whoever calls carries the orders out and reports back."""

    def __init__(
        self,
        heartbeat_timeout_s: float,
        wall_ms: Callable[[], int],
        chance: Callable[[], float] = random.random,
        stable_s: float = STABLE_S,
    ) -> None:
        self._timeout_s = heartbeat_timeout_s
        self._stable_s = stable_s
        self._wall_ms = wall_ms
        self._chance = chance
        self.wards: dict[str, Ward] = {}

    def add(self, name: str) -> Ward:
        return self.wards.setdefault(name, Ward(name, RestartPolicy(self._chance, self._stable_s)))

    def remove(self, name: str) -> None:
        self.wards.pop(name, None)

    def launched(self, name: str, pid: int, now_s: float, started_ms: int | None = None) -> None:
        """It runs as `pid`; `started_ms` is given for one that ran before this monitor did."""
        ward = self.wards[name]
        if ward.state in ("dead", "slowed"):
            ward.restarts += 1
        ward.step("launched")
        ward.pid = pid
        ward.since_ms = self._wall_ms() if started_ms is None else started_ms
        ward.launched_s = now_s
        ward.ready_s = ward.heard_s = ward.due_s = ward.next_try_ms = None
        if started_ms is not None:
            # One found running has beaten before: it gets no starting grace.
            ward.heard_s, ward.left_s = now_s, now_s + ADOPTION_S

    def heard(self, beat: Heartbeat, now_s: float) -> bool:
        """A beat has come. True when it proves the process ready. The beat of a predecessor means nothing."""
        ward = self.wards.get(beat.name)
        if ward is None or ward.pid != beat.pid:
            return False
        ward.heard_s = now_s
        ward.seq, ward.queue, ward.detail = beat.seq, beat.queue, beat.detail
        proved = beat.ready and ward.step("proved")
        if proved:
            ward.ready_s = now_s
        return proved

    def stopping(self, name: str, now_s: float) -> None:
        """It was asked to end and is not to be started again."""
        ward = self.wards[name]
        self._leave(ward, now_s)
        ward.step("asked_to_stop")
        ward.due_s = ward.next_try_ms = None

    def exited(self, name: str, why: str, now_s: float, code: int | None = None) -> float | None:
        """It is gone. Returns how long until it is started again, None when it was asked to end."""
        ward = self.wards[name]
        ready_for_s = 0.0 if ward.ready_s is None else now_s - ward.ready_s
        self._leave(ward, now_s)
        ward.step("exited")
        ward.pid, ward.since_ms, ward.last_words, ward.ready_s = 0, self._wall_ms(), why, None
        ward.exit_code = code
        if ward.state != "dead":
            ward.due_s = None
            return None
        delay_s = ward.policy.delay_s(now_s, ready_for_s)
        ward.due_s = now_s + delay_s
        if delay_s:
            ward.step("held_back")
            ward.next_try_ms = ward.since_ms + int(delay_s * 1000)
        return delay_s

    def forgive(self, lost_s: float) -> None:
        """The monitor itself stood still for `lost_s`: nobody's silence in that time counts."""
        for ward in self.wards.values():
            ward.launched_s += lost_s
            if ward.heard_s is not None:
                ward.heard_s += lost_s

    def due(self, now_s: float) -> Iterator[Order]:
        """What is to be done now."""
        for ward in list(self.wards.values()):
            when_s = self._when_s(ward)
            if when_s is None or when_s > now_s:
                continue
            if ward.state in ("dead", "slowed"):
                yield Order("launch", ward.name)
            elif ward.state == "hung":
                ward.due_s = now_s + LAST_WORDS_S
                yield Order("kill", ward.name)
            else:
                self._leave(ward, now_s)
                ward.step("fell_silent")
                ward.due_s = now_s + LAST_WORDS_S
                yield Order("abort", ward.name)

    def next_due_s(self) -> float | None:
        """When due() has something next, if nothing happens before."""
        times = [when_s for when_s in map(self._when_s, self.wards.values()) if when_s is not None]
        return min(times, default=None)

    def _leave(self, ward: Ward, now_s: float) -> None:
        if ward.state == "ready":
            ward.left_s = now_s

    def _when_s(self, ward: Ward) -> float | None:
        if ward.state in ("starting", "ready"):
            if ward.heard_s is None:
                return ward.launched_s + max(START_GRACE_S, self._timeout_s)
            return ward.heard_s + self._timeout_s
        return ward.due_s
