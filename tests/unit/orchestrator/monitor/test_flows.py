"""Several kinds together: which stall is an alert, and with which reason."""

from __future__ import annotations

from typing import Any

from orchestrator.monitor.evidence import FolderEvidence
from orchestrator.monitor.flows import CHANGED_AFTER_S, FORGOTTEN_AFTER_S, STILL_NEWS_S, Flows, FlowView

NOW_MS = 1_000_000_000


class Line:
    """Two folders of one camera, looked at every second."""

    def __init__(self, grace_s: float = 0.0) -> None:
        self.flows = Flows(("original", "labeled"), 30.0, grace_s, 0.0)
        self.now_s = 0
        self.facts: dict[str, dict[str, Any]] = {"original": {}, "labeled": {}}
        self.views: dict[str, FlowView] = {}
        self.stalled: set[str] = set()
        self.look()

    def look(self) -> None:
        now_ms = NOW_MS + self.now_s * 1000
        folders = [
            FolderEvidence(camera="main", kind=kind, mode="inotify", **facts) for kind, facts in self.facts.items()
        ]
        self.views = {
            view.kind: view for view in self.flows.look(folders, None, float(self.now_s), now_ms, self.stalled)
        }

    def run(self, seconds: int, *writing: str) -> Line:
        """Each of `writing` gets an image a second."""
        for _ in range(seconds):
            self.now_s += 1
            for kind in writing:
                facts = self.facts[kind]
                facts["last_seq"] = facts.get("last_seq", 0) + 1
                facts["arrived"] = facts.get("arrived", 0) + 1
                facts["last_image_ms"] = NOW_MS + self.now_s * 1000
            self.look()
        return self

    def told(self, kind: str) -> tuple[str, str, str | None]:
        view = self.views[kind]
        return view.state, view.due, view.finding.reason if view.finding else None


BOTH = ("original", "labeled")


def test_a_stall_gets_its_reason_with_the_limit() -> None:
    """What held before it is known by then; nothing is told earlier."""
    line = Line().run(5, *BOTH).run(29)
    assert line.told("original") == ("late", "no", None)
    assert line.run(1).told("original") == ("stalled", "yes", "source_silent")
    assert line.run(1, *BOTH).told("original") == ("stalled", "yes", "source_silent")
    assert line.run(1, *BOTH).told("original") == ("live", "no", None)


def test_a_reason_that_begins_at_the_limit_is_looked_at_twice() -> None:
    """What passes within a moment is not the cause."""
    line = Line().run(5, *BOTH).run(29)
    line.facts["original"]["watcher"] = "starting"
    assert line.run(1).told("original") == ("stalled", "keep", None)
    line.facts["original"]["watcher"] = "ok"
    assert line.run(2).told("original") == ("stalled", "keep", None)
    assert line.run(1).told("original") == ("stalled", "yes", "source_silent")


def test_a_reason_that_never_settles_is_told_at_last() -> None:
    """Five seconds after the limit there is one."""
    line = Line().run(5, *BOTH).run(29)
    for second in range(6):
        line.facts["original"]["line"] = ("stopped", "running")[second % 2]
        line.run(1)
    assert line.told("original")[1] == "yes"


def test_another_reason_has_to_hold() -> None:
    """Each change is a message to people."""
    line = Line().run(5, *BOTH).run(40)
    line.facts["original"]["watcher"] = "hung"
    assert line.run(int(CHANGED_AFTER_S)).told("original")[2] == "source_silent"
    line.facts["original"]["watcher"] = "ok"
    line.run(1)
    line.facts["original"]["watcher"] = "hung"
    assert line.run(int(CHANGED_AFTER_S) + 1).told("original")[2] == "watcher_hung"


def test_files_that_are_rejected_now_and_then_are_one_reason() -> None:
    """One a minute, each longer ago than the limit when the next comes. One alone is soon forgotten."""
    line = Line().run(5, *BOTH)
    told: list[str | None] = []
    for second in range(600):
        if second % 60 == 20:
            line.facts["original"]["rejected"] = ("truncated", NOW_MS + line.now_s * 1000)
        _, due, reason = line.run(1).told("original")
        if due == "yes" and reason not in told[-1:]:
            told.append(reason)
    assert told == ["files_rejected", "source_silent", "files_rejected"]
    assert line.run(int(STILL_NEWS_S)).told("original")[2] == "source_silent"


