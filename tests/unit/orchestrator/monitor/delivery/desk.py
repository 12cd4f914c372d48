"""One address, its letters and one alert at a time, without a database: what the policy decides is carried out."""

from __future__ import annotations

from msgspec import structs

from orchestrator.monitor.delivery.policy import Decision, Rules, Send, Withdraw, decide, next_try_ms
from services.shared.operations import Alert, Letter, Said, Severity, Silence, Trouble
from services.shared.operations.outbox import MAYBE, NO, YES

COOLDOWN_MS = 300_000
RULES = Rules(deliver_from="warning", cooldown_ms=COOLDOWN_MS, never=("delivery_failing",))


class Desk:
    """`said` is what has arrived, as (transition, severity, reason)."""

    def __init__(self, rules: Rules = RULES) -> None:
        self.rules = rules
        self.now_ms = 1_000_000_000
        self.alerts: dict[str, Alert] = {}
        self.letters: list[Letter] = []
        self.silences: list[Silence] = []
        self.said: list[tuple[str, Severity, str | None]] = []
        self.said_at_ms: list[int] = []
        self._ids = 0

    def fire(self, severity: Severity = "critical", reason: str | None = "silent", name: str = "stall") -> None:
        """The alert begins, or is another than before."""
        trouble = Trouble(name=name, severity=severity, reason=reason, summary=Said("", ""), advice=Said("", ""))
        before = self.alerts.get("key")
        if before is not None and before.is_firing:
            self.alerts["key"] = structs.replace(before, trouble=trouble)
            return
        self._ids += 1
        self.alerts["key"] = Alert(
            id=self._ids,
            key="key",
            trouble=trouble,
            started_at_ms=self.now_ms,
            changed_at_ms=self.now_ms,
            resolved_at_ms=None,
            acknowledged=None,
            change=self._ids,
        )

    def end(self) -> None:
        """It is well again."""
        if "key" in self.alerts:
            self.alerts["key"] = structs.replace(self.alerts["key"], resolved_at_ms=self.now_ms)

    def decide(self) -> Decision:
        """What the policy makes of it, carried out up to the letters."""
        decision = decide(self.alerts, self.letters, self.silences, self.rules, self.now_ms)
        for order in decision.orders:
            if isinstance(order, Withdraw):
                self.letters.remove(order.letter)
                if order.letter.arrived != NO:
                    self.letters.append(structs.replace(order.letter, done_at_ms=self.now_ms))
            else:
                self.letters.append(self._letter(order))
        return decision

    def pass_(self, seconds: float = 0.0, *, arrives: int = YES, answers: bool = True) -> None:
        """`seconds` later the policy is asked, and what is due is tried: it arrives or not, answered or not."""
        self.now_ms += int(seconds * 1000)
        self.decide()
        for index, letter in enumerate(self.letters):
            if not letter.is_open or letter.next_try_ms > self.now_ms:
                continue
            tried = structs.replace(letter, attempts=letter.attempts + 1)
            if arrives == YES:
                self.said.append((letter.transition, letter.severity, letter.reason))
                self.said_at_ms.append(self.now_ms)
            if arrives == YES and answers:
                self.letters[index] = structs.replace(tried, done_at_ms=self.now_ms, arrived=YES)
                continue
            again_ms = next_try_ms(tried, self.now_ms)
            self.letters[index] = structs.replace(
                tried,
                arrived=letter.arrived if answers else max(MAYBE, letter.arrived),
                next_try_ms=again_ms or self.now_ms,
                done_at_ms=self.now_ms if again_ms is None else None,
            )

    def transitions(self) -> list[str]:
        return [transition for transition, _, _ in self.said]

    def _letter(self, send: Send) -> Letter:
        self._ids += 1
        trouble = send.alert.trouble
        return Letter(
            id=self._ids,
            channel="mail",
            key=send.alert.key,
            alert_id=send.alert.id,
            transition=send.transition,
            severity=trouble.severity,
            reason=trouble.reason,
            at_ms=self.now_ms,
            attempts=0,
            next_try_ms=self.now_ms,
            done_at_ms=None,
            arrived=NO,
            error="",
        )
