#!/usr/bin/env python3
"""How soon is there another when a service of a real node is killed, or stops answering?

    .venv/bin/python ops/bench/restart.py
    .venv/bin/python ops/bench/restart.py --kills 5 --stops 1

SIGKILL: the time to the replacement's first heartbeat that says ready. Beside it, kill by kill in turn, a stock
supervisord that runs the same programs with `autorestart=true`. SIGSTOP: the same time, in which the silence must first
be found and what is stopped be ended. A service that dies more than 6 times in 20 s is slowed down by design, so each
is killed no oftener than every 4 s.
"""

from __future__ import annotations

import argparse
import os
import shlex
import signal
import sys
import time
from pathlib import Path

from nodes import KINDS, Ear, Node
from processes import Process, free_port, scratch, settings
from report import Report, percentile, say

from services.shared.bus import Hub

SERVICES = ("watcher", "gateway", "thumbnailer")
KILLED_BAR_MS = 500.0
STOPPED_BAR_S = 8.0
EVERY_S = 4.0
LIMIT_S = 30.0
START_LIMIT_S = 30.0


class Stock:
    """supervisord as it comes, over folders of its own."""

    def __init__(self, root: Path) -> None:
        base, state = root / "images", root / "state"
        for folder in (*(base / kind for kind in KINDS), state / "run"):
            folder.mkdir(mode=0o700, parents=True)
        config = root / "supervisord.conf"
        config.write_text(_config(root), "utf-8")
        self._hub = Hub(state / "run")
        self.ear = Ear(self._hub.forward)
        command = [str(Path(sys.executable).with_name("supervisord")), "--nodaemon", "--configuration", str(config)]
        environment = settings(base, state, IMAGE_RECEIVER_PORT=str(free_port()))
        self._process = Process(command, root / "supervisord.out", environment, folder=root)

    def __enter__(self) -> Stock:
        names = [f"{service}-0" for service in SERVICES]
        if not self.ear.listen(time.monotonic() + START_LIMIT_S, lambda: all(map(self.ear.is_ready, names))):
            self.__exit__()
            sys.exit(f"stock supervisord did not come up: {self._process.text()[-2000:]}")
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.runs:
            self._process.stop()
        self._process.close()
        self._hub.close()

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> int:
        pid = self.ear.lives[name].pid
        os.kill(pid, number)
        return pid


def _config(root: Path) -> str:
    """Everything that is not set here is supervisord's default."""
    user = "user=root\n" if os.getuid() == 0 else ""
    config = f"[supervisord]\nlogfile={root}/supervisord.log\npidfile={root}/supervisord.pid\n{user}"
    for service in SERVICES:
        command = shlex.join([sys.executable, "-P", "-m", f"services.{service}"])
        config += f"[program:{service}-0]\ncommand={command}\nautorestart=true\n"
    return config


def replaced_after_s(supervised: Node | Stock, name: str, number: signal.Signals) -> float:
    """Send the signal and wait for another process that is ready. Raises SystemExit when there is none in time."""
    ear = supervised.ear
    ear.hear()
    began_s = time.monotonic()
    pid = supervised.kill(name, number)
    if not pid or not ear.listen(began_s + LIMIT_S, lambda: ear.is_ready(name, other_than=pid)):
        sys.exit(f"{name} was not replaced within {LIMIT_S:g} s")
    return ear.lives[name].ready_s - began_s


def bench_kills(node: Node, stock: Stock, kills: int, report: Report) -> None:
    ours: dict[str, list[float]] = {service: [] for service in SERVICES}
    theirs: dict[str, list[float]] = {service: [] for service in SERVICES}
    for number in range(kills):
        next_s = time.monotonic() + EVERY_S
        for service in SERVICES:
            for supervised, took_ms in ((node, ours[service]), (stock, theirs[service])):
                took_ms.append(1000 * replaced_after_s(supervised, f"{service}-0", signal.SIGKILL))
        last = "  ".join(f"{service} {ours[service][-1]:.0f} / {theirs[service][-1]:.0f}" for service in SERVICES)
        say(f"  kill {number + 1} of {kills}, ms here / stock: {last}")
        node.ear.listen(next_s)
        stock.ear.hear()
    for service in SERVICES:
        report.figure(f"{service} killed -> another ready, p95", percentile(ours[service], 0.95), KILLED_BAR_MS, "ms")
        report.aside("  p50", percentile(ours[service], 0.5), "ms")
        report.aside("  stock supervisord, p50", percentile(theirs[service], 0.5), "ms")
        report.aside("  stock supervisord, p95", percentile(theirs[service], 0.95), "ms")


def bench_stops(node: Node, stops: int, report: Report) -> None:
    for service in SERVICES:
        took_s = []
        for _ in range(stops):
            node.ear.listen(time.monotonic() + EVERY_S)
            took_s.append(replaced_after_s(node, f"{service}-0", signal.SIGSTOP))
        say(f"  {service}: " + "  ".join(f"{one_s:.2f}" for one_s in took_s) + " s")
        report.figure(f"{service} stopped -> another ready, longest", max(took_s), STOPPED_BAR_S, "s")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=30, help="kills of each service (30)")
    parser.add_argument("--stops", type=int, default=3, help="stops of each service (3)")
    parser.add_argument("--folder", type=Path, help="where to work (the folder for temporary files)")
    arguments = parser.parse_args()
    report = Report()
    with scratch(arguments.folder) as root:
        (root / "ours").mkdir()
        with Node(root / "ours") as node:
            with Stock(root / "stock") as stock:
                bench_kills(node, stock, arguments.kills, report)
            bench_stops(node, arguments.stops, report)
            report.check("nothing is left of the node", not node.down() and not node.leftovers())
    return report.exit_code


if __name__ == "__main__":
    sys.exit(main())
