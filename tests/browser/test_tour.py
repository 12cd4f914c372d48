"""All of the panel before `service-orchestrator demo` with a fast simulator; its screenshots are those of the README.

COILCAST_SCREENSHOTS=1 makes them anew in docs/images.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from services.shared.operations import Alerts, Said, Trouble
from tests.browser.node import Node
from tests.support.wait import until

StartNode = Callable[..., Node]
OpenPage = Callable[..., Page]

IMAGES = Path(__file__).parents[2] / "docs" / "images"
SIMULATOR = {
    "COILCAST_NODE_NAME": "line-1",
    "COILCAST_SIMULATOR_RATE_PER_S": "5",
    "COILCAST_SIMULATOR_COIL_S": "12",
    "COILCAST_SIMULATOR_WIDTH": "1224",
    "COILCAST_SIMULATOR_HEIGHT": "1024",
    "COILCAST_SIMULATOR_LABELED_DELAY_MS": "80",
}
STALL = Trouble(
    name="stall",
    severity="critical",
    summary=Said("카메라 exit 원본 이미지가 42초 동안 들어오지 않음", "No original image from camera exit for 42 s"),
    advice=Said(
        "카메라 컴퓨터의 전원과 네트워크를 확인하십시오.", "Check the camera computer's power and its network cable."
    ),
    reason="source_silent",
    camera="exit",
    kind="original",
)


@pytest.fixture
def shoot(tmp_path: Path) -> Callable[[Page, str], None]:
    """Takes a screenshot, for the README where it is asked for, and sees to it that something is on it."""
    folder = IMAGES if os.environ.get("COILCAST_SCREENSHOTS") else tmp_path

    def take(page: Page, name: str) -> None:
        until(lambda: page.evaluate("document.fonts.status") == "loaded", what="the font")
        target = folder / f"{name}.jpg"
        target.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=target, type="jpeg", quality=88)
        with Image.open(target) as taken:
            assert len(taken.convert("RGB").getcolors(2**24) or []) > 200

    return take


def go(page: Page, name: str) -> None:
    page.get_by_role("navigation").get_by_role("link", name=name).click()


def coil(page: Page) -> Any:
    return page.get_by_test_id("coil")


def test_every_view_shows_the_line_that_runs(
    node: StartNode, open_page: OpenPage, shoot: Callable[[Page, str], None]
) -> None:
    """One page through all tabs: what one view shows of an image, the others know as well."""
    line = node("demo", **SIMULATOR)
    page = open_page(line.url)
    expect(coil(page)).to_have_text(re.compile(r"^\d+$"), timeout=20_000)
    first = coil(page).inner_text()
    expect(page.get_by_role("img", name=f"코일 {first}")).to_be_visible()
    page.get_by_text("결함 표시", exact=True).click()
    expect(page.get_by_role("img", name="결함 표시")).to_be_visible()
    # The first one was asked for; from the next on they are pushed.
    file = page.get_by_text(re.compile(r"_labeled\.jpg$"))
    expect(file).not_to_have_text(file.inner_text())
    shown = file.inner_text()
    shoot(page, "live")

    go(page, "비교")
    for side in ("원본", "결함 표시"):
        expect(page.get_by_role("region", name=side, exact=True).get_by_role("img")).to_be_visible()
    shoot(page, "compare")

    go(page, "실시간")
    expect(coil(page)).not_to_have_text(first, timeout=20_000)

    page.goto(f"{line.url}/?view=coil&coil={first}")
    expect(coil(page)).to_have_text(first)
    surface = page.get_by_role("application", name=re.compile(f"^코일 {first} 표면$"))
    expect(surface).to_have_attribute("data-drawn", "complete", timeout=20_000)
    expect(page.get_by_test_id("count")).to_have_text(re.compile(r"^[1-9]\d+장$"))
    shoot(page, "coil")

    page.goto(f"{line.url}/?view=history&type=labeled&coil={first}&camera=main&file={shown}")
    expect(coil(page)).to_have_text(first)
    expect(page.get_by_role("listitem").filter(has_text="표시")).to_contain_text(re.compile(r"\+[\d,]+ ms"))
    shoot(page, "history")

    with_alert = Alerts(line.state / "operations.db")
    with_alert.raise_("stall/exit/original", STALL, time.time_ns() // 1_000_000 - 42_000)
    with_alert.close()
    go(page, "상태")
    expect(page.get_by_role("heading", name="정상", exact=True)).to_be_visible(timeout=10_000)
    expect(page.get_by_role("rowheader", name=re.compile("^watcher-0"))).to_be_visible()
    expect(page.get_by_test_id("written_painted")).to_contain_text("ms")
    shoot(page, "status")

    go(page, "알람")
    expect(page.get_by_role("listitem").filter(has_text="카메라 exit")).to_be_visible()
    shoot(page, "alerts")
