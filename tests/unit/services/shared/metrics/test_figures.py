"""What is counted of each event, as Prometheus will see it."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.shared.messages import Event
from services.shared.metrics.cells import read_all
from services.shared.metrics.definitions import LATENCY, METRICS
from services.shared.metrics.figures import LONGEST_S, Figures
from services.shared.metrics.metric import BUCKETS_S
from tests.support.serving import event, image

FOLDER = ("main", "original")


@pytest.fixture
def figures() -> Figures:
    return Figures.in_memory("gateway-0")


def latency(figures: Figures, stage: str) -> dict[str, float]:
    """The buckets, not added up, and the sum of a stage."""
    return {
        key[3] if key[0] == f"{LATENCY.name}_bucket" else "sum": number
        for key, number in figures.numbers.items()
        if key[:2] in ((f"{LATENCY.name}_bucket", stage), (f"{LATENCY.name}_sum", stage))
    }


def test_logged(figures: Figures) -> None:
    """An image that was committed counts once, with its bytes and its way up to there."""
    figures.logged("e", [event(7, captured_at_ms=0, written_at_ms=30, seen_at_ms=31, size_bytes=900)], 0.0335)
    numbers = figures.numbers
    assert numbers["coilcast_images_total", *FOLDER] == 1
    assert numbers["coilcast_image_bytes_total", *FOLDER] == 900
    assert numbers["coilcast_last_image_timestamp_seconds", *FOLDER] == 0.031
    assert latency(figures, "captured_written") == {"0.05": 1, "sum": 0.03}
    assert latency(figures, "written_seen") == {"0.001": 1, "sum": 0.001}
    assert latency(figures, "seen_catalogued") == {"0.003": 1, "sum": pytest.approx(0.0025)}


def test_removal_is_no_image(figures: Figures) -> None:
    """What went is no image that came, and yet that part of the log is counted."""
    figures.logged("e", [event(8, "removed", image(7))], 0.1)
    assert list(figures.numbers) == [("counted_upto", "e")]


def test_counted_upto(tmp_path: Path) -> None:
    """A successor knows up to where in which log its predecessor counted."""
    first = Figures.of_process(tmp_path, "watcher-0")
    assert first.counted_upto("e") is None
    first.begin_at("e", 40)
    first.logged("e", [event(41), event(42)])
    assert Figures.of_process(tmp_path, "watcher-0").counted_upto("e") == 42
    assert Figures.of_process(tmp_path, "watcher-0").counted_upto("another") is None


def test_bounds(figures: Figures) -> None:
    """What took exactly a bound is within it; a clock that is wrong neither takes time back nor fills the sum."""
    figures.pushed(image(1, written_at_ms=1000), 1025)
    figures.pushed(image(2, written_at_ms=1000), 900)
    figures.pushed(image(3, written_at_ms=0), 1_790_000_000_000)
    assert latency(figures, "written_pushed") == {"0.025": 1, "0.0005": 1, "+Inf": 1, "sum": LONGEST_S + 0.025}


def test_pushed(figures: Figures) -> None:
    """Since when it was in the catalog is told only if that is known."""
    figures.pushed(image(1, written_at_ms=1000), 1025, 0.005)
    figures.pushed(image(2, written_at_ms=1000), 1025)
    assert figures.numbers["coilcast_pushed_total",] == 2
    assert latency(figures, "catalogued_pushed") == {"0.005": 1, "sum": 0.005}


def test_painted(figures: Figures) -> None:
    """From the push, and from the file, to the screen."""
    figures.painted("original", 1000, 1010, 1040)
    assert latency(figures, "pushed_painted") == {"0.05": 1, "sum": 0.03}
    assert latency(figures, "written_painted") == {"0.05": 1, "sum": 0.04}


def test_previews(figures: Figures) -> None:
    """Every preview counts; how long it took, only of the screen's of an image that just came."""
    figures.preview_made(image(1, seen_at_ms=1000), "screen", 1.2, is_live=True)
    figures.preview_made(image(1, seen_at_ms=1000), "strip", 1.3, is_live=True)
    figures.preview_made(image(2, seen_at_ms=1000), "screen", 9.0, is_live=False)
    assert figures.numbers["coilcast_previews_total", "screen"] == 2
    assert latency(figures, "seen_preview") == {"0.25": 1, "sum": pytest.approx(0.2)}


def test_every_name_is_defined(tmp_path: Path) -> None:
    """Whatever is counted has a definition whose labels are as many as the values that it is counted with."""
    figures = Figures.of_process(tmp_path, "gateway-0")
    one: Event = event(7)
    figures.logged("e", [one], 1.0)
    figures.committed(0.001)
    figures.rejected(*FOLDER, "truncated")
    figures.events_lost(*FOLDER)
    figures.rescanned(*FOLDER)
    figures.rescan_found(one.image)
    figures.gap_repaired()
    figures.pushed(one.image, 1025, 0.001)
    figures.painted("original", 1, 2, 3)
    figures.skipped(3)
    figures.closed_slow()
    figures.resumed()
    figures.reset("epoch")
    figures.preview_made(one.image, "screen", 1.0, is_live=True)
    figures.preview_failed("undecodable")
    figures.deleted(*FOLDER, "age", 1000)
    figures.reencoded(*FOLDER, 1000)
    figures.restarted("gateway-0", "signal")
    figures.alert_changed("stall", "raised")
    figures.delivered(is_sent=True)
    counted = {metric.name: metric for metric in METRICS if metric.source == "counted"}
    seen = set()
    for name, *values in figures.numbers:
        if name == "counted_upto":
            continue
        metric = counted[name.removesuffix("_bucket").removesuffix("_sum")]
        seen.add(metric.name)
        assert len(values) == len(metric.labels) + name.endswith("_bucket"), name
        for label, value in zip(metric.labels, values, strict=False):
            assert value in metric.values.get(label, (value,)), (name, label, value)
    assert seen == set(counted)
    assert read_all(tmp_path)[0]["gateway-0"] == figures.numbers


def test_buckets_are_the_ones_measured_for() -> None:
    """Fine where an image mostly arrives, with the limit of 100 ms among them."""
    assert BUCKETS_S[0] == 0.0005
    assert 0.1 in BUCKETS_S
    assert BUCKETS_S[-1] == 5.0
    assert list(BUCKETS_S) == sorted(BUCKETS_S)
