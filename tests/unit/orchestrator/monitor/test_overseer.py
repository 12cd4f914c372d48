"""From what is known to flows and alerts, across monitors."""

from __future__ import annotations

import io
import time
from pathlib import Path

from orchestrator.monitor.deciders.view import View
from orchestrator.monitor.evidence import FolderEvidence
from orchestrator.monitor.overseer import LOOK_EVERY_S, Overseer
from orchestrator.wording import MONITOR
from services.shared.logs import make_logger
from services.shared.metrics.figures import Figures
from services.shared.operations import Alert, Alerts
from tests.support.wait import until
from tests.support.watching import settings_for


class Bench:
    """Monitors after one another over one file of alerts; the limit is 10 s, each look half a second later."""

    def __init__(self, tmp_path: Path, language: str = "en") -> None:
        self.settings = settings_for(
            tmp_path,
            COILCAST_STALL_AFTER_S="10",
            COILCAST_STALL_GRACE_S="5",
            COILCAST_NODE_LANGUAGE=language,
        )
        self.settings.state.mkdir(exist_ok=True)
        self.out = io.StringIO()
        self.now_s = time.monotonic()
        self.began_s = self.now_s
        self.seq = 0
        self.monitor()

    def monitor(self) -> None:
        """Another one begins."""
        log = make_logger(self.settings, "Monitor", MONITOR, self.out)
        self.overseer = Overseer(self.settings, log, Figures.in_memory("monitor"))
        self.watched = self.seq

    def run(self, seconds: float, *, images: bool = False) -> None:
        """Looks, each of which is worked off before the next."""
        for _ in range(int(seconds / LOOK_EVERY_S)):
            self.now_s += LOOK_EVERY_S
            self.seq += images
            now_ms = int((1e9 + self.now_s) * 1000)
            evidence = FolderEvidence(
                camera="main",
                kind="original",
                mode="inotify",
                last_seq=self.seq or None,
                arrived=self.seq,
                last_image_ms=now_ms if images else int((1e9 + self.began_s) * 1000),
            )
            self.overseer.look(View(now_s=self.now_s, now_ms=now_ms, boot_s=self.now_s, folders=[evidence]))
            self.overseer.bulletin.close()

    def alerts(self) -> list[Alert]:
        alerts = Alerts(self.settings.operations_path)
        try:
            return alerts.page().alerts
        finally:
            alerts.close()


def test_a_stall_is_kept_told_and_ended(tmp_path: Path) -> None:
    """In the flow with its reason, in the log once a state, among the alerts as one."""
    bench = Bench(tmp_path)
    bench.run(5, images=True)
    bench.run(12)
    flow = bench.overseer.flows["main/original"]
    assert (flow.state, flow.reason, flow.severity) == ("stalled", "source_silent", "warning")
    assert flow.text == "main/original: no image for 10 s - source silent or line stopped"
    bench.run(2, images=True)
    assert bench.overseer.flows["main/original"].reason is None
    (alert,) = bench.alerts()
    assert (alert.key, alert.is_firing) == ("stall/main/original", False)
    said = [line.partition("images of main/original: ")[2] for line in bench.out.getvalue().splitlines()]
    assert [state for state in said if state] == ["live", "late", "stalled", "live"]


def test_another_monitor_goes_on_with_what_fires(tmp_path: Path) -> None:
    """Neither a recovery nor another alert, however often; whatever it knows first."""
    bench = Bench(tmp_path)
    bench.run(5, images=True)
    bench.run(12)
    for _ in range(3):
        bench.monitor()
        bench.run(12)
        assert bench.overseer.flows["main/original"].state == "stalled"
    bench.run(2, images=True)
    (alert,) = bench.alerts()
    assert not alert.is_firing
    assert bench.out.getvalue().count("alert: stall/main/original") == 1


def test_people_read_it_in_the_nodes_language(tmp_path: Path) -> None:
    """On the panel and in the status."""
    bench = Bench(tmp_path, "ko")
    bench.run(5, images=True)
    bench.run(12)
    text = bench.overseer.flows["main/original"].text
    assert text == "main/original: 10초 동안 이미지 없음 - 카메라가 파일을 보내지 않거나 라인이 정지함"


def test_alerts_that_cannot_be_kept_hide_no_stall(tmp_path: Path) -> None:
    """The flows are told all the same."""
    bench = Bench(tmp_path)
    bench.settings.operations_path.write_bytes(b"this is no database" * 100)
    bench.run(5, images=True)
    bench.run(12)
    assert bench.overseer.flows["main/original"].reason == "source_silent"
    until(lambda: "cannot be kept" in bench.out.getvalue(), what="a word on the file")
