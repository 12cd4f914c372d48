#!/usr/bin/env python3
"""What does a node cost while nothing happens?

    .venv/bin/python ops/bench/idle.py
    .venv/bin/python ops/bench/idle.py --watch-s 120

A node as `service-orchestrator up --detach` starts it, over empty folders; then the same node after 100 images of 12
megapixels, whose previews it has made. Processor time is that of all its processes together, as a share of one core;
memory is the sum of their proportional set sizes.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

from images import name, numbered, write
from nodes import Node
from processes import cpu_s, pss_bytes, scratch
from report import Report, say
from steel import picture

CPU_BAR = 1.0
MEMORY_BAR_MB = 300.0
MB = 1_000_000
IMAGES = 100
SETTLE_S = 10.0
START_LIMIT_S = 30.0
PREVIEWS_LIMIT_S = 300.0


def watch(node: Node, watch_s: float, when: str, report: Report) -> None:
    """Once it has settled, for so long."""
    time.sleep(SETTLE_S)
    pids = node.processes()
    before_s, began_s = {pid: cpu_s(pid) for pid in pids}, time.monotonic()
    time.sleep(watch_s)
    share = 100 / (time.monotonic() - began_s)
    used = {pid: (cpu_s(pid) - before_s[pid]) * share for pid in pids}
    memory = {pid: pss_bytes(pid) / MB for pid in pids}
    for pid in sorted(pids):
        say(f"  {_command(pid):<42} {used[pid]:9.3f} %    {memory[pid]:8.1f} MB")
    if node.processes() != pids:
        report.check(f"the same processes all the time, {when}", is_ok=False)
    report.figure(f"CPU, {when}", sum(used.values()), CPU_BAR, "%")
    report.figure(f"memory, {when}", sum(memory.values()), MEMORY_BAR_MB, "MB")


def feed(node: Node) -> None:
    """Write the images and wait for their previews."""
    say(f"  {IMAGES} images of 12 megapixels ...")
    data = picture(4096, 3072)
    for number in range(IMAGES):
        write(node.base / "original", name(number), numbered(data, number))
    _until(lambda: len(list(node.state.glob("previews/**/*.screen.jpg"))) == IMAGES, PREVIEWS_LIMIT_S, "the previews")


def bench(root: Path, watch_s: float, report: Report) -> None:
    with Node(root) as node:
        names = [f"{service}-0" for service in ("watcher", "gateway", "thumbnailer")]
        node.ear.listen(time.monotonic() + START_LIMIT_S, lambda: all(node.ear.is_ready(one) for one in names))
        say(f"an empty node, for {watch_s:g} s")
        watch(node, watch_s, "empty", report)
        feed(node)
        watch(node, watch_s, f"after {IMAGES} images", report)
        left = node.down()
        report.check("and ends well", not left)


def _until(condition: Callable[[], bool], limit_s: float, what: str) -> None:
    deadline_s = time.monotonic() + limit_s
    while not condition():
        if time.monotonic() > deadline_s:
            sys.exit(f"{what} were not there within {limit_s:g} s")
        time.sleep(0.5)


def _command(pid: int) -> str:
    words = Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", "replace").split("\0")
    known = [word for word in words if word.startswith(("services.", "orchestrator.")) or word.endswith("supervisord")]
    return Path(known[0]).name if known else " ".join(words)[-40:]


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
