"""Debian's Chromium for the benches that measure what an operator sees."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NODE = Path(sys.executable).with_name("node")
"""The one that builds the panel; Playwright's own needs a library that a small Debian lacks."""


@contextlib.contextmanager
def chromium(*flags: str) -> Iterator[Browser]:
    """A headless Chromium. Raises SystemExit when there is none."""
    path = next(filter(None, map(shutil.which, NAMES)), None) or sys.exit("no Chromium: apt-get install chromium")
    os.environ["PLAYWRIGHT_NODEJS_PATH"] = str(NODE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*FLAGS, *flags])
        try:
            yield browser
        finally:
            browser.close()
