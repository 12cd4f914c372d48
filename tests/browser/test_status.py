"""The status view in a real browser, before a real node."""

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
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.node import Node
from tests.support.wait import until

StartNode = Callable[..., Node]
OpenPage = Callable[..., Page]

NEXT_FIGURES_MS = 15_000
"""Figures are asked for every five seconds, and the gateway keeps them for two."""

INK = """
figure => {
  const drawn = figure.querySelector('canvas');
  const canvas = Object.assign(document.createElement('canvas'), { width: drawn.width, height: drawn.height });
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.drawImage(drawn, 0, 0);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  const shades = new Map();
  for (let at = 0; at < data.length; at += 4) {
    const shade = data.slice(at, at + 3).join();
    if (data[at + 3] === 255) shades.set(shade, 1 + (shades.get(shade) ?? 0));
  }
  return [...shades].sort((one, other) => other[1] - one[1]).map(([shade]) => shade).slice(0, 3);
}
"""
"""The colours that a chart is mostly drawn with."""


def row(page: Page, service: str) -> Any:
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=re.compile(f"^{service}")))


def cell(page: Page, service: str, column: str) -> Any:
    return row(page, service).locator(f"[data-column={column}]")


def pid_of(page: Page, service: str) -> int:
    text = row(page, service).get_by_role("rowheader").inner_text()
    return int(text.rpartition("PID ")[2])


def memory_bytes(pid: int) -> int:
    """What the kernel says that a process has in memory, of what it shares with others its share."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024


def test_services_are_listed_with_what_they_take_and_a_killed_one_counts_up(
    node: StartNode, open_page: OpenPage
) -> None:
    """Real processes with their real memory; the kill of one is seen without a reload, and so is its successor."""
    line = node()
    page = open_page(f"{line.url}/?view=status")
    expect(page.get_by_role("heading", name="정상", exact=True)).to_be_visible(timeout=NEXT_FIGURES_MS)
    expect(page).to_have_title("정상 · 상태 · coilcast")
    for service in ("watcher-0", "gateway-0", "thumbnailer-0"):
        expect(cell(page, service, "state")).to_have_text("정상", timeout=NEXT_FIGURES_MS)
        shown = float(cell(page, service, "memory").inner_text().removesuffix(" MB")) * 1e6
        assert shown == pytest.approx(memory_bytes(pid_of(page, service)), rel=0.3)
        expect(cell(page, service, "cpu")).to_have_text(re.compile(r"^\d+(\.\d)? %$"), timeout=NEXT_FIGURES_MS)
    expect(page.get_by_test_id("clients")).to_have_text("1", timeout=NEXT_FIGURES_MS)

    killed = pid_of(page, "thumbnailer-0")
    expect(cell(page, "thumbnailer-0", "restarts")).to_have_text("0")
    os.kill(killed, signal.SIGKILL)
    expect(cell(page, "thumbnailer-0", "restarts")).to_have_text("1", timeout=NEXT_FIGURES_MS)
    until(lambda: pid_of(page, "thumbnailer-0") != killed, 15, "another process by that name")


def test_how_images_come_is_told_with_the_reason_and_the_line(node: StartNode, open_page: OpenPage) -> None:
    """From the first image to the stall: what the alert says, in the page's language, and what was said of the line."""
    line = node(COILCAST_STALL_AFTER_S="3", COILCAST_STALL_GRACE_S="1")
    page = open_page(f"{line.url}/?view=status")
    flow = page.get_by_test_id("flow main/original")
    expect(flow).to_contain_text("원본대기 중", timeout=NEXT_FIGURES_MS)
    expect(flow).to_contain_text("들어온 이미지 없음")
    expect(page.get_by_text("라인 가동 중")).to_have_count(0)

    say(line, "running")
    for number in range(4):
        line.write(f"2025112411000{number}_2891_original.jpg")
    expect(page.get_by_text(re.compile(r"^라인 가동 중 \d\d:\d\d:\d\d부터 · PLC 3$"))).to_be_visible(
        timeout=NEXT_FIGURES_MS
    )
    expect(flow).to_contain_text("원본멈춤", timeout=2 * NEXT_FIGURES_MS)
    expect(flow).to_contain_text("라인은 가동 중이나 카메라가 파일을 보내지 않음", timeout=NEXT_FIGURES_MS)
    expect(flow).to_contain_text(re.compile(r"마지막 이미지 \d\d:\d\d:\d\d"))
    page.keyboard.press("l")
    expect(flow).to_contain_text("the line runs, yet the source is silent")
    page.keyboard.press("l")

    say(line, "stopped")
    expect(page.get_by_text(re.compile("^라인 정지 .* PLC 3$"))).to_be_visible(timeout=NEXT_FIGURES_MS)
    expect(flow).to_contain_text("라인이 정지해 있음", timeout=2 * NEXT_FIGURES_MS)
    expect(flow).to_have_attribute("data-level", "idle")
    assert violations(page) == []


