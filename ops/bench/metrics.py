#!/usr/bin/env python3
"""What do the monitor and the metrics cost while images come?

    .venv/bin/python ops/bench/metrics.py
    .venv/bin/python ops/bench/metrics.py --watch-s 120

A node as `service-orchestrator up --detach` starts it, under 20 images a second, asked for its metrics every 5 s; and
as its peer, in the same run, one without metrics. Processor time is that of the monitor and what it has started, as a
share of one core; what the services spend on counting is measured by itself, as it is nothing beside the images.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from threading import Event, Thread

from images import image, name, write
from nodes import KINDS, Node
from processes import cpu_s, free_port, scratch
from report import Report, percentile, say

from services.shared.messages import Event as Logged
from services.shared.messages import Image
from services.shared.metrics.figures import Figures

IMAGES_PER_S = 20
CPU_BAR = 2.0
SCRAPE_BAR_MS = 50.0
SCRAPE_EVERY_S = 5.0
SCRAPES = 50
SETTLE_S = 10.0
START_LIMIT_S = 30.0
COUNTED = 20_000


class Camera:
    """Writes images of all kinds in turn, from a thread, until the end of the `with`."""

    def __init__(self, base: Path) -> None:
        self._base = base
        self._ended = Event()
        self._thread = Thread(target=self._run, name="camera")

    def __enter__(self) -> Camera:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        number, next_s = 0, time.monotonic()
        while not self._ended.wait(max(0.0, next_s - time.monotonic())):
            kind = KINDS[number % len(KINDS)]
            filename = name(number // len(KINDS)).replace("original", kind)
            write(self._base / kind, filename, image(number, 200_000))
            number, next_s = number + 1, next_s + 1 / IMAGES_PER_S


def scrape(port: int) -> float:
    """How long it took, in ms. Raises OSError."""
    began_s = time.monotonic()
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        answer.read()
    return (time.monotonic() - began_s) * 1000


def watch(root: Path, watch_s: float, port: int) -> tuple[float, list[float]]:
    """The monitor's share of a core in per cent, with its children's; and how long scrapes took, in ms."""
    root.mkdir()
    with Node(root, COILCAST_METRICS_PORT=str(port)) as node:
        names = [f"{service}-0" for service in ("watcher", "gateway", "thumbnailer")]
        node.ear.listen(time.monotonic() + START_LIMIT_S, lambda: all(node.ear.is_ready(one) for one in names))
        with Camera(node.base):
            time.sleep(SETTLE_S)
            pids = _of_monitor(node)
            before_s, began_s = sum(map(cpu_s, pids)), time.monotonic()
            while time.monotonic() < began_s + watch_s:
                if port:
                    scrape(port)
                time.sleep(SCRAPE_EVERY_S)
            share = 100 * (sum(map(cpu_s, pids)) - before_s) / (time.monotonic() - began_s)
            took_ms = [scrape(port) for _ in range(SCRAPES if port else 0)]
    return share, took_ms


def counting_us() -> float:
    """What all services together spend on counting one image, in microseconds."""
    with tempfile.TemporaryDirectory() as folder:
        figures = Figures.of_process(Path(folder), "bench-0")
        events = [_event(number) for number in range(COUNTED)]
        rounds = []
        for _ in range(3):
            began_s = time.perf_counter()
            for event in events:
                figures.committed(0.0005)
                figures.logged("epoch", (event,), 1.032)
                figures.pushed(event.image, 1033, 0.001)
                figures.painted("original", 1000, 1033, 1060)
                figures.preview_made(event.image, "screen", 1.2, is_live=True)
                figures.preview_made(event.image, "strip", 1.3, is_live=True)
            rounds.append((time.perf_counter() - began_s) / COUNTED * 1e6)
        figures.close()
    return statistics.median(rounds)


def bench(root: Path, watch_s: float, report: Report) -> None:
    us = counting_us()
    report.aside("counting one image, all services together", us, "us")
    say(f"without metrics, for {watch_s:g} s")
    without, _ = watch(root / "without", watch_s, 0)
    report.aside("CPU of the monitor without metrics", without, "%")
    say(f"with metrics, a scrape every {SCRAPE_EVERY_S:g} s, for {watch_s:g} s")
    share, took_ms = watch(root / "with", watch_s, free_port())
    share += IMAGES_PER_S * us / 1e6 * 100
    report.figure("CPU of the monitor and the metrics", share, CPU_BAR, "%")
    report.figure("a scrape, p50", percentile(took_ms, 0.5), SCRAPE_BAR_MS, "ms")
    report.figure("a scrape, p95", percentile(took_ms, 0.95), SCRAPE_BAR_MS, "ms")


def _of_monitor(node: Node) -> list[int]:
    monitor = int((node.run_dir / "monitor.lock").read_text("ascii"))
    return [pid for pid in node.processes() if pid == monitor or _parent(pid) == monitor]


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()[1])


def _event(number: int) -> Logged:
    taken = Image(
        seq=number + 1,
        camera="main",
        kind="original",
        filename=name(number),
        coil="2891",
        captured_at_ms=970,
        written_at_ms=1000,
        seen_at_ms=1031,
        size_bytes=200_000,
        width=8,
        height=8,
        media_type="image/jpeg",
    )
    return Logged(seq=taken.seq, type="new", image=taken, at_ms=1031)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--watch-s", type=float, default=60.0, help="how long to watch, twice (60)")
    parser.add_argument("--folder", type=Path, help="where to work (the folder for temporary files)")
    arguments = parser.parse_args()
    report = Report()
    with scratch(arguments.folder) as root:
        bench(root, arguments.watch_s, report)
    return report.exit_code


if __name__ == "__main__":
    sys.exit(main())
