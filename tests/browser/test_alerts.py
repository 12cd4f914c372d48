"""Alerts in a real browser, before a real node: raised in its file as the monitor does it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from services.shared.operations import Alerts, Said, Scope, Severity, Silences, Trouble
from tests.browser.axe import violations
from tests.browser.node import Node
from tests.support.wait import until

StartNode = Callable[..., Node]
OpenPage = Callable[..., Page]

LISTEN = """
window.contexts = [];
window.tones = 0;
window.AudioContext = class extends AudioContext {
  constructor() { super(); window.contexts.push(this); }
  createOscillator() { window.tones += 1; return super.createOscillator(); }
};
"""
"""Keeps what the page makes to be heard, and counts its tones."""

SPOKEN = """
window.spoken = [];
new MutationObserver(changes => {
  for (const { addedNodes } of changes)
    for (const node of addedNodes) if (node.role === 'alert') window.spoken.push(node.textContent);
}).observe(document, { childList: true, subtree: true });
"""

BLOCKED = "The AudioContext was not allowed to start"


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def trouble(what: str, severity: Severity = "critical") -> Trouble:
    return Trouble(
        name="stall",
        severity=severity,
        summary=Said(what, f"{what} (en)"),
        advice=Said("카메라와 저장 폴더를 확인하십시오.", "Check the camera and the folder."),
        reason="storage_unmounted",
        camera="main",
        kind="original",
    )


@contextmanager
def alerts_of(line: Node) -> Iterator[Alerts]:
    alerts = Alerts(line.state / "operations.db")
    try:
        yield alerts
    finally:
        alerts.close()


def banner(page: Page) -> Any:
    return page.get_by_role("region", name="알람", exact=True)


def row(page: Page, what: str) -> Any:
    return page.get_by_role("listitem").filter(has=page.get_by_role("link", name=what, exact=True))


def acknowledge(page: Page, what: str, name: str, note: str = "") -> None:
    row(page, what).get_by_role("button", name="확인", exact=False).click()
    dialog = page.get_by_role("dialog", name="알람 확인")
    dialog.get_by_role("textbox", name="이름").fill(name)
    dialog.get_by_role("textbox", name="메모").fill(note)
    dialog.get_by_role("button", name="확인 기록").click()


def test_an_alert_is_seen_on_every_view_and_leaves_when_it_is_over(node: StartNode, open_page: OpenPage) -> None:
    """The worst first and how many others, spoken once, linked to its place in the list; then it is a past one."""
    line = node()
    page = open_page(line.url, before=lambda opened: opened.add_init_script(SPOKEN))
    expect(page.get_by_role("status")).to_have_text("실시간 연결")
    with alerts_of(line) as alerts:
        alerts.raise_("low", trouble("여유 공간 부족", "warning"), now_ms() - 60_000)
        expect(banner(page)).to_contain_text("주의여유 공간 부족")
        alerts.raise_("stall", trouble("이미지가 들어오지 않음"), now_ms())
        expect(banner(page)).to_contain_text("심각이미지가 들어오지 않음")
        expect(banner(page)).to_contain_text("외 1건")
        for key in "23456":
            page.keyboard.press(key)
            expect(banner(page)).to_contain_text("이미지가 들어오지 않음")
        page.keyboard.press("k")
        expect(page.get_by_role("navigation")).to_have_count(0)
        expect(banner(page)).to_contain_text("이미지가 들어오지 않음")
        page.keyboard.press("k")
        assert page.evaluate("window.spoken") == ["주의 알람: 여유 공간 부족", "심각 알람: 이미지가 들어오지 않음"]

        banner(page).get_by_role("link", name="이미지가 들어오지 않음").click()
        expect(page).to_have_url(re.compile(r"view=alerts.*alert=2"))
        expect(row(page, "이미지가 들어오지 않음")).to_contain_text("storage_unmounted")
        expect(row(page, "이미지가 들어오지 않음")).to_contain_text("카메라와 저장 폴더를 확인하십시오.")
        page.keyboard.press("l")
        expect(page.get_by_text("Check the camera and the folder.").first).to_be_visible()
        page.keyboard.press("l")

        alerts.resolve("stall", now_ms())
        expect(banner(page)).to_contain_text("여유 공간 부족")
        expect(row(page, "이미지가 들어오지 않음")).to_contain_text("해제됨")
        alerts.resolve("low", now_ms())
        expect(banner(page)).to_have_text("")


def test_who_has_taken_notice_is_seen_on_every_screen(node: StartNode, open_page: OpenPage) -> None:
    """A name and a note from one page stand in another at once, where the alert becomes quiet but stays."""
    line = node()
    one, other = open_page(f"{line.url}/?view=alerts"), open_page(line.url)
    expect(one.get_by_text("기록된 알람이 없습니다")).to_be_visible()
    with alerts_of(line) as alerts:
        alerts.raise_("stall", trouble("이미지가 들어오지 않음"), now_ms())
        acknowledge(one, "이미지가 들어오지 않음", "김철수", "정비팀에 연락함")
        expect(row(one, "이미지가 들어오지 않음")).to_contain_text("김철수 확인")
        expect(banner(other)).to_contain_text("확인된 알람이미지가 들어오지 않음")
        other.keyboard.press("6")
        expect(row(other, "이미지가 들어오지 않음")).to_contain_text("정비팀에 연락함")
        expect(other).to_have_title("알람 · coilcast")

        alerts.raise_("again", trouble("또 들어오지 않음"), now_ms())
        expect(other).to_have_title("(1) 알람 · coilcast")
        one.keyboard.press("a")
        expect(one.get_by_role("textbox", name="이름")).to_have_value("김철수")


def test_an_alert_is_silenced_for_a_time_and_told_again(node: StartNode, open_page: OpenPage) -> None:
    """By a name that is remembered, seen on every screen, quiet there; ended by the key, along with whoever else's."""
    line = node()
    one, other = open_page(f"{line.url}/?view=alerts"), open_page(f"{line.url}/?view=alerts")
    with alerts_of(line) as alerts, closing(Silences(line.state / "operations.db")) as silences:
        alerts.raise_("stall", trouble("이미지가 들어오지 않음"), now_ms())
        alerts.raise_("low", trouble("여유 공간 부족", "warning"), now_ms() - 60_000)
        row(one, "이미지가 들어오지 않음").get_by_role("button", name="알람 일시 중지").click()
        dialog = one.get_by_role("dialog", name="알람 일시 중지")
        dialog.get_by_role("combobox", name="기간").select_option("8시간")
        dialog.get_by_role("textbox", name="이름").fill("김철수")
        dialog.get_by_role("textbox", name="메모").fill("벨트 교체")
        dialog.get_by_role("button", name="알람 일시 중지").click()
        expect(dialog).to_have_count(0)
        for page in (one, other):
            expect(row(page, "이미지가 들어오지 않음")).to_contain_text(re.compile("까지 알람 일시 중지"))
            expect(row(page, "이미지가 들어오지 않음")).to_contain_text("미확인")
        [silence] = silences.lasting(now_ms())
        assert silence.scope == Scope(name="stall", camera="main", kind="original")
        assert (silence.by, silence.note) == ("김철수", "벨트 교체")
        assert abs(silence.until_ms - now_ms() - 8 * 3_600_000) < 60_000

        silences.add(Scope(), from_ms=now_ms(), until_ms=now_ms() + 60_000, by="ops", note="")
        other.keyboard.press("ArrowDown")
        other.keyboard.press("q")
        dialog = other.get_by_role("dialog", name="알람 재개")
        expect(dialog).to_contain_text("벨트 교체")
        expect(dialog).to_contain_text("다른 알람에도 적용됨")
        assert violations(other) == []
        dialog.get_by_role("textbox", name="이름").fill("박지훈")
        dialog.get_by_role("button", name="알람 재개").click()
        for page in (one, other):
            expect(row(page, "이미지가 들어오지 않음")).not_to_contain_text("까지 알람 일시 중지")
        assert [(each.ended_by, each.by) for each in silences.latest(2)] == [("박지훈", "ops"), ("박지훈", "김철수")]
        one.keyboard.press("q")
        expect(one.get_by_role("textbox", name="이름")).to_have_value("김철수")


