#!/usr/bin/env python3
"""How smoothly does the filmstrip of the history view scroll along 100,000 images?

    .venv/bin/python ops/bench/filmstrip.py
    .venv/bin/python ops/bench/filmstrip.py --count 1000000 --seconds 5

A whole node as ops start it, over a folder of hard links with a name of their own each, and the panel in Chromium at
1600 x 900. Once the watcher has catalogued all of it the strip is scrolled by the page itself, a step a frame: slowly
as when somebody looks (2,000 px/s), as fast as a flick of the wheel (20,000 px/s), and from end to end in the time of
one run. A frame's time is that between two calls of requestAnimationFrame. A run on the same page that scrolls nothing
is printed beside them: what the machine leaves undone anyway. On a machine that does other things meanwhile look at the
processor time of the page's main thread: beyond 16 ms a frame is missed wherever it runs.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from browser import chromium
from nodes import Node
from playwright.sync_api import CDPSession, Page
from processes import scratch
from report import Report, percentile, say
from steel import picture

VIEWPORT = (1600, 900)
BAR_MS = 25.0
CATALOGUED_LIMIT_S = 600.0
SETTLED_S = 2.0
OF_A_COIL = 700
FOLDER_OF = 12
"""So many different pictures."""

_LIST = "document.querySelector('main [role=listbox]')"
_SCROLL = (
    """([from, to, ms]) => new Promise(done => {
  const strip = """
    + _LIST
    + """;
  const took = [];
  let [looked, empty] = [0, 0];
  const began = performance.now();
  let before = began;
  requestAnimationFrame(function step(now) {
    took.push(now - before);
    before = now;
    // As the last frame left it: cells, or the rail's empty frames.
    if (took.length % 4 === 0) {
      const box = strip.getBoundingClientRect();
      looked += 1;
      empty += document.elementFromPoint(box.left + box.width / 2, box.top + 30)?.closest('[role=option]') ? 0 : 1;
    }
    const share = Math.min(1, (now - began) / ms);
    strip.scrollLeft = from + (to - from) * share;
    if (share < 1) requestAnimationFrame(step);
    else done({ took: took.slice(1), empty: empty / looked });
  });
})"""
)


def fill(base: Path, count: int) -> None:
    """A second apart, coil after coil with a pause between, in both kinds' folders."""
    sources = []
    for number in range(FOLDER_OF):
        source = base.parent / f"{number}.jpg"
        source.write_bytes(picture(800 + 16 * number, 600))
        sources.append(source)
    at = datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=count * 1.5)
    for number in range(count):
        if number % OF_A_COIL == 0:
            at += timedelta(minutes=4)
        at += timedelta(seconds=1)
        name = f"{at:%Y%m%d%H%M%S}_{1000 + number // OF_A_COIL}_{int(at.timestamp() * 1000)}_original.jpg"
        os.link(sources[number % FOLDER_OF], base / "original" / name)


def catalogued(port: int) -> int:
    """How many images the gateway knows."""
    address = f"http://127.0.0.1:{port}/api/images/density?buckets=1"
    with urllib.request.urlopen(address, timeout=30) as answer:
        return int(json.load(answer)["total"])


class Run(NamedTuple):
    """What one run along the strip took: times of frames in ms, processor time of the page's main thread a frame."""

    took_ms: list[float]
    empty: float
    """The share of frames with no cell in their middle."""
    busy_ms: float


def scroll(page: Page, start: float, end: float, seconds: float) -> Run:
    page.evaluate(f"from => {{ {_LIST}.scrollLeft = from }}", start)
    page.wait_for_timeout(SETTLED_S * 1000)
    thread = page.context.new_cdp_session(page)
    thread.send("Performance.enable", {"timeDomain": "threadTicks"})
    before_s = busy_s(thread)
    found = page.evaluate(_SCROLL, [start, end, seconds * 1000])
    took_ms = [float(ms) for ms in found["took"]]
    busy_ms = (busy_s(thread) - before_s) * 1000 / len(took_ms)
    thread.detach()
    return Run(took_ms, float(found["empty"]), busy_ms)


def busy_s(thread: CDPSession) -> float:
    """The processor time of all tasks of the page's main thread so far."""
    metrics = thread.send("Performance.getMetrics")["metrics"]
    return float(next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration"))


def bench(root: Path, count: int, seconds: float, report: Report) -> None:
    with Node(root) as node, chromium() as browser:
        fill(node.base, count)
        deadline_s = time.monotonic() + CATALOGUED_LIMIT_S
        while catalogued(node.port) < count:
            if time.monotonic() > deadline_s:
                sys.exit(f"only {catalogued(node.port)} of {count} images catalogued in {CATALOGUED_LIMIT_S:.0f} s")
            time.sleep(1)
        width, height = VIEWPORT
        page = browser.new_page(viewport={"width": width, "height": height})
        began_s = time.monotonic()
        page.goto(f"http://127.0.0.1:{node.port}/?view=history")
        page.wait_for_selector("main [role=option][aria-selected=true] img[data-shown]")
        report.aside("opened, until the newest is in the strip", time.monotonic() - began_s, "s")
        total = int(page.locator("main [role=option]").first.get_attribute("aria-setsize") or 0)
        report.check(f"all {count} images are in it", total == count)
        end = float(page.evaluate(f"{_LIST}.scrollWidth - {_LIST}.clientWidth"))
        say(f"the rail is {end + width:,.0f} px wide")
        still = scroll(page, end / 2, end / 2, seconds)
        report.aside("a page that stands still, p95", percentile(still.took_ms, 0.95), "ms")
        for what, start, stop in (
            ("looking, 2,000 px/s", end / 3, end / 3 + 2_000 * seconds),
            ("flicking, 20,000 px/s", end / 3, end / 3 + 20_000 * seconds),
            ("from end to end", 0.0, end),
        ):
            run = scroll(page, start, min(stop, end), seconds)
            report.figure(f"{what}, frame p95", percentile(run.took_ms, 0.95), BAR_MS, "ms")
            report.aside("  p50", percentile(run.took_ms, 0.5), "ms")
            report.aside("  main thread's processor time a frame", run.busy_ms, "ms")
            report.aside("  longest", max(run.took_ms), "ms")
            report.aside("  frames without a cell in the middle", 100 * run.empty, "%")
        began_s = time.monotonic()
        page.wait_for_function(
            f"""() => [...{_LIST}.querySelectorAll('img')].filter(picture => picture.dataset.shown).length >= 10""",
            timeout=30_000,
        )
        report.aside("at rest, until the previews are there", time.monotonic() - began_s, "s")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=100_000, help="images (100,000)")
    parser.add_argument("--seconds", type=float, default=8.0, help="a run (8)")
    parser.add_argument("--folder", type=Path, help="where to work (the folder for temporary files)")
    arguments = parser.parse_args()
    report = Report()
    with scratch(arguments.folder) as root:
        bench(root, arguments.count, arguments.seconds, report)
    return report.exit_code


if __name__ == "__main__":
    sys.exit(main())
