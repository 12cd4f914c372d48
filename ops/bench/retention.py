#!/usr/bin/env python3
"""Does anybody who looks at new images notice that half a million old ones are being deleted?

    .venv/bin/python ops/bench/retention.py
    .venv/bin/python ops/bench/retention.py --images 100000 --rounds 4

A folder of 500,000 small images that were there first. Images are written at 15 a second and a client that has
subscribed is told of each; in turns with the janitor at work, at the rate that is set by default, and without it. The
rounds delete a share of the half million, which is told; all of it would take as long as the rate says.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from pathlib import Path

from crowd import Crowd
from images import deliver, fill
from processes import Line, Process, free_port, scratch, settings
from report import Report, percentile, say

SIZE_BYTES = 200_000
RATE_PER_S = 15.0
RATIO_BAR = 1.5
IMPORT_LIMIT_S = 1800.0
WARM_UP = 30
BEGIN_LIMIT_S = 60.0

FIRST, BEHIND = 10, 5
"""Real-time priorities: of those that bring images to the client, and of the janitor, which is niced."""


class Bench:
    """One line over the folder, one client of it, and a janitor that comes and goes."""

    def __init__(
        self, root: Path, line: Line, crowd: Crowd, first: int, environment: dict[str, str], realtime: bool
    ) -> None:
        self._root = root
        self._folder = root / "images" / "original"
        self._line = line
        self._crowd = crowd
        self._number = first
        self._environment = environment
        self._realtime = realtime
        self.deleted = 0
        self.deleting_s = 0.0

    def round(self, count: int) -> list[float]:
        """Milliseconds from closed to told, image by image."""
        took_ms = []
        for _ in range(count):
            # Give or take half of it: nobody's clock may fall into step with ours.
            time.sleep(random.uniform(0.5, 1.5) / RATE_PER_S)
            self._number += 1
            closing_ns = deliver(self._folder, self._number, SIZE_BYTES)
            took_ms.append((self._crowd.told().first_ns - closing_ns) / 1e6)
            self._line.hear()
        return took_ms

    def round_with_janitor(self, count: int) -> list[float]:
        """The same while old images go."""
        command = [sys.executable, "-m", "services.janitor"]
        with Process(command, self._root / "state" / "janitor.log", self._environment) as janitor:
            self._line.last.pop("janitor-0", None)
            deadline_s = time.monotonic() + BEGIN_LIMIT_S
            while not self._deleted():
                self._line.hear()
                if not janitor.runs or time.monotonic() > deadline_s:
                    sys.exit(f"nothing is deleted: {janitor.text()[-2000:]}")
                time.sleep(0.01)
            if self._realtime:
                go_first([janitor.pid], BEHIND)
            before, began_s = self._deleted(), time.monotonic()
            took_ms = self.round(count)
            time.sleep(1.0)
            self._line.hear()
            self.deleted += self._deleted() - before
            self.deleting_s += time.monotonic() - began_s
            janitor.stop()
        return took_ms

    def _deleted(self) -> int:
        beat = self._line.last.get("janitor-0")
        return 0 if beat is None else int(beat.detail.get("deleted", 0))


def go_first(pids: list[int], priority: int) -> None:
    """Real-time priority for all threads of these processes."""
    for pid in pids:
        for task in Path(f"/proc/{pid}/task").iterdir():
            os.sched_setscheduler(int(task.name), os.SCHED_RR, os.sched_param(priority))


def bench(root: Path, images: int, rounds: int, count: int, realtime: bool, report: Report) -> None:
    say(f"writing {images} images")
    fill(root / "images" / "original", images)
    port = free_port()
    values = {
        "IMAGE_RECEIVER_PORT": str(port),
        "COILCAST_RETENTION_MAX_COUNT": "1000",
        "COILCAST_RETENTION_KEEP_FREE_PERCENT": "0",
        "COILCAST_PREVIEWS_AHEAD": "0",
    }
    with Line(root / "images", root / "state", ["watcher", "gateway", "thumbnailer"], **values) as line:
        line.ready()
        _await_import(line)
        environment = settings(root / "images", root / "state", **values)
        with Crowd(port, 1, "latest") as crowd:
            if realtime:
                go_first([*(process.pid for process in line.services.values()), crowd.pid, os.getpid()], FIRST)
            one = Bench(root, line, crowd, images, environment, realtime)
            one.round(WARM_UP)
            without: list[float] = []
            beside: list[float] = []
            for number in range(rounds):
                without += one.round(count)
                beside += one.round_with_janitor(count)
                p99s = [f"{percentile(took_ms[-count:], 0.99):.2f} ms" for took_ms in (without, beside)]
                say(f"  round {number + 1} of {rounds}: p99 {p99s[0]}, with the janitor at work {p99s[1]}")
        say(f"deleted meanwhile: {one.deleted} of {images}, {one.deleted / one.deleting_s:.0f} a second")
        report.check("the janitor was at work all the time", one.deleted / one.deleting_s > 50)
        for share, name in ((0.5, "p50"), (0.99, "p99")):
            report.aside(f"closed -> told without it, {name}", percentile(without, share), "ms")
            report.aside(f"closed -> told with the janitor, {name}", percentile(beside, share), "ms")
        ratio = percentile(beside, 0.99) / percentile(without, 0.99)
        report.figure("p99 with the janitor at work / without", ratio, RATIO_BAR, "")


def _await_import(line: Line) -> None:
    deadline_s = time.monotonic() + IMPORT_LIMIT_S
    say("waiting until they are catalogued")
    while True:
        line.hear()
        beat = line.last["watcher-0"]
        if "importing" in beat.detail and beat.detail["importing"] == 0 and beat.seq > 0:
            return
        if time.monotonic() > deadline_s:
            sys.exit(f"{beat.detail.get('importing')} images are still to be imported")
        time.sleep(0.5)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=500_000, help="old images (500,000)")
    parser.add_argument("--rounds", type=int, default=6, help="rounds of each, in turns (6)")
    parser.add_argument("--count", type=int, default=250, help="new images a round (250)")
    parser.add_argument("--realtime", action="store_true", help="before all else on this machine; needs root")
    parser.add_argument("--folder", type=Path, help="where to work (the folder for temporary files); 4 GB for a while")
    arguments = parser.parse_args()
    report = Report()
    with scratch(arguments.folder) as root:
        bench(root, arguments.images, arguments.rounds, arguments.count, arguments.realtime, report)
    return report.exit_code


if __name__ == "__main__":
    sys.exit(main())
