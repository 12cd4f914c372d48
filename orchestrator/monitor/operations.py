"""What takes several steps: the start, restart, scale, reload. Each is a generator that yields what it waits for.

The monitor's loop goes on between the steps: a service that dies meanwhile is brought back as ever.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass

from orchestrator.monitor.keeper import Keeper
from orchestrator.topology import matching, scaling, start_stages
from services.shared.phrases import Phrase

STAGE_PATIENCE_S = 15.0
"""A stage that is not ready by then holds up the next one no longer: better a panel that says so than none."""

READY_PATIENCE_S = 15.0
STOP_PATIENCE_S = 6.0


@dataclass(frozen=True)
class Wait:
    """Go on when `condition` is true, or after `patience_s`."""

    condition: Callable[[], bool]
    patience_s: float


@dataclass(frozen=True)
class Outcome:
    ok: bool
    text: str = ""


Steps = Generator[Wait, bool, Outcome]
"""Yields a Wait, is sent whether its condition came true, returns the Outcome."""


class Operations:
    """What can be done to the node's processes; `say` tells whoever asked how it goes. They raise CoilcastError."""

    def __init__(self, keeper: Keeper, phrase: Phrase) -> None:
        self._keeper = keeper
        self._phrase = phrase

    def start(self) -> Steps:
        """Start what does not run, each stage when the one before is ready."""
        for stage in start_stages(self._keeper.names):
            for name in stage:
                if self._keeper.state(name) == "stopped":
                    self._keeper.launch(name)
            if not any(self._keeper.state(name) == "stopped" for name in self._keeper.names):
                break
            yield Wait(lambda stage=stage: all(map(self._is_ready, stage)), STAGE_PATIENCE_S)  # type: ignore[misc]
        return Outcome(True)

    def restart(self, wanted: str, say: Callable[[str], None]) -> Steps:
        """One after the other, so that of several some always work."""
        names = matching(self._keeper.names, wanted)
        for name in names:
            outcome = yield from self._restart_one(name, say)
            if not outcome.ok:
                return outcome
        return Outcome(True, self._phrase("restarted", names=", ".join(names)))

    def scale(self, service: str, count: int, say: Callable[[str], None]) -> Steps:
        change = scaling(self._keeper.names, service, count)
        for name in change.add:
            outcome = yield from self._add_one(name, say)
            if not outcome.ok:
                return outcome
        for name in change.remove:
            outcome = yield from self._remove_one(name, say)
            if not outcome.ok:
                return outcome
        return Outcome(True, self._phrase("scaled", service=service, count=count))

    def reload(self, say: Callable[[str], None]) -> Steps:
        """Replace every gateway, never all at once: a single one gets company first."""
        names = matching(self._keeper.names, "gateway")
        extra: Sequence[str] = scaling(self._keeper.names, "gateway", 2).add if len(names) == 1 else ()
        for name in extra:
            outcome = yield from self._add_one(name, say)
            if not outcome.ok:
                # The one that works is left alone: whatever keeps its company from starting would keep it too.
                yield from self._remove_one(name, say)
                return Outcome(False, self._phrase("reload_kept", name=name, others=", ".join(names)))
        for name in names:
            outcome = yield from self._restart_one(name, say)
            if not outcome.ok:
                others = ", ".join(other for other in (*names, *extra) if other != name)
                return Outcome(False, self._phrase("reload_kept", name=name, others=others))
        for name in extra:
            outcome = yield from self._remove_one(name, say)
            if not outcome.ok:
                return outcome
        return Outcome(True, self._phrase("reloaded"))

    def _restart_one(self, name: str, say: Callable[[str], None]) -> Steps:
        outcome = yield from self._stop_one(name, say)
        if not outcome.ok:
            return outcome
        return (yield from self._start_one(name, say))

    def _add_one(self, name: str, say: Callable[[str], None]) -> Steps:
        self._keeper.add(name)
        return (yield from self._start_one(name, say))

    def _remove_one(self, name: str, say: Callable[[str], None]) -> Steps:
        outcome = yield from self._stop_one(name, say)
        if outcome.ok:
            self._keeper.remove(name)
            say(self._phrase("removed", name=name))
        return outcome

    def _start_one(self, name: str, say: Callable[[str], None]) -> Steps:
        say(self._phrase("starting", name=name))
        self._keeper.launch(name)
        if (yield Wait(lambda: self._is_ready(name), READY_PATIENCE_S)):
            say(self._phrase("is_ready", name=name))
            return Outcome(True)
        return Outcome(False, self._phrase("not_ready", name=name, patience_s=int(READY_PATIENCE_S)))

    def _stop_one(self, name: str, say: Callable[[str], None]) -> Steps:
        say(self._phrase("stopping", name=name))
        self._keeper.stop(name)
        if (yield Wait(lambda: self._keeper.state(name) == "stopped", STOP_PATIENCE_S)):
            return Outcome(True)
        return Outcome(False, self._phrase("not_stopped", name=name))

    def _is_ready(self, name: str) -> bool:
        return self._keeper.state(name) == "ready"