def test_what_was_not_saved_is_said_and_tried_again(
    node: StartNode, open_page: OpenPage, complaints: list[str]
) -> None:
    """A server that cannot save, and an alert that was over first, are told where the name would stand."""
    complaints += ["503 (Service Unavailable)", "409 (Conflict)"]
    line = node()
    page = open_page(f"{line.url}/?view=alerts")
    with alerts_of(line) as alerts:
        alerts.raise_("stall", trouble("이미지가 들어오지 않음"), now_ms())
        page.route("**/acknowledge", lambda route: route.fulfill(status=503, body="{}"))
        acknowledge(page, "이미지가 들어오지 않음", "김철수", "연락함")
        expect(row(page, "이미지가 들어오지 않음")).to_contain_text("서버가 지금 저장할 수 없습니다")
        expect(row(page, "이미지가 들어오지 않음")).to_contain_text("미확인")
        assert not alerts.firing()[0].acknowledged
        page.unroute("**/acknowledge")
        row(page, "이미지가 들어오지 않음").get_by_role("button", name="다시 시도").click()
        expect(page.get_by_role("textbox", name="메모")).to_have_value("연락함")
        alerts.resolve("stall", now_ms())
        expect(row(page, "이미지가 들어오지 않음")).to_contain_text("해제됨")
        page.get_by_role("button", name="확인 기록").click()
        expect(row(page, "이미지가 들어오지 않음")).to_contain_text("이미 해제된 알람입니다")


