"""The machine's clock jumped: times around that moment cannot be trusted."""

from __future__ import annotations

from orchestrator.monitor.deciders.view import Firing, View
from orchestrator.monitor.telling import trouble
from services.shared.operations import Trouble

CLOCK_JUMP = "clock_jump"

JUMP_S = 2.0
"""What a time service corrects in passing is less."""

TOLD_FOR_S = 900.0
"""A jump is a moment, not a state: the alert is over so long after the last one."""


class Clock:
    """Compares the wall clock with one that only counts, and counts through a sleep, from one look to the next."""

    names = frozenset({CLOCK_JUMP})

    def __init__(self) -> None:
        self._offset_s: float | None = None
        self._told_s: float | None = None
        self._told: Trouble | None = None
        """What is to fire: a look notices a jump once, and its order may be lost on the way into the file."""

    def __call__(self, view: View, firing: Firing) -> Firing:
        offset_s = view.now_ms / 1000 - view.boot_s
        by_s = 0.0 if self._offset_s is None else offset_s - self._offset_s
        self._offset_s = offset_s
        if abs(by_s) >= JUMP_S:
            self._told_s = view.now_s
            sentence = "clock_ahead" if by_s > 0 else "clock_back"
            reason = "ahead" if by_s > 0 else "back"
            self._told = trouble(CLOCK_JUMP, "warning", sentence, {"by_s": f"{abs(by_s):.0f}"}, reason=reason)
        elif self._told_s is None and CLOCK_JUMP in firing:
            # An earlier monitor has noticed it.
            self._told_s, self._told = view.now_s, firing[CLOCK_JUMP]
        if self._told is None or self._told_s is None or view.now_s - self._told_s >= TOLD_FOR_S:
            return {}
        return {CLOCK_JUMP: self._told}
