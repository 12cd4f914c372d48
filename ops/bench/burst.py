#!/usr/bin/env python3
"""Are 20,000 images that are written at full speed all catalogued, and all announced once and in order?

    .venv/bin/python ops/bench/burst.py
    .venv/bin/python ops/bench/burst.py --count 5000 --stopped-s 3

Twice: as it is, and with the watcher stopped (SIGSTOP) for 10 s in the middle, so that the kernel's queue of events
overflows and the rest must be found by a rescan. Who listens is a WebSocket client that has subscribed with mode
`every`. In order means: as the catalog has it.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import select
import signal
import sys
import time
from pathlib import Path
from typing import NamedTuple

from crowd import READ_BYTES, Client, greet
from images import fill
from processes import Line, free_port, scratch
from report import Report, say

from services.shared.catalog import CatalogReader

MAX_QUEUED_EVENTS = Path("/proc/sys/fs/inotify/max_queued_events")
EVENTS_AN_IMAGE = 2
"""It is created, and closed."""

LIMIT_S = 120.0
PROGRESS_EVERY_S = 2.0


class Announced(NamedTuple):
    """What the client was told of an image."""

    kind: str
    seq: int
    filename: str
    skipped: int


class Recorder(Client):
    """A client that keeps what it is told."""

    def __init__(self, port: int) -> None:
        super().__init__(port)
        self.announced: list[Announced] = []
        greet(self, "every")

    def listen(self, until_s: float, count: int) -> bool:
        """Hear until so many were announced (True), or until the moment `until_s` (False)."""
        while len(self.announced) < count:
            if not select.select([self.socket], [], [], max(0.0, until_s - time.monotonic()))[0]:
                return False
            data = self.socket.recv(READ_BYTES * 16)
            if not data:
                sys.exit("the gateway closed the connection")
            self.rest += data
            for _, payload in self.frames():
                message = json.loads(payload) if payload.startswith(b"{") else {}
                if message.get("type", "").startswith("image_"):
                    image = message["data"]
                    self.announced.append(
                        Announced(message["type"], image["seq"], image["filename"], message.get("skipped", 0))
                    )
        return True


def bench(root: Path, count: int, stopped_s: float, report: Report) -> None:
    """One burst; `stopped_s`: so long the watcher stands still in the middle of it."""
    what = f"stopped {stopped_s:g} s" if stopped_s else "at full speed"
    say(f"{count} images, {what}")
    base, state, port = root / "images", root / "state", free_port()
    folder = base / "original"
    folder.mkdir(parents=True)
    values = {"IMAGE_RECEIVER_PORT": str(port), "COILCAST_LOGS_FORMAT": "json"}
    with Line(base, state, ["watcher", "gateway"], **values) as line:
        line.ready()
        recorder = Recorder(port)
        writer = multiprocessing.get_context("spawn").Process(target=fill, args=(folder, count))
        writer.start()
        recorder.listen(time.monotonic() + LIMIT_S, 1)
        began_s = time.monotonic()
        if stopped_s:
            recorder.listen(time.monotonic() + LIMIT_S, count // 10)
            line.services["watcher-0"].send(signal.SIGSTOP)
            say(f"  the watcher is stopped, {len(recorder.announced)} images announced")
            recorder.listen(time.monotonic() + stopped_s, count)
            line.services["watcher-0"].send(signal.SIGCONT)
        writer.join()
        written_s = time.monotonic() - began_s
        deadline_s = time.monotonic() + LIMIT_S
        while time.monotonic() < deadline_s and not recorder.listen(time.monotonic() + PROGRESS_EVERY_S, count):
            say(f"  {len(recorder.announced)} of {count} announced")
        told_s = time.monotonic() - began_s
        recorder.listen(time.monotonic() + PROGRESS_EVERY_S, sys.maxsize)
        lost = line.services["watcher-0"].text().count('"events_lost"')
        line.stop()
    say(f"  the writer took {written_s:.1f} s, all was announced {told_s:.1f} s after the first; overflows: {lost}")
    judge(recorder.announced, count, CatalogReader(state / "catalog.db"), what, report)
    queue = int(MAX_QUEUED_EVENTS.read_text())
    if stopped_s and count * EVENTS_AN_IMAGE > 1.25 * queue:
        report.check(f"the kernel's queue overflowed, {what}", lost > 0)


def judge(announced: list[Announced], count: int, catalog: CatalogReader, what: str, report: Report) -> None:
    """Compare the folder, the catalog and what the client was told."""
    events = list(catalog.events(0, catalog.head()))
    seqs = [one.seq for one in announced]
    names = {one.filename for one in announced}
    report.check(f"{len(catalog.newest(limit=2 * count))} of {count} catalogued, {what}", catalog.head() == count)
    report.check(f"{len(names)} of {count} announced, {what}", len(names) == count)
    report.check(f"{len(seqs) - len(set(seqs))} doubled, {what}", len(seqs) == len(set(seqs)) == len(names))
    in_order = [(one.seq, one.filename) for one in announced] == [(one.seq, one.image.filename) for one in events]
    report.check(f"in the catalog's order, each as a new image, {what}", in_order and _all_new(announced))
    catalog.close()


def _all_new(announced: list[Announced]) -> bool:
    return all(one.kind == "image_update" and not one.skipped for one in announced)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=20_000, help="images (20000)")
    parser.add_argument("--stopped-s", type=float, default=10.0, help="so long the watcher is stopped (10)")
    parser.add_argument("--folder", type=Path, help="where to work (the folder for temporary files)")
    arguments = parser.parse_args()
    report = Report()
    for stopped_s in (0.0, arguments.stopped_s):
        with scratch(arguments.folder) as root:
            bench(root, arguments.count, stopped_s, report)
    return report.exit_code


if __name__ == "__main__":
    sys.exit(main())