def test_sound_comes_when_it_is_enabled_and_says_when_it_is_blocked(
    node: StartNode, open_page: OpenPage, complaints: list[str]
) -> None:
    """Nothing is made before somebody enables it; a critical alert calls and is muted, not acknowledged; a reload
    takes the browser's leave away, which stands on every view until a touch gives it back."""
    complaints.append(BLOCKED)
    line = node()
    page = open_page(f"{line.url}/?view=alerts", before=lambda opened: opened.add_init_script(LISTEN))
    with alerts_of(line) as alerts:
        alerts.raise_("stall", trouble("이미지가 들어오지 않음"), now_ms())
        expect(row(page, "이미지가 들어오지 않음")).to_be_visible()
        expect(page.get_by_text("소리 꺼짐")).to_be_visible()
        page.get_by_text("전체", exact=True).click()
        assert page.evaluate("window.contexts.length") == 0

        page.get_by_role("button", name="소리 켜기").click()
        expect(page.get_by_text("소리 켜짐")).to_be_visible()
        until(lambda: page.evaluate("window.contexts[0].state") == "running", what="an audio that runs")
        until(lambda: page.evaluate("window.tones") >= 5, what="the critical tone")
        before = page.evaluate("window.tones")
        page.get_by_role("button", name="시험음").click()
        until(lambda: page.evaluate("window.tones") == before + 3, what="the test tone")
        until(lambda: page.evaluate("window.tones") == before + 8, 12, "the critical tone again")

        banner(page).get_by_role("button", name="5분 무음").click()
        expect(banner(page).get_by_text(re.compile(r"\d\d:\d\d까지 무음"))).to_be_visible()
        expect(row(page, "이미지가 들어오지 않음")).to_contain_text("미확인")
        assert alerts.firing()[0].acknowledged is None
        page.keyboard.press("m")
        expect(page.get_by_text("소리 켜짐")).to_be_visible()

        page.goto(line.url)
        blocked = page.get_by_role("button", name="소리가 차단됨: 눌러서 켜기")
        expect(blocked).to_be_visible()
        assert page.evaluate("window.contexts.at(-1).state") == "suspended"
        assert page.evaluate("window.tones") == 0
        blocked.click()
        expect(blocked).to_have_count(0)
        until(lambda: page.evaluate("window.contexts.at(-1).state") == "running", what="an audio that runs")
        until(lambda: page.evaluate("window.tones") >= 5, what="the critical tone")
        acknowledged = alerts.acknowledge(1, "김철수", "", now_ms())
        assert acknowledged.acknowledged is not None
        expect(banner(page)).to_contain_text("확인된 알람")
        expect(banner(page).get_by_role("button")).to_have_count(0)


