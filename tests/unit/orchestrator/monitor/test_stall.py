"""Whether images of a camera and kind come."""

from __future__ import annotations

from typing import get_args

import pytest

from orchestrator.monitor.evidence import FolderEvidence, Place
from orchestrator.monitor.stall import TABLE, FlowEvent, FlowTrack, Limits, after
from services.shared.messages import FlowState

AFTER_S = 30.0
GRACE_S = 60.0
NOW_MS = 1_000_000_000

STATES: tuple[FlowState, ...] = get_args(FlowState)
EVENTS: tuple[FlowEvent, ...] = get_args(FlowEvent)


class Line:
    """A flow that is looked at every second; `write` lets images come, `run` time go by."""

    def __init__(self, *, last_image_ms: int | None = None, grace_s: float = 0.0) -> None:
        self.track = FlowTrack(Limits(AFTER_S, grace_s))
        self.now_s = 0.0
        self.seq = 7 if last_image_ms is not None else None
        self.arrived = 0
        self.last_ms = last_image_ms
        self.states: list[FlowState] = []
        self.look()

    @property
    def now_ms(self) -> int:
        return NOW_MS + int(self.now_s * 1000)

    def look(self) -> None:
        evidence = FolderEvidence(
            camera="main",
            kind="original",
            mode="inotify",
            last_seq=self.seq,
            arrived=self.arrived,
            last_image_ms=self.last_ms,
        )
        self.track.look(evidence, self.now_s, self.now_ms)
        if not self.states or self.states[-1] != self.track.state:
            self.states.append(self.track.state)

    def run(self, seconds: int) -> Line:
        for _ in range(seconds):
            self.now_s += 1
            self.look()
        return self

    def write(self, count: int = 1) -> Line:
        self.seq = (self.seq or 0) + count
        self.arrived += count
        self.last_ms = self.now_ms
        self.look()
        return self


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("event", EVENTS)
def test_the_table(state: FlowState, event: FlowEvent) -> None:
    """Only what is listed leads anywhere; one image ends no stall, and nobody is late who never was there."""
    expected = {
        ("waiting", "image"): "live",
        ("waiting", "fell_silent"): "stalled",
        ("live", "fell_late"): "late",
        ("live", "fell_silent"): "stalled",
        ("late", "image"): "live",
        ("late", "fell_silent"): "stalled",
        ("stalled", "resumed"): "live",
    }
    assert after(state, event) == expected.get((state, event), state)
    assert TABLE.keys() == expected.keys()


def test_a_whole_life() -> None:
    """Late at half the limit, stalled at the limit, live again with the second image."""
    line = Line().run(5).write()
    assert line.states == ["waiting", "live"]
    assert line.run(14).track.state == "live"
    assert line.run(1).track.state == "late"
    assert line.run(14).track.state == "late"
    assert line.run(1).track.state == "stalled"
    assert line.run(1000).track.state == "stalled"
    assert line.write().track.state == "stalled"
    assert line.run(2).write().track.state == "live"
    assert line.states == ["waiting", "live", "late", "stalled", "live"]


def test_late_is_over_with_one_image() -> None:
    """Nobody was alarmed."""
    line = Line().write().run(20)
    assert line.track.state == "late"
    assert line.write().track.state == "live"


def test_two_images_that_are_seen_at_once_end_a_stall() -> None:
    """The watcher says once a second what came."""
    assert Line().write().run(31).write(2).track.state == "live"


def test_two_images_that_are_far_apart_end_no_stall() -> None:
    """Each is the first of a line that does not go on."""
    line = Line().write().run(31)
    for _ in range(5):
        assert line.run(31).write().track.state == "stalled"
    assert line.run(30).write().track.state == "live"


def test_what_never_had_an_image_waits_for_ever() -> None:
    """A kind that a plant does not use is no stall."""
    assert Line().run(10_000).states == ["waiting"]


def test_what_was_there_before_is_no_image() -> None:
    """The first look only learns how many there were."""
    line = Line(last_image_ms=NOW_MS - 1000)
    line.arrived = 500
    assert line.track.state == "waiting"
    other = FlowTrack(Limits(AFTER_S, 0.0))
    other.look(
        FolderEvidence(camera="main", kind="original", mode="inotify", arrived=500, last_seq=3, last_image_ms=1),
        0.0,
        NOW_MS,
    )
    assert other.state in ("waiting", "stalled")
    assert not other.was_live


