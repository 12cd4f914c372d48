"""What an address is to be told. Pure: what is the case and what it was told come in, what is to change goes out.

It follows what is the case, not what happened: whatever was missed, lost or held back, in the end an address has been
told how things are. What came and went in between, it need not hear of.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.shared.operations import Alert, Letter, Severity, Silence, Transition, silenced_until
from services.shared.operations.outbox import MAYBE, YES

FIRST_RETRY_MS = 5_000
LONGEST_RETRY_MS = 600_000
GIVEN_UP_AFTER_MS = 86_400_000

GRAVITY: Mapping[Severity, int] = {"info": 0, "warning": 1, "critical": 2}


@dataclass(frozen=True)
class Rules:
    """From which severity on, how often at most, and what is never sent."""

    deliver_from: Severity
    cooldown_ms: int
    never: Collection[str] = ()


@dataclass(frozen=True)
class Send:
    """`alert` took `transition`, and the address is to know."""

    alert: Alert
    transition: Transition


@dataclass(frozen=True)
class Withdraw:
    """What this letter says is no longer so."""

    letter: Letter


Order = Send | Withdraw


@dataclass(frozen=True)
class Decision:
    """`again_at_ms`: when it would be another without anything happening; None for never."""

    orders: list[Order]
    again_at_ms: int | None


def decide(
    alerts: Mapping[str, Alert], letters: Iterable[Letter], silences: Sequence[Silence], rules: Rules, now_ms: int
) -> Decision:
    """For one address. `alerts` has the latest of each key that fires or was written about, `letters` those to this
    address in their order: what is on its way, the last word on each key, what was said within the cool-down.
    """
    written: dict[str, list[Letter]] = {}
    for letter in letters:
        written.setdefault(letter.key, []).append(letter)
    orders: list[Order] = []
    later: list[int] = []
    for key in {**alerts, **written}:
        matter = _Matter(alerts.get(key), written.get(key, []), silences, rules, now_ms)
        orders += matter.orders()
        if matter.again_at_ms is not None:
            later.append(matter.again_at_ms)
    return Decision(orders, min(later, default=None))


class _Matter:
    """One key, one address."""

    def __init__(
        self, alert: Alert | None, letters: Sequence[Letter], silences: Sequence[Silence], rules: Rules, now_ms: int
    ) -> None:
        self._alert = alert
        self._waiting = next((letter for letter in letters if letter.is_open), None)
        self._ended = [letter for letter in letters if not letter.is_open]
        self._silences = silences
        self._rules = rules
        self._now_ms = now_ms
        self.again_at_ms: int | None = None

    def orders(self) -> list[Order]:
        wanted = self._wanted()
        waiting = self._waiting
        if waiting is None:
            return [wanted] if wanted else []
        if wanted is not None and _says(waiting, wanted):
            return []
        # Whoever may have got it has to be told how it went on.
        if waiting.arrived >= MAYBE:
            self._ended.append(waiting)
            self.again_at_ms = None
            wanted = self._wanted()
        return [Withdraw(waiting), *([wanted] if wanted else [])]

    def _wanted(self) -> Send | None:
        alert = self._alert
        if alert is None or alert.trouble.name in self._rules.never:
            return None
        transition = self._transition(alert)
        if transition is None:
            return None
        quiet_until_ms = silenced_until(alert.trouble, self._silences, self._now_ms)
        if quiet_until_ms is None and transition != "resolved":
            quiet_until_ms = self._cooling_until(alert)
        if quiet_until_ms is not None:
            self.again_at_ms = quiet_until_ms
            return None
        send = Send(alert, transition)
        return None if self._is_given_up(send) else send

    def _transition(self, alert: Alert) -> Transition | None:
        """From what the address believes to what is the case; None when it is told already, or need not know."""
        told = self._last(MAYBE)
        if not alert.is_firing:
            return "resolved" if told is not None and (_is_firing(told) or told.arrived == MAYBE) else None
        least = GRAVITY[self._rules.deliver_from]
        gravity = GRAVITY[alert.trouble.severity]
        if told is None or not _is_firing(told):
            return "raised" if gravity >= least else None
        is_known = (told.severity, told.reason) == (alert.trouble.severity, alert.trouble.reason)
        if is_known and told.arrived == YES:
            return None
        # That it is less grave now concerns whoever was told that it is grave.
        if max(gravity, GRAVITY[told.severity]) < least:
            return None
        return "changed" if _is_firing(self._last(YES)) else "raised"

    def _last(self, arrived: int) -> Letter | None:
        """The last word that has arrived for sure, or perhaps."""
        return next((letter for letter in reversed(self._ended) if letter.arrived >= arrived), None)

    def _is_given_up(self, send: Send) -> bool:
        last = self._ended[-1] if self._ended else None
        if last is None or last.arrived == YES or last.done_at_ms is None or not _says(last, send):
            return False
        return last.done_at_ms - last.at_ms >= GIVEN_UP_AFTER_MS

    def _cooling_until(self, alert: Alert) -> int | None:
        """None when it may be said now: nothing was said of it lately, or nothing as grave."""
        recent = [
            letter
            for letter in self._ended
            if letter.arrived >= MAYBE
            and letter.transition != "resolved"
            and letter.done_at_ms is not None
            and self._now_ms - self._rules.cooldown_ms < letter.done_at_ms <= self._now_ms
        ]
        if not recent or GRAVITY[alert.trouble.severity] > max(GRAVITY[letter.severity] for letter in recent):
            return None
        return max(letter.done_at_ms or 0 for letter in recent) + self._rules.cooldown_ms


def _says(letter: Letter, send: Send) -> bool:
    trouble = send.alert.trouble
    return (letter.alert_id, letter.transition, letter.severity, letter.reason) == (
        send.alert.id,
        send.transition,
        trouble.severity,
        trouble.reason,
    )


def _is_firing(letter: Letter | None) -> bool:
    """What whoever got this believes."""
    return letter is not None and letter.transition != "resolved"


def next_try_ms(letter: Letter, now_ms: int) -> int | None:
    """When a letter that did not arrive is tried again; None when it is given up."""
    if now_ms - letter.at_ms >= GIVEN_UP_AFTER_MS:
        return None
    return now_ms + min(LONGEST_RETRY_MS, FIRST_RETRY_MS << min(max(0, letter.attempts - 1), 16))
