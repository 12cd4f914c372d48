"""How the benches tell what they do and find."""

from __future__ import annotations

VERDICTS = ("ok", "MISSED")
"""Each line about a bar ends with one of them."""


class Report:
    """Figures beside their bars."""

    def __init__(self) -> None:
        self.missed = 0

    def figure(self, what: str, value: float, bar: float, unit: str) -> None:
        """One that must stay below its bar."""
        self.check(f"{what:<44} {value:9.2f} {unit:<4} bar < {bar:.2f} {unit}", value < bar)

    def check(self, what: str, is_ok: bool) -> None:
        """Anything else that must hold."""
        self.missed += not is_ok
        say(f"{what:<78} {VERDICTS[not is_ok]}")

    def aside(self, what: str, value: float, unit: str) -> None:
        """A figure without a bar, to compare with."""
        say(f"{what:<44} {value:9.2f} {unit}")

    @property
    def exit_code(self) -> int:
        return 1 if self.missed else 0


def percentile(values: list[float], share: float) -> float:
    """The value that `share` of all are not above: 0.5 for the median."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def say(text: str) -> None:
    print(text, flush=True)