@pytest.mark.parametrize("age_s", [0, 10, 3600, -3600])
def test_nothing_is_a_stall_before_the_grace_is_over(age_s: int) -> None:
    """After it, what had images and has none is one; a clock that was set back makes it last the limit at most."""
    line = Line(last_image_ms=NOW_MS - age_s * 1000, grace_s=GRACE_S)
    assert line.run(59).states == ["waiting"]
    assert line.run(1).states == ["waiting", "stalled"]


def test_what_is_written_in_the_grace_is_live() -> None:
    """Also when it falls silent again before it is over."""
    line = Line(grace_s=GRACE_S).run(3).write()
    assert line.run(56).states == ["waiting", "live"]
    assert line.run(1).states == ["waiting", "live", "stalled"]


def test_images_before_this_monitor_are_known_of_by_their_place() -> None:
    """The watcher says nothing, as it does not run; yet there is something to miss."""
    track = FlowTrack(Limits(AFTER_S, 0.0))
    place = Place(1, "/", "ext4")
    for now_s in range(31):
        track.look(FolderEvidence(camera="main", kind="original", known_place=place), float(now_s), NOW_MS)
    assert track.state == "stalled"


def test_a_stall_of_an_earlier_monitor_goes_on() -> None:
    """In the grace, too; it began when it began, and two images end it as any other."""
    line = Line(last_image_ms=NOW_MS - 3_600_000, grace_s=GRACE_S)
    line.track.restore(0.0, NOW_MS, line.last_ms)
    assert (line.track.state, line.track.since_ms) == ("stalled", NOW_MS - 3_570_000)
    line.write()
    line.track.restore(line.now_s, line.now_ms, line.last_ms)
    assert line.run(1).write().track.state == "live"
    line.track.restore(line.now_s, line.now_ms, line.last_ms)
    assert line.run(1).track.state == "live"


def test_a_watcher_that_starts_again_counts_from_nothing() -> None:
    """Neither that nor its silence is an image; what it finds is one."""
    line = Line().write(10).run(20)
    line.arrived, line.seq = 0, None
    assert line.run(5).track.state == "late"
    line.seq = 10
    assert line.run(1).track.state == "late"
    line.seq, line.arrived = 12, 2
    assert line.run(1).track.state == "live"


def test_what_a_watcher_tells_first_was_there_before() -> None:
    """It is heard a moment after the monitor has begun to look."""
    track = FlowTrack(Limits(AFTER_S, 0.0))
    track.look(FolderEvidence(camera="main", kind="original"), 0.0, NOW_MS)
    heard = FolderEvidence(
        camera="main", kind="original", mode="inotify", last_seq=50, arrived=50, last_image_ms=NOW_MS - 1
    )
    track.look(heard, 1.0, NOW_MS + 1000)
    assert not track.was_live


def test_a_watcher_that_is_replaced_between_two_looks_hides_no_image() -> None:
    """By its count alone nothing would have come."""
    line = Line().write(3).run(20)
    line.seq = 6
    assert line.run(1).track.state == "live"


def test_a_newest_image_that_is_deleted_is_no_new_one() -> None:
    """The one before is the newest then."""
    line = Line().write(10).run(20)
    line.seq = 9
    assert line.run(1).track.state == "late"


def test_the_wall_clock_judges_nobody() -> None:
    """Set an hour ahead or back, it makes nothing late."""
    line = Line().write()
    for offset_ms in (3_600_000, -3_600_000):
        for _ in range(100):
            line.now_s += 1
            line.seq = (line.seq or 0) + 1
            line.arrived += 1
            evidence = FolderEvidence(
                camera="main",
                kind="original",
                mode="inotify",
                last_seq=line.seq,
                arrived=line.arrived,
                last_image_ms=line.now_ms + offset_ms,
            )
            line.track.look(evidence, line.now_s, line.now_ms + offset_ms)
            assert line.track.state == "live"


def test_a_standstill_of_the_monitor_is_nobodys_silence() -> None:
    """What came meanwhile is heard a moment later."""
    line = Line().write().run(5)
    line.now_s += 100
    line.track.forgive(100)
    line.look()
    assert line.track.state == "live"
    assert line.run(10).track.state == "late"
