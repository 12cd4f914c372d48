#!/usr/bin/env python3
"""What does it cost to tell 1,000 WebSocket clients of an image, and when does the last one have it?

    .venv/bin/python ops/bench/fanout.py
    .venv/bin/python ops/bench/fanout.py --clients 5000 --rounds 4 --mode latest
    .venv/bin/python ops/bench/fanout.py --gateways 2

The clients are one process with raw sockets, the same for coilcast and for the design that was replaced (chokidar and
ws in one Node process), which take turns round by round. Bare clients are what both know; clients that have
subscribed are measured against the same bars. Processor time is that of the gateways' processes with all their
threads, whatever they do meanwhile.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from crowd import Crowd
from images import deliver
from peers import Peer, install
from processes import Line, Process, free_port, scratch
from report import Report, percentile, say

from services.shared.settings import load_settings

SIZE_BYTES = 1_000_000
CPU_BAR_US = 12.0
RATIO_BAR = 0.85
EVERY_S = 0.05
SETTLE_S = 0.05
"""After a round: what a server still does for it counts."""


class Target:
    """A server with its crowd, and what a phase found."""

    def __init__(self, servers: Sequence[Process], folder: Path, port: int) -> None:
        self._servers = servers
        self.port = port
        self.rounds_ms: list[float] = []
        self.last_ms: list[float] = []
        self.cpu_us: list[float] = []
        self._folder = folder
        self._number = 0

    @property
    def cpu_s(self) -> float:
        return sum(server.cpu_s for server in self._servers)

    def reset(self) -> None:
        self.rounds_ms, self.last_ms, self.cpu_us = [], [], []

    def round(self, crowd: Crowd, clients: int, images: int) -> None:
        """Write images, each once all were told of its predecessor."""
        took_ms = []
        before_s = self.cpu_s
        for _ in range(images):
            time.sleep(EVERY_S)
            self._number += 1
            closing_ns = deliver(self._folder, self._number, SIZE_BYTES)
            took_ms.append((crowd.told().last_ns - closing_ns) / 1e6)
        time.sleep(SETTLE_S)
        self.cpu_us.append((self.cpu_s - before_s) * 1e6 / (images * clients))
        self.rounds_ms.append(percentile(took_ms, 0.5))
        self.last_ms += took_ms


def phase(mode: str, clients: int, rounds: int, images: int, targets: tuple[Target, Target], report: Report) -> None:
    """One sort of clients: `mode` is what they subscribe to, empty for bare ones. The peer's are always bare."""
    kind = mode or "bare"
    say(f"{clients} clients, {kind}")
    ours, peer = targets
    with Crowd(ours.port, clients, mode) as our_crowd, Crowd(peer.port, clients) as peer_crowd:
        pairs = ((ours, our_crowd), (peer, peer_crowd))
        for target, crowd in pairs:
            target.round(crowd, clients, images)
            target.reset()
        for number in range(rounds):
            for target, crowd in pairs[:: 1 if number % 2 else -1]:
                target.round(crowd, clients, images)
            figures = "   ".join(f"{target.rounds_ms[-1]:.1f} ms {target.cpu_us[-1]:.1f} us" for target in targets)
            say(f"  round {number + 1} of {rounds}: {figures}")
    ratio = percentile([mine / other for mine, other in zip(ours.rounds_ms, peer.rounds_ms, strict=True)], 0.5)
    report.figure(f"CPU per client-message, {kind}", percentile(ours.cpu_us, 0.5), CPU_BAR_US, "us")
    report.figure(f"last told beside chokidar + ws, {kind}", ratio, RATIO_BAR, "x")
    report.aside(f"  last told, p50, {kind}", percentile(ours.last_ms, 0.5), "ms")
    report.aside(f"  last told, p99, {kind}", percentile(ours.last_ms, 0.99), "ms")
    report.aside("  chokidar + ws, last told, p50", percentile(peer.last_ms, 0.5), "ms")
    report.aside("  chokidar + ws, last told, p99", percentile(peer.last_ms, 0.99), "ms")
    report.aside("  chokidar + ws, CPU per client-message", percentile(peer.cpu_us, 0.5), "us")
    for target in targets:
        target.reset()


def bench(root: Path, gateways: int, clients: int, rounds: int, images: int, modes: list[str], report: Report) -> None:
    with contextlib.ExitStack() as stack:
        port, folder = free_port(), root / "images" / "original"
        folder.mkdir(parents=True)
        services = ["watcher", *["gateway"] * gateways]
        line = Line(root / "images", root / "state", services, IMAGE_RECEIVER_PORT=str(port))
        stack.enter_context(line)
        line.ready()
        ours = Target([line.services[f"gateway-{number}"] for number in range(gateways)], folder, port)
        installed = install(root / "peer")
        port, folder = free_port(), root / "peer-images"
        folder.mkdir()
        peer = Target([stack.enter_context(Peer(installed, folder, port))], folder, port)
        for mode in modes:
            phase(mode, clients, rounds, images, (ours, peer), report)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    usual = load_settings({"COILCAST_CONFIG": "/dev/null"}).gateway.processes
    parser.add_argument(
        "--gateways", type=int, default=usual, help=f"gateway processes that share the port (as by default: {usual})"
    )
    parser.add_argument("--clients", type=int, default=1000, help="WebSocket clients of each server (1000)")
    parser.add_argument("--rounds", type=int, default=12, help="rounds, each server in turn (12)")
    parser.add_argument("--images", type=int, default=10, help="images a round (10)")
    parser.add_argument(
        "--mode", choices=["bare", "latest", "every"], action="append", help="may be repeated (all three)"
    )
    parser.add_argument("--folder", type=Path, help="where to work (the folder for temporary files); 1 GB for a moment")
    arguments = parser.parse_args()
    modes = ["" if mode == "bare" else mode for mode in arguments.mode or ["bare", "latest", "every"]]
    report = Report()
    with scratch(arguments.folder) as root:
        bench(root, arguments.gateways, arguments.clients, arguments.rounds, arguments.images, modes, report)
    return report.exit_code


if __name__ == "__main__":
    sys.exit(main())
