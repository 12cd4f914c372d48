"""A thousand hours of a line that is well, and what becomes an alert in them."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from orchestrator.monitor.alerts import Raise, decide
from orchestrator.monitor.deciders.stalls import Stalls
from orchestrator.monitor.deciders.view import View
from orchestrator.monitor.evidence import FolderEvidence
from orchestrator.monitor.flows import Flows
from services.shared.operations import Trouble

HOURS = 1000
KINDS = ("original", "labeled")
AFTER_S = 30.0
GRACE_S = 60.0

LONGEST_GAP_S = 25.0
LONGEST_LAG_S = 12.0
HEARD_AFTER_S = 1.5
"""A heartbeat and a look later."""


def looks(chance: random.Random, hours: float) -> Iterator[tuple[float, int, int]]:
    """(when is looked, originals by then, labeled by then), some 200 an hour: during coils, and in each gap between two
    coils at the worst moments: just before the next image is known of, and just before its twin is.

    A coil has an image every 0.2 to 5 s, or all of them at once; then nothing comes for up to 25 s.
    """
    now_s, originals, labeled = 0.0, 0, 0
    while now_s < hours * 3600:
        interval_s, lag_s = chance.uniform(0.2, 5.0), chance.uniform(0.05, LONGEST_LAG_S)
        for _ in range(chance.randint(1, 5)):
            step_s = chance.uniform(1.0, 60.0)
            now_s += step_s
            before = originals
            originals += 20 if chance.random() < 0.05 else max(1, int(step_s / interval_s))
            # Those that came longer ago than the model takes.
            labeled = max(labeled, before + int((originals - before) * (1 - lag_s / step_s)))
            yield now_s, originals, labeled
        now_s += lag_s
        labeled = originals
        yield now_s, originals, labeled
        now_s += chance.uniform(0.0, LONGEST_GAP_S - lag_s) + HEARD_AFTER_S
        yield now_s, originals, labeled
        originals += 1
        yield now_s, originals, labeled
        now_s += chance.uniform(0.0, LONGEST_LAG_S)
        yield now_s, originals, labeled


def play(hours: float, seed: int) -> tuple[list[str], int]:
    """Alerts that were raised, and how many looks were taken; monitors and watchers are replaced now and then."""
    chance = random.Random(seed)
    raised: list[str] = []
    firing: dict[str, Trouble] = {}
    flows = Flows(KINDS, AFTER_S, GRACE_S, 0.0)
    stalls = Stalls(flows, AFTER_S)
    before = {"original": 0, "labeled": 0}
    count = 0
    for now_s, originals, labeled in looks(chance, hours):
        count += 1
        if chance.random() < 0.0005:
            flows = Flows(KINDS, AFTER_S, chance.choice((0.0, GRACE_S)), now_s)
            stalls = Stalls(flows, AFTER_S)
        if chance.random() < 0.0005:
            before = {"original": originals, "labeled": labeled}
        now_ms = int(now_s * 1000)
        folders = [
            FolderEvidence(
                camera="main",
                kind=kind,
                mode="inotify",
                last_seq=seen or None,
                arrived=seen - before[kind],
                last_image_ms=now_ms if seen else None,
            )
            for kind, seen in (("original", originals), ("labeled", labeled))
        ]
        views = flows.look(folders, None, now_s, now_ms)
        for order in decide([stalls], View(now_s=now_s, now_ms=now_ms, flows=views), firing):
            if isinstance(order, Raise):
                raised.append(order.key)
                firing[order.key] = order.trouble
            else:
                del firing[order.key]
    return raised, count


def test_a_thousand_hours_of_jitter_raise_no_alert() -> None:
    """Intervals, bursts, gaps of 25 s, a model that lags behind, monitors and watchers that start again."""
    raised, count = play(HOURS, seed=1)
    assert raised == []
    assert count > 100 * HOURS


@pytest.mark.parametrize("seed", range(2, 6))
def test_so_do_other_hours(seed: int) -> None:
    """Whatever chance has in store."""
    assert play(100, seed)[0] == []


def test_a_gap_that_is_longer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same line with gaps over the limit: the play would notice."""
    monkeypatch.setitem(globals(), "LONGEST_GAP_S", 40.0)
    raised, _ = play(10, seed=1)
    assert "stall/main/original" in raised
