"""What an address is told of an alert, and what not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.monitor.delivery.policy import GIVEN_UP_AFTER_MS, Rules
from services.shared.operations import Scope, Severity, Silence
from services.shared.operations.outbox import NO, YES
from tests.unit.orchestrator.monitor.delivery.desk import COOLDOWN_MS, Desk

COOLDOWN_S = COOLDOWN_MS / 1000


def silence(desk: Desk, seconds: float, **scope: str) -> Silence:
    made = Silence(
        id=1,
        scope=Scope(**scope),
        from_ms=desk.now_ms,
        until_ms=desk.now_ms + int(seconds * 1000),
        ended_at_ms=None,
        by="Kim",
        note="",
        ended_by=None,
    )
    desk.silences = [made]
    return made


def test_an_alert_is_one_message_and_one_when_it_is_over() -> None:
    """However often somebody looks."""
    desk = Desk()
    desk.fire()
    for _ in range(3):
        desk.pass_(1)
    assert desk.said == [("raised", "critical", "silent")]
    desk.end()
    for _ in range(3):
        desk.pass_(1)
    assert desk.said[1:] == [("resolved", "critical", "silent")]


@pytest.mark.parametrize(
    ("severity", "least", "said"),
    [("info", "info", 2), ("info", "warning", 0), ("warning", "warning", 2), ("warning", "critical", 0)],
)
def test_what_is_less_grave_is_not_sent(severity: Severity, least: Severity, said: int) -> None:
    """And no recovery of it either."""
    desk = Desk(Rules(deliver_from=least, cooldown_ms=COOLDOWN_MS))
    desk.fire(severity)
    desk.pass_()
    desk.end()
    desk.pass_(1)
    assert len(desk.said) == said


def test_what_came_to_be_graver_is_sent_then() -> None:
    """As a beginning, to whom it is one."""
    desk = Desk()
    desk.fire("info")
    desk.pass_()
    desk.fire("critical")
    desk.pass_(1)
    assert desk.said == [("raised", "critical", "silent")]


def test_another_reason_is_another_message_after_the_cool_down() -> None:
    """The one that it is then; a reason that came back meanwhile is none."""
    desk = Desk()
    desk.fire(reason="a")
    desk.pass_()
    desk.fire(reason="b")
    desk.pass_(1)
    desk.fire(reason="a")
    desk.pass_(1)
    desk.fire(reason="c")
    assert desk.decide().again_at_ms == desk.said_at_ms[0] + COOLDOWN_MS
    desk.pass_(COOLDOWN_S)
    assert [reason for _, _, reason in desk.said] == ["a", "c"]


def test_what_gets_graver_does_not_wait_and_what_gets_lighter_does() -> None:
    """Once for each step up within a cool-down."""
    desk = Desk()
    desk.fire("warning")
    desk.pass_()
    for severity in ("critical", "warning", "critical", "warning"):
        desk.fire(severity)
        desk.pass_(1)
    assert [one[:2] for one in desk.said] == [("raised", "warning"), ("changed", "critical")]
    desk.pass_(COOLDOWN_S)
    assert [one[:2] for one in desk.said[2:]] == [("changed", "warning")]


def test_whoever_was_told_that_it_is_grave_is_told_that_it_no_longer_is() -> None:
    """Even where what it is now would not be sent; what follows below that is not."""
    desk = Desk()
    desk.fire("critical", "watcher_dead")
    desk.pass_()
    desk.fire("info", "line_stopped")
    desk.pass_(COOLDOWN_S)
    desk.fire("info", "other")
    desk.pass_(COOLDOWN_S)
    desk.end()
    desk.pass_(1)
    assert [one[0] for one in desk.said] == ["raised", "changed", "resolved"]


def test_one_that_comes_and_goes_is_sent_once_in_a_cool_down() -> None:
    """With its recovery; then again when it still does."""
    desk = Desk()
    for _ in range(100):
        desk.fire()
        desk.pass_(2)
        desk.end()
        desk.pass_(2)
    assert desk.transitions() == ["raised", "resolved"] * 2
    desk.fire()
    desk.pass_(COOLDOWN_S)
    assert desk.transitions()[4:] == ["raised"]


def test_the_cool_down_counts_from_the_beginning_that_was_told() -> None:
    """Not from its end: one that lasts for long and comes back soon is news."""
    desk = Desk()
    desk.fire()
    desk.pass_()
    desk.end()
    desk.pass_(COOLDOWN_S - 60)
    desk.fire()
    desk.pass_(30)
    assert desk.transitions() == ["raised", "resolved"]
    desk.pass_(30)
    assert desk.transitions() == ["raised", "resolved", "raised"]


def test_what_is_silenced_is_not_sent_and_the_rest_is() -> None:
    """When the silence is over and it still fires, it is."""
    desk = Desk()
    silence(desk, 60, name="stall", camera="east")
    desk.fire()
    desk.pass_()
    assert desk.transitions() == ["raised"]
    desk = Desk()
    until_ms = silence(desk, 60, name="stall").until_ms
    desk.fire()
    assert desk.decide().again_at_ms == until_ms
    desk.pass_(59)
    assert desk.said == []
    desk.pass_(1)
    assert desk.transitions() == ["raised"]


def test_what_came_and_went_in_a_silence_is_never_sent() -> None:
    """Neither that it began nor that it is over."""
    desk = Desk()
    silence(desk, 60)
    desk.fire()
    desk.pass_(1)
    desk.end()
    desk.pass_(1)
    desk.pass_(120)
    assert desk.said == []


def test_the_end_of_what_was_sent_before_a_silence_is_told_after_it() -> None:
    """Nothing at all is sent while it lasts."""
    desk = Desk()
    desk.fire()
    desk.pass_()
    silence(desk, 60)
    desk.end()
    desk.pass_(30)
    assert desk.transitions() == ["raised"]
    desk.pass_(30)
    assert desk.transitions() == ["raised", "resolved"]


def test_a_letter_under_way_is_stopped_by_a_silence() -> None:
    """An address that did not answer before gets nothing in maintenance."""
    desk = Desk()
    desk.fire()
    desk.pass_(arrives=NO)
    silence(desk, 60)
    desk.pass_(30)
    assert desk.said == []
    desk.pass_(30)
    assert desk.transitions() == ["raised"]


def test_what_may_have_arrived_before_a_silence_is_said_again_after_it() -> None:
    """Rather twice than never; a reason that may have been told is put right."""
    desk = Desk()
    desk.fire(reason="a")
    desk.pass_(arrives=NO, answers=False)
    silence(desk, 60)
    desk.pass_(1)
    desk.pass_(COOLDOWN_S + 60)
    assert desk.said == [("raised", "critical", "a")]
    desk.fire(reason="b")
    desk.pass_(COOLDOWN_S, arrives=NO, answers=False)
    desk.fire(reason="a")
    desk.pass_(1)
    desk.pass_(COOLDOWN_S)
    assert desk.said[1:] == [("changed", "critical", "a")]


def test_a_recovery_that_may_not_have_arrived_is_said_again() -> None:
    """Also when something too light to be sent came in between."""
    desk = Desk()
    desk.fire()
    desk.pass_()
    desk.end()
    desk.pass_(1, arrives=NO, answers=False)
    desk.fire("info")
    desk.pass_(1, arrives=NO)
    desk.end()
    desk.pass_(1)
    desk.pass_(1)
    assert desk.transitions() == ["raised", "resolved"]


def test_what_was_over_before_it_could_be_sent_is_not_sent() -> None:
    """Nor its recovery; as long as it is certain that nothing has arrived."""
    desk = Desk()
    desk.fire()
    for _ in range(5):
        desk.pass_(60, arrives=NO)
    desk.end()
    for _ in range(5):
        desk.pass_(60)
    assert desk.said == []


@pytest.mark.parametrize("arrives", [YES, NO])
def test_whoever_may_have_heard_of_it_hears_that_it_is_over(arrives: int) -> None:
    """An address that took the message and did not answer."""
    desk = Desk()
    desk.fire()
    desk.pass_(arrives=arrives, answers=False)
    desk.end()
    desk.pass_(1)
    assert desk.transitions()[-1:] == ["resolved"]


def test_a_letter_that_waits_says_what_is_the_case_when_it_is_sent() -> None:
    """Not what was when it failed."""
    desk = Desk()
    desk.fire(reason="a")
    desk.pass_(arrives=NO)
    desk.fire(reason="b")
    desk.pass_(1)
    assert desk.said == [("raised", "critical", "b")]


@pytest.mark.parametrize("answers", [True, False])
def test_what_does_not_arrive_for_a_day_is_given_up(answers: bool) -> None:
    """Tried after 5 s and then ever more seldom, every 10 min at most; not taken up again until something changes."""
    desk = Desk()
    desk.fire(reason="a")
    tried = 0
    for _ in range(2 * GIVEN_UP_AFTER_MS // 60_000):
        before = sum(letter.attempts for letter in desk.letters)
        desk.pass_(60, arrives=NO, answers=answers)
        tried += sum(letter.attempts for letter in desk.letters) > before
    assert 140 < tried < 160
    assert [letter.is_open for letter in desk.letters] == [False]
    desk.pass_(60)
    assert desk.said == []
    desk.fire(reason="b")
    desk.pass_(60)
    assert desk.said == [("raised", "critical", "b")]


def test_what_must_not_be_sent_is_not() -> None:
    """That delivery fails cannot be delivered."""
    desk = Desk()
    desk.fire(name="delivery_failing")
    desk.pass_()
    assert desk.letters == []


def test_a_clock_that_went_back_silences_nothing() -> None:
    """What was said in the future holds nothing up."""
    desk = Desk()
    desk.fire()
    desk.pass_()
    desk.end()
    desk.pass_(1)
    desk.now_ms -= 3_600_000
    desk.fire()
    desk.pass_(1)
    assert desk.transitions() == ["raised", "resolved", "raised"]


EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("fire"), st.sampled_from(["info", "warning", "critical"]), st.sampled_from(["a", "b"])),
        st.tuples(st.just("end")),
        st.tuples(st.just("silence"), st.integers(1, 1000)),
        st.tuples(st.just("wait"), st.integers(0, 700), st.sampled_from([NO, YES]), st.booleans()),
    ),
    max_size=40,
)


@given(EVENTS)
def test_in_the_end_an_address_knows_how_things_are(events: list[tuple[object, ...]]) -> None:
    """Whatever happened, was silenced or did not arrive; and no beginning is told twice, no end that had none."""
    desk = Desk()
    for event, *values in events:
        if event == "fire":
            desk.fire(*values)  # type: ignore[arg-type]
        elif event == "end":
            desk.end()
        elif event == "silence":
            silence(desk, values[0])  # type: ignore[arg-type]
        else:
            seconds, arrives, answers = values
            desk.pass_(seconds, arrives=arrives, answers=answers)  # type: ignore[arg-type]
    for _ in range(20):
        desk.pass_(COOLDOWN_S)
    alert = desk.alerts.get("key")
    if alert is not None and alert.is_firing and alert.trouble.severity != "info":
        assert desk.said[-1][1:] == (alert.trouble.severity, alert.trouble.reason)
        assert desk.said[-1][0] != "resolved"
    elif alert is None or not alert.is_firing:
        assert not desk.said or desk.said[-1][0] == "resolved"
    count = len(desk.said)
    desk.pass_(COOLDOWN_S)
    assert len(desk.said) == count
    if all(event[0] != "wait" or event[3] for event in events):
        believes = False
        for transition in desk.transitions():
            assert believes == (transition != "raised")
            believes = transition != "resolved"
        times = [at for at, one in zip(desk.said_at_ms, desk.transitions(), strict=True) if one != "resolved"]
        assert all(late - early >= COOLDOWN_MS for early, late in zip(times, times[3:], strict=False))