def test_a_lost_link_says_that_alerts_may_be_missing_and_what_was_missed_is_there_afterwards(
    node: StartNode, open_page: OpenPage, complaints: list[str]
) -> None:
    """The banner doubts itself while nobody can tell it anything, and what fired meanwhile stands in it then."""
    complaints += ["ERR_CONNECTION_REFUSED", "WebSocket connection to", "ERR_EMPTY_RESPONSE", "ERR_CONNECTION_RESET"]
    line = node()
    page = open_page(line.url)
    expect(page.get_by_role("status")).to_have_text("실시간 연결")
    line.stop()
    expect(banner(page)).to_contain_text("새 알람이 표시되지 않을 수 있습니다")
    with alerts_of(line) as alerts:
        alerts.raise_("stall", trouble("이미지가 들어오지 않음"), now_ms())
    line.start()
    expect(banner(page)).to_contain_text("심각이미지가 들어오지 않음", timeout=15_000)
    expect(banner(page)).not_to_contain_text("새 알람이 표시되지 않을 수 있습니다")


@pytest.fixture
def long_history(node: StartNode) -> Node:
    """A node with two alerts that fire and 230 that are over."""
    line = node()
    with alerts_of(line) as alerts:
        for number in range(230):
            at_ms = now_ms() - (300 - number) * 60_000
            alerts.raise_("past", trouble(f"지난 알람 {number}"), at_ms)
            alerts.resolve("past", at_ms + 30_000)
        alerts.raise_("low", trouble("여유 공간 부족", "warning"), now_ms() - 5_000)
        alerts.raise_("stall", trouble("이미지가 들어오지 않음"), now_ms())
    return line


def test_any_alert_has_a_link_and_the_keys_go_through_them(long_history: Node, open_page: OpenPage) -> None:
    """One of long ago is looked for and shown; arrows choose, `f` leaves those that fire; all of it in the address."""
    page = open_page(f"{long_history.url}/?view=alerts&alert=7")
    old = row(page, "지난 알람 6")
    expect(old).to_contain_text("storage_unmounted")
    expect(old).to_be_in_viewport()

    page.goto(f"{long_history.url}/?view=alerts")
    expect(page.get_by_role("listitem")).to_have_count(100)
    page.get_by_role("button", name="이전 알람 더 보기").click()
    expect(page.get_by_role("listitem")).to_have_count(200)
    page.keyboard.press("ArrowDown")
    expect(page).to_have_url(re.compile("alert=232"))
    page.keyboard.press("ArrowDown")
    expect(page).to_have_url(re.compile("alert=231"))
    page.keyboard.press("f")
    expect(page).to_have_url(re.compile("state=firing"))
    expect(page.get_by_role("listitem")).to_have_count(2)
    page.reload()
    expect(page.get_by_role("listitem")).to_have_count(2)
    page.goto(f"{long_history.url}/?view=alerts&state=firing&alert=7")
    expect(page.get_by_text("7번 알람은 발생 중이 아닙니다.")).to_be_visible()
    page.get_by_role("button", name="전체 보기").click()
    expect(old).to_be_in_viewport()
    page.goto(f"{long_history.url}/?view=alerts&alert=999")
    expect(page.get_by_text("999번 알람을 찾을 수 없습니다.")).to_be_visible()


def test_everybody_can_use_it_on_any_screen(long_history: Node, open_page: OpenPage) -> None:
    """Nothing is cut off from a telephone to a large screen, and axe finds nothing serious, also in the dialog."""
    page = open_page(f"{long_history.url}/?view=alerts")
    expect(page.get_by_role("listitem")).to_have_count(100)
    for width, height in ((390, 844), (768, 1024), (1280, 720), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        expect(banner(page)).to_contain_text("이미지가 들어오지 않음")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(page) == []
    page.keyboard.press("t")
    page.keyboard.press("a")
    expect(page.get_by_role("dialog", name="알람 확인")).to_be_visible()
    assert violations(page) == []
