#!/usr/bin/env python3
"""How soon is the watcher ready over a folder that is full already, and how much memory does that take?

    .venv/bin/python ops/bench/folders.py
    .venv/bin/python ops/bench/folders.py --count 50000 --runs 1

cold: the catalog is new. warm: it knows every image. Ready time is the median of the runs, from the start of the
process to its first heartbeat that says so; memory is the highest proportional set size from there to the end of the
import and of the comparison that follows a warm start. A million images take some 5 GB for a few minutes.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import time
from pathlib import Path

from images import fill
from processes import scratch
from report import Report, say
from watching import Watcher

MB = 1_000_000
MEMORY_BAR_MB = 150.0
WARM_TO_COLD = 1.1
"""No slower, give or take what two runs of the same differ by."""
SETTLE_LIMIT_S = 1800.0


def ready_bar_s(count: int) -> float:
    """3 s for up to 200,000 images, 10 s for each million beyond."""
    return 3.0 if count <= 200_000 else 10.0 * max(1.0, count / 1_000_000)


def bench(root: Path, count: int, runs: int, report: Report) -> None:
    """Everything about one size."""
    say(f"{count} images")
    base, state = root / "images", root / "state"
    fill(base / "original", count)
    (base / "labeled").mkdir()
    cold_s, warm_s = [], []
    for run in range(runs):
        shutil.rmtree(state, ignore_errors=True)
        with Watcher(base, state) as watcher:
            cold_s.append(watcher.ready())
            if run == runs - 1:
                ready_bytes = watcher.peak_bytes
                imported_s = watcher.settle(SETTLE_LIMIT_S)
                cold_bytes = watcher.peak_bytes
                watcher.stop()
    catalog_bytes = (state / "catalog.db").stat().st_size
    say(f"  imported {imported_s:.0f} s after the start; catalog {catalog_bytes / MB:.0f} MB")
    say(f"  memory until ready, cold: {ready_bytes / MB:.0f} MB")
    for run in range(runs):
        with Watcher(base, state) as watcher:
            warm_s.append(watcher.ready())
            if run == runs - 1:
                say(f"  compared again {watcher.settle(SETTLE_LIMIT_S):.0f} s after a warm start")
                warm_bytes = watcher.peak_bytes
            watcher.stop()
    cold, warm = statistics.median(cold_s), statistics.median(warm_s)
    say("  cold " + " ".join(f"{value:.2f}" for value in cold_s) + " s, warm " + " ".join(f"{v:.2f}" for v in warm_s))
    report.figure(f"ready, cold, {count}", cold, ready_bar_s(count), "s")
    report.figure(f"ready, warm, {count}", warm, ready_bar_s(count), "s")
    report.figure(f"warm beside cold, {count}", warm / cold, WARM_TO_COLD, "x")
    report.figure(f"watcher's memory, cold, {count}", cold_bytes / MB, MEMORY_BAR_MB, "MB")
    report.figure(f"watcher's memory, warm, {count}", warm_bytes / MB, MEMORY_BAR_MB, "MB")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, action="append", help="images; may be repeated (200000 and 1000000)")
    parser.add_argument("--runs", type=int, default=3, help="starts of each kind (3)")
    parser.add_argument("--folder", type=Path, help="where to work (the folder for temporary files)")
    arguments = parser.parse_args()
    report = Report()
    for count in arguments.count or [200_000, 1_000_000]:
        with scratch(arguments.folder) as root:
            began_s = time.monotonic()
            bench(root, count, arguments.runs, report)
            say(f"  took {time.monotonic() - began_s:.0f} s")
    return report.exit_code


if __name__ == "__main__":
    sys.exit(main())
