"""All of the panel before `service-orchestrator demo` with a fast simulator; its screenshots are those of the README.

COILCAST_SCREENSHOTS=1 makes them anew in docs/images.
"""

from __future__ import annotations

import json
import os
import re
import signal
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

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
STALL = {
    "COILCAST_STALL_AFTER_S": "5",
    "COILCAST_STALL_GRACE_S": "1",
    # The simulator is held still, and not to be brought back for that.
    "COILCAST_SUPERVISION_HEARTBEAT_TIMEOUT_S": "120",
}


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
    line = node("demo", **SIMULATOR, **STALL)
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

    running = json.dumps({"state": "running", "by": "PLC 3"}).encode()
    asked = urllib.request.Request(f"{line.url}/api/line", running, {"Content-Type": "application/json"})
    urllib.request.urlopen(asked, timeout=10).close()
    go(page, "상태")
    expect(page.get_by_role("heading", name="정상", exact=True)).to_be_visible(timeout=10_000)
    expect(page.get_by_role("rowheader", name=re.compile("^watcher-0"))).to_be_visible()
    expect(page.get_by_test_id("written_painted")).to_contain_text("ms")
    expect(page.get_by_test_id("flow main/original")).to_contain_text("원본수신 중")
    expect(page.get_by_text(re.compile("^라인 가동 중"))).to_be_visible(timeout=10_000)
    taken = page.get_by_role("row").filter(has_text="watcher-0").locator("[data-column=cpu]")
    expect(taken).to_contain_text("%", timeout=10_000)
    shoot(page, "status")

    simulator = page.get_by_role("rowheader", name=re.compile("^simulator-0")).inner_text()
    pid = int(simulator.rpartition("PID ")[2])
    os.kill(pid, signal.SIGSTOP)
    try:
        go(page, "알람")
        alert = page.get_by_role("listitem").filter(has_text="이미지 멈춤 · 기본 · 원본")
        expect(alert).to_contain_text("라인은 가동 중이나 카메라가 파일을 보내지 않음", timeout=30_000)
        expect(alert).to_contain_text("조치 카메라 컴퓨터의 전원, 프로그램, 네트워크를 확인하십시오")
        alert.get_by_role("link").click()
        expect(alert).to_contain_text(re.compile("부터[2-9]초"))
        shoot(page, "alerts")
    finally:
        os.kill(pid, signal.SIGCONT)
    expect(alert).to_contain_text("해제됨", timeout=30_000)
