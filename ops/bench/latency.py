#!/usr/bin/env python3
"""How long after a 1 MB image was closed does one WebSocket client have the message?

    .venv/bin/python ops/bench/latency.py
    .venv/bin/python ops/bench/latency.py --rounds 4 --no-peer

The whole way: the kernel's event, the check that the image is whole, the commit to the catalog, the bus, the gateway,
the client's read. Beside it, round by round in turn, the design that was replaced: chokidar and ws in one Node
process, and the same with awaitWriteFinish, which it needs to never tell of half an image: without, it tells of a file
when it is created, often before it is closed.

The longer the pause between two images, the longer each takes: caches go cold meanwhile.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import sys
import time
from pathlib import Path

from crowd import Crowd
from images import deliver
from peers import Peer, install
from processes import Line, free_port, scratch
from report import Report, percentile, say

SIZE_BYTES = 1_000_000
P50_BAR_MS = 1.0
P99_BAR_MS = 5.0
FINISHES = 5
"""awaitWriteFinish takes two seconds each time."""


class Target:
    """A server that watches `folder`, and one client of it."""

    def __init__(self, folder: Path, crowd: Crowd, every_s: float) -> None:
        self._folder = folder
        self._crowd = crowd
        self._every_s = every_s
        self.took_ms: list[float] = []
        self._number = 0

    def round(self, count: int) -> None:
        """Write `count` images, each once its predecessor was told."""
        for _ in range(count):
            # Give or take half of it: nobody's clock may fall into step with ours.
            time.sleep(self._every_s * random.uniform(0.5, 1.5))
            self._number += 1
            closing_ns = deliver(self._folder, self._number, SIZE_BYTES)
            self.took_ms.append((self._crowd.told().first_ns - closing_ns) / 1e6)

    def p(self, share: float) -> float:
        return percentile(self.took_ms, share)


def bench(root: Path, rounds: int, count: int, every_s: float, with_peer: bool, report: Report) -> None:
    with contextlib.ExitStack() as stack:
        port, folder = free_port(), root / "images" / "original"
        folder.mkdir(parents=True)
        line = Line(root / "images", root / "state", ["watcher", "gateway"], IMAGE_RECEIVER_PORT=str(port))
        stack.enter_context(line)
        line.ready()
        ours = Target(folder, stack.enter_context(Crowd(port, 1)), every_s)
        targets = [ours]
        if with_peer:
            installed = install(root / "peer")
            for finish in (False, True):
                port, folder = free_port(), root / f"peer-images-{finish}"
                folder.mkdir()
                stack.enter_context(Peer(installed, folder, port, awaits_finish=finish))
                targets.append(Target(folder, stack.enter_context(Crowd(port, 1)), every_s))
        ours.round(10)
        ours.took_ms.clear()
        for number in range(rounds):
            for target in targets[:2]:
                target.round(count)
            medians = "  ".join(f"{percentile(target.took_ms[-count:], 0.5):.2f}" for target in targets[:2])
            say(f"  round {number + 1} of {rounds}: {medians} ms")
        report.figure("1 MB closed -> told, p50", ours.p(0.5), P50_BAR_MS, "ms")
        report.figure("1 MB closed -> told, p99", ours.p(0.99), P99_BAR_MS, "ms")
        report.aside("  the longest", max(ours.took_ms), "ms")
        if with_peer:
            peer, finishing = targets[1:]
            report.aside("  chokidar + ws, p50", peer.p(0.5), "ms")
            report.aside("  chokidar + ws, p99", peer.p(0.99), "ms")
            finishing.round(FINISHES)
            report.aside("  chokidar + ws, awaitWriteFinish, p50", finishing.p(0.5), "ms")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=10, help="rounds, each server in turn (10)")
    parser.add_argument("--count", type=int, default=100, help="images a round (100)")
    parser.add_argument("--every-ms", type=float, default=30.0, help="between two images, give or take half of it (30)")
    parser.add_argument("--no-peer", action="store_true", help="without the replaced design")
    parser.add_argument("--folder", type=Path, help="where to work (the folder for temporary files); 2 GB for a moment")
    arguments = parser.parse_args()
    report = Report()
    with scratch(arguments.folder) as root:
        every_s = arguments.every_ms / 1000
        bench(root, arguments.rounds, arguments.count, every_s, not arguments.no_peer, report)
    return report.exit_code


if __name__ == "__main__":
    sys.exit(main())
