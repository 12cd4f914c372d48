#!/usr/bin/env python3
"""How long after an image's file was closed does an operator see it?

    .venv/bin/python ops/bench/painted.py
    .venv/bin/python ops/bench/painted.py --rounds 2 --count 20

A whole node as ops start it, and the panel in Chromium at 1280 x 960, which shows each image as its pushed preview. In
turn with it, before the same node in the same Chromium, a page that does it the plain way: told by WebSocket, it loads
the original, decodes it off the page and puts it in. Colour JPEGs of 12 and of 3 megapixels, one a second as a camera
writes them; "painted" is the second animation frame after the picture was put into the page, by when the first one,
with the picture in it, has been handed to the screen.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from pathlib import Path

from browser import chromium
from images import numbered, write
from nodes import Node
from playwright.sync_api import Browser, Page
from processes import scratch
from report import Report, percentile, say
from steel import picture

VIEWPORT = (1280, 960)
SIZES = {"12 MP": (4096, 3072, 100.0), "3 MP": (2048, 1536, 60.0)}
"""Width, height, and the bar on p95 in ms."""

LOCAL = ("--disable-features=LocalNetworkAccessChecks",)
"""The plain page comes from this script, and may still ask a server on this machine."""

PAINT_LIMIT_MS = 5_000
WARM_UP = 3

_OBSERVE = """
const painted = new Map();
const waiting = new Map();
window.note = coil => requestAnimationFrame(() => requestAnimationFrame(() => {
  if (painted.has(coil)) return;
  painted.set(coil, performance.timeOrigin + performance.now());
  waiting.get(coil)?.(painted.get(coil));
}));
window.whenPainted = coil => new Promise((done, fail) => {
  if (painted.has(coil)) done(painted.get(coil));
  waiting.set(coil, done);
  setTimeout(() => fail(new Error(`${coil} was not painted in time`)), LIMIT);
});
""".replace("LIMIT", str(PAINT_LIMIT_MS))
_PANEL = """
new MutationObserver(() => {
  for (const picture of document.querySelectorAll('main section :is(img, canvas)')) {
    const coil = /B\\d+/.exec(picture.alt ?? picture.ariaLabel)?.[0];
    if (coil) window.note(coil);
  }
}).observe(document, { childList: true, subtree: true });
"""
_PLAIN = """<!doctype html><style>body { margin: 0 } img { width: 100vw; height: 100vh; object-fit: contain }</style>
<main></main><script>
const socket = new WebSocket(`ws://${location.host}/ws`);
socket.onmessage = async ({ data }) => {
  const message = JSON.parse(data);
  if (message.type !== 'image_update') return;
  const picture = new Image();
  picture.src = message.data.url;
  await picture.decode();
  document.querySelector('main').replaceChildren(picture);
  window.note(message.data.coil_number);
};
socket.onopen = () => { document.title = 'ready'; };
</script>"""


class Way:
    """One way of showing images: `open` it, and `took_ms` has what each image took."""

    def __init__(self, node: Node, browser: Browser, *, is_plain: bool) -> None:
        self._node = node
        self._browser = browser
        self._is_plain = is_plain
        self.took_ms: list[float] = []

    def round(self, data: bytes, first: int, count: int, every_s: float) -> None:
        """Open the page, write `count` images, and wait for each to be painted."""
        width, height = VIEWPORT
        context = self._browser.new_context(viewport={"width": width, "height": height})
        page = context.new_page()
        page.add_init_script(_OBSERVE if self._is_plain else _OBSERVE + _PANEL)
        if self._is_plain:
            page.route("**/plain", lambda route: route.fulfill(body=_PLAIN, content_type="text/html"))
            page.goto(f"http://127.0.0.1:{self._node.port}/plain")
            page.wait_for_function("document.title === 'ready'")
        else:
            page.goto(f"http://127.0.0.1:{self._node.port}/")
            page.wait_for_selector("header [data-look=websocket]")
        took_ms = [self._show(page, data, number, every_s) for number in range(first, first + count)]
        self.took_ms += took_ms[WARM_UP:]
        context.close()

    def _show(self, page: Page, data: bytes, number: int, every_s: float) -> float:
        # Give or take half of it: the screen's clock may not fall into step with ours.
        time.sleep(every_s * random.uniform(0.5, 1.5))
        coil = f"B{number}"
        filename = f"{time.strftime('%Y%m%d%H%M%S')}_{coil}_original.jpg"
        closed_ms = time.time() * 1000
        closing_ns = write(self._node.base / "original", filename, numbered(data, number))
        closed_ms += (closing_ns - time.monotonic_ns()) / 1e6 + (time.time() * 1000 - closed_ms)
        # Nobody asks in between: that would be work for the page.
        painted_ms: float = page.evaluate("coil => window.whenPainted(coil)", coil)
        return painted_ms - closed_ms


def bench(root: Path, browser: Browser, rounds: int, count: int, every_s: float, report: Report) -> None:
    number = 0
    for size, (width, height, bar_ms) in SIZES.items():
        data = picture(width, height)
        folder = root / size.replace(" ", "-")
        folder.mkdir()
        with Node(folder) as node:
            panel, plain = (Way(node, browser, is_plain=is_plain) for is_plain in (False, True))
            for turn in range(rounds):
                for way in (panel, plain):
                    way.round(data, number, count + WARM_UP, every_s)
                    number += count + WARM_UP
                medians = "  ".join(f"{percentile(way.took_ms[-count:], 0.5):.0f}" for way in (panel, plain))
                say(f"  {size}, round {turn + 1} of {rounds}: panel and original only, p50: {medians} ms")
        report.figure(f"{size} closed -> painted, p95", percentile(panel.took_ms, 0.95), bar_ms, "ms")
        report.aside("  p50", percentile(panel.took_ms, 0.5), "ms")
        report.aside("  original only, p95", percentile(plain.took_ms, 0.95), "ms")
        report.aside("  original only, p50", percentile(plain.took_ms, 0.5), "ms")
        report.aside("  ratio of the medians", percentile(panel.took_ms, 0.5) / percentile(plain.took_ms, 0.5), "x")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3, help="turns of each way (3)")
    parser.add_argument("--count", type=int, default=20, help="images a turn (20)")
    parser.add_argument("--every-ms", type=float, default=700.0, help="between two images, +/- half of it (700)")
    parser.add_argument("--folder", type=Path, help="where to work (the folder for temporary files)")
    arguments = parser.parse_args()
    report = Report()
    with scratch(arguments.folder) as root, chromium(*LOCAL) as browser:
        bench(root, browser, arguments.rounds, arguments.count, arguments.every_ms / 1000, report)
    return report.exit_code


if __name__ == "__main__":
    sys.exit(main())
