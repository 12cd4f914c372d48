"""Files that went are looked at when no image waits."""

from __future__ import annotations

import pytest

from services.watcher import departures as module
from services.watcher.departures import GATHER_S, Departures
from services.watcher.intake import Candidate
from tests.support.watching import Bed


def test_they_are_gathered_for_a_moment(bed: Bed) -> None:
    """Then taken as many at a time as a slice holds, in the order in which they went."""
    departures = Departures()
    assert (departures.due_s(), departures.take(5.0)) == (None, [])
    for number in range(100):
        departures.put(Candidate(bed.folder, str(number), 0), 5.0 + number / 1e6)
    assert departures.take(5.0 + GATHER_S / 2) == []
    assert departures.due_s() == 5.0 + GATHER_S
    first = departures.take(6.0)
    assert [one.filename for one in first] == [str(number) for number in range(len(first))]
    assert 0 < len(first) < 100
    for _ in range(20):
        departures.took(len(first), 1.0)
    assert len(departures.take(6.0)) == 1
    assert len(departures) == 99 - len(first)


def test_what_does_not_fit_is_found_by_a_rescan(bed: Bed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing grows without bound."""
    monkeypatch.setattr(module, "CAPACITY", 2)
    departures = Departures()
    for number in range(2):
        departures.put(Candidate(bed.folder, str(number), 0), 5.0)
    assert not bed.folder.rescan_wanted
    departures.put(Candidate(bed.folder, "3", 0), 5.0)
    assert (len(departures), bed.folder.rescan_wanted) == (2, True)
