"""How much fits into a slice."""

from __future__ import annotations

import pytest

from services.watcher.pace import LARGEST, SLICE_S, Pace


@pytest.mark.parametrize("each_s", [1e-6, 1e-4, 1e-3, 0.05])
def test_a_slice_lasts_about_as_long_as_it_may(each_s: float) -> None:
    """Whatever a file costs, after a few slices their number fits; at least one goes on, never too many."""
    pace = Pace()
    for _ in range(30):
        pace.took(pace.count, pace.count * each_s)
    assert 1 <= pace.count <= LARGEST
    assert pace.count in (1, LARGEST) or pace.count * each_s == pytest.approx(SLICE_S, rel=0.2)
