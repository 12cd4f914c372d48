"""Silences: what is not to be sent for a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.shared.errors import SilenceOver, SilenceUnknown
from services.shared.operations import Said, Scope, Silence, Silences, Trouble, silenced_until


@pytest.fixture
def silences(tmp_path: Path) -> Iterator[Silences]:
    silences = Silences(tmp_path / "operations.db")
    yield silences
    silences.close()


def added(silences: Silences, *, until_ms: int = 5000, **scope: str) -> Silence:
    return silences.add(Scope(**scope), from_ms=1000, until_ms=until_ms, by="Kim", note="belt")


TROUBLE = Trouble(
    name="stall", severity="critical", summary=Said("가", "a"), advice=Said("나", "b"), camera="main", kind="labeled"
)


@pytest.mark.parametrize(
    ("scope", "covered"),
    [
        (Scope(), True),
        (Scope(name="stall"), True),
        (Scope(name="stall", camera="main", kind="labeled"), True),
        (Scope(camera="main"), True),
        (Scope(name="stall", camera="east"), False),
        (Scope(kind="original"), False),
        (Scope(service="gateway-0"), False),
        (Scope(name="service_loop"), False),
    ],
)
def test_each_part_that_is_given_has_to_match(scope: Scope, covered: bool) -> None:
    """Without any it is all alerts."""
    assert scope.covers(TROUBLE) is covered


def test_a_silence_lasts_until_its_time_or_somebodys_word(silences: Silences) -> None:
    """Which counts once; the latest end counts for an alert."""
    one, other = added(silences, name="stall"), added(silences, until_ms=9000, camera="main")
    assert [silence.id for silence in silences.lasting(4999)] == [other.id, one.id]
    assert silenced_until(TROUBLE, silences.lasting(2000), 2000) == 9000
    ended = silences.end(other.id, "박", 3000)
    assert (ended.ended_at_ms, ended.ended_by, ended.by, ended.note) == (3000, "박", "Kim", "belt")
    assert silenced_until(TROUBLE, silences.latest(10), 3000) == 5000
    assert silences.lasting(5000) == []
    assert silenced_until(TROUBLE, silences.latest(10), 5000) is None
    assert [silence.id for silence in silences.latest(1)] == [other.id]
    with pytest.raises(SilenceOver):
        silences.end(other.id, "Kim", 3500)
    with pytest.raises(SilenceOver):
        silences.end(one.id, "Kim", 5000)
    with pytest.raises(SilenceUnknown):
        silences.end(99, "Kim", 3000)


def test_a_clock_that_went_back_ends_no_silence(silences: Silences) -> None:
    """It counts from when it was said, whatever the clock says of that."""
    one = added(silences)
    assert [silence.id for silence in silences.lasting(500)] == [one.id]
