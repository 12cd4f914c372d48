"""What alerts say."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from orchestrator.monitor.diagnosis import STALL_REASONS
from orchestrator.monitor.telling import said, trouble
from orchestrator.monitor.wording import ALERTS, MACHINE, SERVICES, STALLS
from services.shared.operations import Said

PARTS = {"stall", "not_launched", "role_images", "role_state"}
"""Parts of sentences, which need no advice."""


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("sentence", [key for key in ALERTS if not key.endswith("_advice")])
def test_both_languages_say_the_same_and_what_to_do(sentence: str) -> None:
    """The same facts stand in both, and the advice is one sentence that asks for no other facts."""
    korean, english = ALERTS[sentence]
    assert fields(korean) == fields(english)
    assert re.search("[가-힣]", korean)
    if sentence in PARTS:
        return
    for text in ALERTS[f"{sentence}_advice"]:
        assert fields(text) <= fields(english) | {"folder"}
        assert not text.endswith(".")
        assert ". " not in text


def test_every_reason_has_a_sentence() -> None:
    """And no table has what another has."""
    assert set(STALL_REASONS) <= STALLS.keys()
    assert len(ALERTS) == len(STALLS) + len(SERVICES) + len(MACHINE)


def test_what_comes_from_outside_stays_on_its_line() -> None:
    """A mount point may be called anything; a reason for a rejection is said in words, an unknown one as it is."""
    assert said("storage_hangs", {"mount": "/srv/a\n{b}"}).en == "the storage at /srv/a\\n{b} does not answer"
    assert "cut off" in said("files_rejected", {"rejected": "truncated"}).en
    assert "끝이 잘린" in said("files_rejected", {"rejected": "truncated"}).ko
    assert "from_tomorrow" in said("files_rejected", {"rejected": "from_tomorrow"}).en
    assert said("service_loop", {"service": "x", "why": Said("가", "a")}) == Said(
        "x 반복해서 종료됨: 가", "x keeps ending: a"
    )


def test_an_alert_is_said_with_its_advice() -> None:
    """Of one sentence's name."""
    told = trouble("delivery_failing", "warning", "delivery_failing", {"error": "timeout"})
    assert told.summary.en == "alerts cannot be delivered: timeout"
    assert "service-orchestrator alerts test" in told.advice.ko
