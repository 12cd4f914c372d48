"""Debian's Chromium before a real node. Every page is held to a clean console and an unbroken content policy."""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import chromium
from tests.browser.node import Node

PANEL = Path(__file__).parents[2] / "services" / "gateway" / "panel" / "index.html"
NODE = Path(sys.executable).with_name("node")
"""The one that builds the panel; Playwright's own needs a library that a small Debian lacks."""

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WATCHER = """
window.breaches = [];
document.addEventListener('securitypolicyviolation', e =>
  window.breaches.push(`${e.violatedDirective}: ${e.blockedURI}`));
window.addresses = new Set();
const { createObjectURL, revokeObjectURL } = URL;
URL.createObjectURL = blob => { const url = createObjectURL.call(URL, blob); window.addresses.add(url); return url; };
URL.revokeObjectURL = url => { window.addresses.delete(url); revokeObjectURL.call(URL, url); };
"""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests; each test has a profile of its own in it."""
    path = chromium.find()
    if path is None:
        pytest.fail("no Chromium: apt-get install chromium", pytrace=False)
    if not PANEL.exists():
        pytest.fail("the panel is not built: run ops/prepare", pytrace=False)
    os.environ["PLAYWRIGHT_NODEJS_PATH"] = str(NODE)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def node(tmp_path: Path) -> Iterator[Callable[..., Node]]:
    """Starts nodes, with settings given as environment variables, and ends them."""
    numbers = itertools.count()
    with ExitStack() as stack:

        def start(command: Literal["up", "demo"] = "up", **settings: str) -> Node:
            made = Node(tmp_path / f"node-{next(numbers)}", command, **settings)
            stack.callback(made.stop)
            made.start()
            return made

        yield start


@pytest.fixture
def complaints() -> list[str]:
    """What a page may complain of in this test; empty, unless the test takes something away from it."""
    return []


@pytest.fixture
def open_page(browser: Browser, complaints: list[str]) -> Iterator[Callable[..., Page]]:
    """Opens pages, and afterwards holds each to a clean console and an unbroken content policy."""
    pages: list[Page] = []
    errors: list[str] = []

    def open_(url: str, width: int = 1600, height: int = 900, before: Callable[[Page], None] | None = None) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale="ko-KR", timezone_id="Asia/Seoul"
        )
        page = context.new_page()
        pages.append(page)
        page.add_init_script(WATCHER)
        page.on(
            "console", lambda message: errors.append(message.text) if message.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda error: errors.append(str(error)))
        if before is not None:
            before(page)
        page.goto(url)
        return page

    yield open_
    breaches = [breach for page in pages for breach in page.evaluate("window.breaches")]
    for page in pages:
        page.context.close()
    unexpected = [error for error in errors if not any(known in error for known in complaints)]
    assert (unexpected, breaches) == ([], [])
