"""How soon a screen that was never here before shows something, and how much it has to load for that."""

from __future__ import annotations

import gzip
import logging
import statistics
from collections.abc import Callable

from playwright.sync_api import Page, expect

from services.gateway.panel import PANEL_DIR
from tests.browser.node import Node

StartNode = Callable[..., Node]
OpenPage = Callable[..., Page]

log = logging.getLogger(__name__)

SCRIPT_LIMIT_BYTES = 200_000
PAINT_LIMIT_MS = 1_000
BUSY = 2.5
"""A machine that runs tests does other things meanwhile; `pytest --log-cli-level=info` says the figures."""

WATCH = """
new MutationObserver(() => {
  if (document.querySelector('main section :is(img, canvas)'))
    requestAnimationFrame(() => requestAnimationFrame(now => { window.pictureMs ??= now; }));
}).observe(document, { childList: true, subtree: true });
"""
FIRST_PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime"


def test_a_new_screen_shows_something_within_a_second(node: StartNode, open_page: OpenPage) -> None:
    """With nothing in its cache: words within a second, and the picture with them. The middle one of three."""
    line = node()
    line.write("20251124110000_2891_original.jpg")
    paints, pictures = [], []
    for _ in range(3):
        page = open_page(line.url, before=lambda opened: opened.add_init_script(WATCH))
        expect(page.get_by_test_id("coil")).to_have_text("2891")
        page.wait_for_function("window.pictureMs > 0")
        paints.append(page.evaluate(FIRST_PAINT))
        pictures.append(page.evaluate("window.pictureMs"))
    for what, figures in (("first contentful paint", paints), ("first picture", pictures)):
        log.info("%s: %.0f ms", what, statistics.median(figures))
    assert statistics.median(paints) < PAINT_LIMIT_MS * BUSY
    assert statistics.median(pictures) < PAINT_LIMIT_MS * BUSY


def test_all_of_the_panel_is_less_than_200_kb_of_script() -> None:
    """Each file as a server packs it, every view's among them."""
    sizes = {path.name: len(gzip.compress(path.read_bytes(), 9)) for path in (PANEL_DIR / "assets").glob("*.js")}
    assert 0 < sum(sizes.values()) < SCRIPT_LIMIT_BYTES, sizes