def say(line: Node, state: str) -> None:
    """What a line's control does when the line starts or stops."""
    body = json.dumps({"state": state, "by": "PLC 3"}).encode()
    asked = urllib.request.Request(f"{line.url}/api/line", body, {"Content-Type": "application/json"})
    urllib.request.urlopen(asked, timeout=10).close()


def test_images_and_their_way_appear_by_the_minute(node: StartNode, open_page: OpenPage) -> None:
    """An hour without images is said to be one; then they are counted, and timed until a screen has shown them."""
    line = node()
    page = open_page(f"{line.url}/?view=status")
    expect(page.get_by_text("최근 1시간 동안 들어온 이미지가 없어")).to_be_visible(timeout=NEXT_FIGURES_MS)
    screen = open_page(line.url)
    expect(screen.get_by_role("status")).to_have_text("실시간 연결")

    for number in range(4):
        line.write(f"2025112411000{number}_2891_original.jpg")
        expect(screen.get_by_text(f"2025112411000{number}_2891_original.jpg")).to_be_visible()
    counted = page.get_by_test_id("main/original")
    until(lambda: _counted(counted) == 4, 20, "four images")
    expect(counted.get_by_text(re.compile(r"마지막 이미지 (\d+분 )?\d+초 전"))).to_be_visible()
    for stage in ("written_seen", "seen_pushed", "pushed_painted", "written_painted"):
        tile = page.get_by_test_id(stage)
        expect(tile.get_by_text("p95").first).to_be_visible(timeout=20_000)
        expect(tile.locator("canvas")).to_be_visible()


def _counted(figure: Any) -> int:
    return (
        sum(int(figure.get_by_test_id(minute).inner_text()) for minute in ("whole", "running")) if figure.count() else 0
    )


def test_charts_follow_the_theme_and_the_scale_stands_in_the_address(node: StartNode, open_page: OpenPage) -> None:
    """A change of theme draws them anew in its colours; `g` changes the scale, and a link keeps it."""
    line = node()
    line.write("20251124110000_2891_original.jpg")
    page = open_page(f"{line.url}/?view=status")
    chart = page.get_by_test_id("main/original")
    expect(chart.locator("canvas")).to_be_visible(timeout=NEXT_FIGURES_MS)
    page.route("**/api/status", lambda _: None)
    dark = chart.evaluate(INK)
    page.keyboard.press("t")
    until(lambda: chart.evaluate(INK) != dark, 5, "another colour, although no new figures come")
    page.unroute("**/api/status")
    line.write("20251124110001_2891_original.jpg")
    expect(page.get_by_role("button", name="선형 눈금")).to_be_visible(timeout=NEXT_FIGURES_MS)
    page.keyboard.press("g")
    expect(page).to_have_url(re.compile("scale=linear"))
    page.reload()
    expect(page.get_by_role("button", name="로그 눈금")).to_be_visible(timeout=NEXT_FIGURES_MS)


def test_a_server_that_is_gone_leaves_figures_that_look_old(
    node: StartNode, open_page: OpenPage, complaints: list[str]
) -> None:
    """It says that nothing is known any more and how old the figures are, and recovers by itself."""
    complaints += ["ERR_CONNECTION_REFUSED", "WebSocket connection to", "ERR_EMPTY_RESPONSE", "ERR_CONNECTION_RESET"]
    line = node()
    page = open_page(f"{line.url}/?view=status")
    expect(page.get_by_role("heading", name="정상", exact=True)).to_be_visible(timeout=NEXT_FIGURES_MS)
    line.stop()
    expect(page.get_by_role("heading", name="서버 응답 없음")).to_be_visible(timeout=NEXT_FIGURES_MS)
    expect(page.get_by_text(re.compile(r"아래는 \d+초 전 수치입니다"))).to_be_visible()
    expect(page.locator("[data-old]")).to_be_visible()
    line.start()
    expect(page.get_by_role("heading", name="정상", exact=True)).to_be_visible(timeout=20_000)
    expect(page.locator("[data-old]")).to_have_count(0)


def test_everybody_can_use_it_on_any_screen(node: StartNode, open_page: OpenPage) -> None:
    """Nothing is cut off from a telephone to a large screen, and axe finds nothing serious in either theme."""
    line = node()
    line.write("20251124110000_2891_original.jpg")
    page = open_page(f"{line.url}/?view=status")
    expect(page.get_by_test_id("main/original").locator("canvas")).to_be_visible(timeout=NEXT_FIGURES_MS)
    for width, height in ((390, 844), (768, 1024), (1280, 720), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        expect(page.get_by_role("heading", name="디스크")).to_be_attached()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(page) == []
    page.keyboard.press("t")
    assert violations(page) == []
