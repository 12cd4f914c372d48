"""What fires and what should becomes orders."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestrator.monitor.alerts import Raise, Resolve, all_deciders, decide
from orchestrator.monitor.deciders.view import Firing, View
from orchestrator.monitor.flows import Flows
from services.shared.operations import Said, Severity, Trouble
from tests.support.watching import settings_for

VIEW = View(now_s=0.0, now_ms=0)


def trouble(name: str, severity: Severity = "warning", reason: str | None = None, text: str = "a") -> Trouble:
    return Trouble(name=name, severity=severity, reason=reason, summary=Said("가", text), advice=Said("나", "b"))


class Wants:
    """Decides on alerts of one name, as it is told to; keeps what it was given."""

    def __init__(self, name: str, **wanted: Trouble) -> None:
        self.names = frozenset({name})
        self.wanted = wanted
        self.given: Firing = {}

    def __call__(self, view: View, firing: Firing) -> Firing:
        self.given = firing
        return self.wanted


def test_each_decides_on_its_own_names() -> None:
    """What fires of a name that nobody knows is another version's, and left alone."""
    one, other = Wants("one", a=trouble("one")), Wants("other")
    firing = {"b": trouble("other"), "c": trouble("from_tomorrow")}
    assert decide([one, other], VIEW, firing) == [Raise("a", trouble("one")), Resolve("b")]
    assert one.given == {}
    assert other.given == {"b": trouble("other")}


@pytest.mark.parametrize(
    ("now", "is_news"),
    [
        (trouble("one", text="a figure in it has changed"), False),
        (trouble("one", severity="critical"), True),
        (trouble("one", reason="another"), True),
    ],
)
def test_another_wording_is_no_news(now: Trouble, is_news: bool) -> None:
    """Nobody is told again, and an acknowledgement stays."""
    assert decide([Wants("one", a=now)], VIEW, {"a": trouble("one")}) == ([Raise("a", now)] if is_news else [])


def test_no_two_decide_on_the_same(tmp_path: Path) -> None:
    """Each sort of alert is decided on once; a node of which nothing is known is well."""
    settings = settings_for(tmp_path)
    deciders = all_deciders(settings, Flows(settings.images.kinds, 30.0, 60.0, 0.0))
    names = [name for decider in deciders for name in decider.names]
    assert sorted(names) == sorted(
        [
            "stall",
            "model_stopped",
            "service_loop",
            "catalog_damaged",
            "canary_lost",
            "previews_behind",
            "disk_filling",
            "clock_jump",
            "retention_stuck",
            "delivery_failing",
        ]
    )
    assert decide(deciders, VIEW, {}) == []
