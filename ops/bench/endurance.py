#!/usr/bin/env python3
"""Does a screen that an operator looks at for a shift keep what it has shown?

    nice .venv/bin/python ops/bench/endurance.py
    .venv/bin/python ops/bench/endurance.py --images 20000 --cameras 4 --address "/?grid=1"

Eight hours at 10 images a second, told in less time: a whole node, the panel in Chromium, and as many images, each a
small whole JPEG named as if it had been taken 100 ms after the one before. They come as fast as the page keeps up:
`--burst` at once, and the next when it has painted something since it was told of the last of them, or has had time
enough. Every image is announced to the page, or counted to it as skipped; which of them it paints is its own choice, as
on every screen. At each tenth the heap is cleaned and looked at.
"""

from __future__ import annotations

import argparse
import io
import itertools
import signal
import statistics
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from browser import chromium
from images import numbered, write
from nodes import Node
from PIL import Image
from playwright.sync_api import CDPSession, Page
from processes import scratch
from report import Report, say

IMAGES = 8 * 3600 * 10
PLANT = ZoneInfo("Asia/Seoul")
EVERY = timedelta(milliseconds=100)
IMAGES_PER_COIL = 18_000
"""Half an hour."""

PARTS = 10
WARM_UP = 1_000
"""Until each cache and each compiled function is there."""

BAR = 0.10
TOLD_LIMIT_S = 60.0
SETTLE_MS = 1_000

_WATCH = """
window.told = { updates: 0, skipped: 0, seq: 0, painted: 0 };
let onTold = () => {};
let onPainted = () => {};
window.whenTold = seq => new Promise(resolve => {
  onTold = () => { if (window.told.seq >= seq) resolve(); };
  onTold();
});
window.whenPainted = ms => new Promise(resolve => { onPainted = resolve; setTimeout(resolve, ms); });
window.WebSocket = class extends WebSocket {
  constructor(...given) {
    super(...given);
    this.addEventListener('message', ({ data }) => {
      if (typeof data !== 'string' || !data.startsWith('{"type":"image_update"')) return;
      const message = JSON.parse(data);
      window.told.updates += 1;
      window.told.skipped += message.skipped ?? 0;
      window.told.seq = message.data.seq;
      onTold();
    });
  }
};
new MutationObserver(changes => {
  for (const { addedNodes } of changes)
    for (const node of addedNodes) {
      if (!/^(IMG|CANVAS)$/.test(node.nodeName)) continue;
      window.told.painted += 1;
      onPainted();
    }
}).observe(document, { childList: true, subtree: true });
window.addresses = new Set();
const { createObjectURL, revokeObjectURL } = URL;
URL.createObjectURL = blob => { const url = createObjectURL.call(URL, blob); window.addresses.add(url); return url; };
URL.revokeObjectURL = url => { window.addresses.delete(url); revokeObjectURL.call(URL, url); };
"""


class Sample(NamedTuple):
    """What the page holds after its heap was cleaned."""

    heap_bytes: int
    nodes: int
    listeners: int
    addresses: int
    elements: int


class Screen:
    """The panel in a page, and what it was told and holds."""

    def __init__(self, page: Page, url: str) -> None:
        self._page = page
        self._devtools: CDPSession = page.context.new_cdp_session(page)
        page.add_init_script(_WATCH)
        page.goto(url)
        page.wait_for_selector("header [data-look=websocket]")

    def told(self) -> dict[str, int]:
        answer: dict[str, int] = self._page.evaluate("window.told")
        return answer

    def keep_up(self, seq: int, paint_limit_ms: float) -> None:
        """Until it was told up to `seq`, and has then painted a picture, or had time for one.

        Raises SystemExit when it is not told in time: then images are lost, or the node is down.
        """
        is_told = self._page.evaluate(
            """([seq, toldMs, paintMs]) => Promise.race([
                 window.whenTold(seq).then(() => window.whenPainted(paintMs)).then(() => true),
                 new Promise(resolve => setTimeout(() => resolve(window.told.seq >= seq), toldMs)),
               ])""",
            [seq, TOLD_LIMIT_S * 1000, paint_limit_ms],
        )
        if not is_told:
            sys.exit(f"the page was told only up to {self.told()['seq']} of {seq} within {TOLD_LIMIT_S:g} s")

    def sample(self) -> Sample:
        """After two collections: what the first lets go of may hold more."""
        self._page.wait_for_timeout(SETTLE_MS)
        for _ in range(2):
            self._devtools.send("HeapProfiler.collectGarbage")
        heap: dict[str, Any] = self._devtools.send("Runtime.getHeapUsage")
        counted: dict[str, Any] = self._devtools.send("Memory.getDOMCounters")
        addresses, elements = self._page.evaluate("[window.addresses.size, document.querySelectorAll('*').length]")
        return Sample(int(heap["usedSize"]), counted["nodes"], counted["jsEventListeners"], addresses, elements)