def test_a_derived_kind_is_no_alert_of_its_own_while_its_source_is_silent() -> None:
    """One cause, one alert; why it is silent is the source's reason."""
    line = Line().run(5, *BOTH).run(100)
    assert line.told("original") == ("stalled", "yes", "source_silent")
    assert line.told("labeled")[:2] == ("stalled", "keep")
    source = line.views["labeled"].source_finding
    assert source is not None
    assert source.reason == "source_silent"


def test_the_model_has_stopped_when_its_source_goes_on() -> None:
    """Once the source has advanced for the limit without it."""
    line = Line().run(5, *BOTH).run(30, "original")
    assert line.told("labeled")[:2] == ("late", "no")
    assert line.run(1, "original").told("labeled") == ("stalled", "yes", "source_silent")
    assert line.views["labeled"].source == "original"
    assert line.run(2, *BOTH).told("labeled")[:2] == ("live", "no")


def test_pauses_of_the_source_are_none_of_the_model() -> None:
    """It is silent since the first image that it did not answer, and not since its own last one."""
    line = Line().run(5, *BOTH).run(28).run(5, "original")
    assert line.told("labeled")[0] == "late"
    assert line.run(1, "labeled").told("labeled")[0] == "live"
    assert line.run(28).told("labeled")[0] == "late"


def test_a_slow_source_shows_a_stopped_model_too() -> None:
    """One that is late between any two images."""
    line = Line().run(1, *BOTH)
    for _ in range(2):
        line.run(19).run(1, "original")
    assert line.told("labeled")[1] == "no"
    assert line.run(19).run(1, "original").told("labeled")[1] == "yes"


def test_a_model_that_starts_later_than_its_source_is_given_time() -> None:
    """After a stall of both its limit begins with the source's return."""
    line = Line().run(5, *BOTH).run(100).run(30, "original")
    assert line.told("labeled")[:2] == ("stalled", "keep")
    assert line.run(10, *BOTH).told("labeled")[:2] == ("live", "no")
    line.run(100).run(32, "original")
    assert line.told("labeled")[:2] == ("stalled", "yes")


def test_a_stopped_model_stays_one_alert_while_the_source_pauses() -> None:
    """It has not recovered; nor is it told twice."""
    line = Line().run(5, *BOTH).run(40, "original")
    assert line.told("labeled")[1] == "yes"
    assert line.run(40).told("labeled")[1] == "keep"


def test_a_kind_without_a_source_stands_for_itself() -> None:
    """A plant that has labeled images only."""
    line = Line().run(5, "labeled").run(31)
    assert line.told("labeled") == ("stalled", "yes", "source_silent")
    assert line.views["labeled"].source is None
    assert line.told("original") == ("waiting", "no", None)


def test_a_restored_stall_keeps_its_reason_until_the_grace_is_over() -> None:
    """What the new monitor does not know yet is no other reason."""
    line = Line(grace_s=60.0)
    line.facts["original"]["last_image_ms"] = NOW_MS - 100_000
    line.stalled = {"main/original"}
    line.look()
    assert line.told("original") == ("stalled", "keep", None)
    assert line.run(59).told("original") == ("stalled", "keep", None)
    assert line.run(1).told("original") == ("stalled", "yes", "source_silent")


def test_a_folder_that_was_taken_away_is_forgotten() -> None:
    """After ten minutes in which the watcher worked and did not know it; not because nobody says anything."""
    line = Line().run(5, *BOTH).run(40)
    original = line.facts.pop("original")
    line.facts["labeled"]["watcher"] = "dead"
    line.run(int(FORGOTTEN_AFTER_S) + 10)
    assert "original" in line.views
    line.facts["labeled"]["watcher"] = "ok"
    line.run(1)
    assert "original" not in line.views
    assert not line.flows.knows("main/original", float(line.now_s))
    line.facts["original"] = original
    assert line.run(1).told("original")[0] in ("waiting", "stalled")


def test_a_folder_not_met_yet_may_still_come() -> None:
    """For as long as a node takes to start, and more."""
    flows = Flows(("original",), 30.0, 60.0, 0.0)
    assert flows.knows("side/original", 600.0)
    assert not flows.knows("side/original", 661.0)