class Cameras:
    """They write one image after the other, in turn; each file is another one."""

    def __init__(self, base: Path, count: int) -> None:
        self._folders = [base / "original", *(base / f"camera-{number}" / "original" for number in range(1, count))]
        for folder in self._folders:
            folder.mkdir(parents=True, exist_ok=True)
        self._began = datetime(2025, 11, 24, tzinfo=PLANT)
        self._pictures = [_picture(shade) for shade in range(90, 200, 10)]
        self._numbers = itertools.count(1)
        self.written = 0

    def write(self) -> None:
        number = next(self._numbers)
        taken = self._began + number * EVERY
        coil = 2891 + number // IMAGES_PER_COIL
        filename = f"{taken:%Y%m%d%H%M%S}_{coil}_{int(taken.timestamp() * 1000)}_original.jpg"
        data = numbered(self._pictures[number % len(self._pictures)], number)
        write(self._folders[number % len(self._folders)], filename, data)
        self.written = number


def _picture(shade: int) -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").point([(level + shade) // 2 for level in range(256)]).save(out, "JPEG", quality=50)
    return out.getvalue()


def bench(screen: Screen, images: int, cameras: Cameras, burst: int, paint_limit_ms: float) -> list[Sample]:
    """Write them all, and look at the page after the warm-up and at each tenth."""
    samples: list[Sample] = []
    began_s = time.monotonic()
    stops = {WARM_UP, *(images * part // PARTS for part in range(1, PARTS + 1) if images * part // PARTS > WARM_UP)}
    for number in range(1, images + 1):
        cameras.write()
        if number % burst == 0 or number in stops:
            screen.keep_up(number, paint_limit_ms)
        if number in stops:
            samples.append(screen.sample())
            _tell(samples[-1], number, images, screen.told(), time.monotonic() - began_s)
    return samples


def _tell(sample: Sample, number: int, images: int, told: dict[str, int], took_s: float) -> None:
    say(
        f"  {number:>6} of {images} after {took_s:5.0f} s: heap {sample.heap_bytes / 1e6:6.2f} MB, "
        f"{sample.nodes} DOM nodes of which {sample.elements} elements on the page, {sample.listeners} listeners, "
        f"{sample.addresses} object URLs; told of {told['updates']}, {told['skipped']} skipped, "
        f"{told['painted']} painted"
    )


def judge(report: Report, samples: list[Sample], images: int, told: dict[str, int]) -> None:
    first, last = samples[: len(samples) // 3], samples[-(len(samples) // 3) :]

    def change(value: str) -> float:
        before, after = (statistics.median(getattr(sample, value) for sample in part) for part in (first, last))
        return float(after / before - 1)

    report.figure("heap, last third against the first", change("heap_bytes") * 100, BAR * 100, "%")
    report.figure("DOM nodes, last third against the first", change("nodes") * 100, BAR * 100, "%")
    report.figure("listeners, last third against the first", change("listeners") * 100, BAR * 100, "%")
    report.check("no object URL left", max(sample.addresses for sample in samples) == 0)
    report.check("every image was told, or counted as skipped", told["updates"] + told["skipped"] == images)
    report.aside("told", told["updates"], "")
    report.aside("painted", told["painted"], "")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=IMAGES, help=f"how many ({IMAGES})")
    parser.add_argument("--burst", type=int, default=48, help="written at once (48)")
    parser.add_argument("--paint-limit-ms", type=float, default=500.0, help="for a picture after each burst (500)")
    parser.add_argument("--cameras", type=int, default=1, help="that write in turn (1)")
    parser.add_argument("--address", default="/", help="what the page shows (/)")
    parser.add_argument("--folder", type=Path, help="where to work (the folder for temporary files)")
    arguments = parser.parse_args()
    if arguments.images < 2 * WARM_UP:
        parser.error(f"--images must be at least {2 * WARM_UP}: before {WARM_UP} the page is still warming up")
    # It is long: who ends it in between wants nothing left of it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    report = Report()
    with scratch(arguments.folder) as root, Node(root) as node, chromium() as browser:
        cameras = Cameras(node.base, arguments.cameras)
        context = browser.new_context(viewport={"width": 1280, "height": 720})
        screen = Screen(context.new_page(), f"http://127.0.0.1:{node.port}{arguments.address}")
        samples = bench(screen, arguments.images, cameras, arguments.burst, arguments.paint_limit_ms)
        judge(report, samples, arguments.images, screen.told())
    return report.exit_code


if __name__ == "__main__":
    sys.exit(main())
