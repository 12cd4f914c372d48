"""What holds for every view in a real browser: who uses it, on which screen, in which language and light."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from services.shared.operations import Alerts, Said, Trouble
from tests.browser.axe import violations
from tests.browser.node import Node
from tests.support.wait import until

OpenPage = Callable[..., Page]

SENTENCES = Path(__file__).parents[2] / "frontend" / "app" / "src" / "i18n"
SMALL = (320, 268)

VIEWS = {
    "live": ("", "main section :is(img, canvas)"),
    "grid": ("grid=1", "main li:nth-of-type(4) :is(img, canvas)"),
    "compare": ("view=compare", "section[data-side=right] :is(img, canvas)"),
    "history": ("view=history", "main [data-testid=coil]"),
    "coil": ("view=coil&coil=2891", "main [data-drawn=complete]"),
    "status": ("view=status", "main tbody tr"),
    "alerts": ("view=alerts", "main li"),
    "keys": ("", "dialog[open]"),
}
"""The address, and what is there when the view is."""

SIZES = ((390, 844), (768, 1024), (1024, 768), (1280, 720), (1920, 1080), (3840, 2160))
LOOKS = (("ko", "dark", 1280, 720), ("ko", "day", 768, 1024), ("en", "day", 1280, 720), ("en", "dark", 768, 1024))
"""Each language in each light, and each of them on each screen."""

STALL = Trouble(
    name="stall",
    severity="critical",
    summary=Said("카메라 exit 원본 이미지가 42초 동안 들어오지 않음", "No original image from camera exit for 42 s"),
    advice=Said("카메라 컴퓨터의 전원과 네트워크를 확인하십시오.", "Check the camera computer's power and its cable."),
    reason="source_silent",
    camera="exit",
    kind="original",
)

READ_ALL = """
() => {
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.nodeType === Node.TEXT_NODE) texts.push(node.data);
    else for (const name of ['aria-label', 'aria-valuetext', 'aria-description', 'title', 'alt', 'placeholder'])
      texts.push(node.getAttribute(name) ?? '');
  }
  return [document.title, ...texts].map(text => text.trim()).filter(Boolean);
}
"""
STICKING_OUT = """
() => {
  const mayScroll = element => {
    for (let at = element.parentElement; at; at = at.parentElement)
      if (at !== document.documentElement && getComputedStyle(at).overflowX !== 'visible') return true;
    return false;
  };
  const page = document.documentElement;
  const wide = page.scrollWidth > innerWidth ? [`the page: ${page.scrollWidth}`] : [];
  const out = [...document.querySelectorAll('body *')].filter(element => {
    const { left, right, width } = element.getBoundingClientRect();
    return width > 1 && (left < -1 || right > innerWidth + 1) && !mayScroll(element);
  });
  return [...wide, ...out.map(element => element.outerHTML.slice(0, 120))];
}
"""


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """Four cameras, both kinds, two coils, and an alert that is firing."""
    made = Node(tmp_path_factory.mktemp("views"), COILCAST_STALL_AFTER_S="600")
    for camera in ("entry", "exit", "top"):
        (made.base / camera / "original").mkdir(parents=True)
    made.start()
    try:
        for second in range(12):
            stem = f"202511241100{second:02}_{2891 + second // 10}"
            for kind in ("original", "labeled"):
                made.write(f"{stem}_{kind}.jpg", kind, 90 + 8 * second, SMALL)
        for camera in ("entry", "exit", "top"):
            made.write("20251124110012_2892_original.jpg", f"{camera}/original", size=SMALL)
        alerts = Alerts(made.state / "operations.db")
        alerts.raise_("stall/exit/original", STALL, time.time_ns() // 1_000_000 - 42_000)
        alerts.close()
        yield made
    finally:
        made.stop()


def open_view(open_page: OpenPage, line: Node, view: str, look: tuple[str, str, int, int] = LOOKS[0]) -> Page:
    """A page that shows all that it has to show."""
    query, there = VIEWS[view]
    language, theme, width, height = look
    page = open_page(f"{line.url}/?{query}&lang={language}&theme={theme}", width, height)
    expect(page.locator("header [data-look=websocket]")).to_be_visible()
    if view == "keys":
        page.keyboard.press("?")
    expect(page.locator(there).first).to_be_visible(timeout=20_000)
    page.wait_for_load_state("networkidle")
    until(lambda: page.evaluate("document.fonts.status") == "loaded", what="the font")
    return page


@pytest.mark.parametrize("view", VIEWS)
def test_everybody_can_use_it(line: Node, open_page: OpenPage, view: str) -> None:
    """In both lights, both languages, on a desk and on a tablet, axe finds nothing serious."""
    found: dict[str, list[str]] = {}
    for look in LOOKS:
        page = open_view(open_page, line, view, look)
        found[str(look)] = violations(page)
    assert {look: each for look, each in found.items() if each} == {}


@pytest.mark.parametrize("view", VIEWS)
def test_it_fits_every_screen(line: Node, open_page: OpenPage, view: str) -> None:
    """From a telephone to a wall screen nothing has to be scrolled sideways, and nothing is out of reach."""
    found: dict[str, list[str]] = {}
    for language in ("ko", "en"):
        page = open_view(open_page, line, view, (language, "dark", 1280, 720))
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
            found[f"{language} {width} x {height}"] = page.evaluate(STICKING_OUT)
    assert {size: each for size, each in found.items() if each} == {}


@pytest.mark.parametrize("view", VIEWS)
def test_every_sentence_is_there_in_letters_of_the_panel_itself(line: Node, open_page: OpenPage, view: str) -> None:
    """No key stands where a sentence should, and a machine without any Korean font shows all of them as they are."""
    for language in ("ko", "en"):
        page = open_view(open_page, line, view, (language, "dark", 1280, 720))
        texts = page.evaluate(READ_ALL)
        assert len(texts) > 20
        assert [text for text in texts if is_key(text)] == []
        assert foreign_fonts(page) == []


def test_the_sentence_that_says_that_the_server_is_gone_needs_nothing_from_it(line: Node, open_page: OpenPage) -> None:
    """Every letter of every Korean sentence is at hand soon after the panel was opened, shown or not."""
    page = open_view(open_page, line, "live")
    letters = "".join(sorted(set(re.findall("[가-힣]", _sentences("ko")))))
    has_all = "letters => document.fonts.check('16px \"Noto Sans KR Variable\"', letters)"
    until(lambda: page.evaluate(has_all, letters), what="every letter")


def is_key(text: str) -> bool:
    """The name of a sentence, or a value's place in it, and not the sentence."""
    return "{{" in text or re.fullmatch(r"(\w+:)?[a-z]\w*(\.[a-z]\w*)+", text) is not None or text in _single_keys()


def _single_keys() -> set[str]:
    """Names of sentences that nobody would write as one: in letters of both sizes."""
    names = re.findall(r"^ *(\w+):", _sentences("ko"), re.MULTILINE)
    return {name for name in names if re.search("[a-z][A-Z]", name)}


def _sentences(language: str) -> str:
    return "".join(path.read_text("utf-8") for path in (SENTENCES / language).glob("*.ts"))


def foreign_fonts(page: Page) -> list[str]:
    """Which texts are drawn with a font of the machine, and with which."""
    devtools = page.context.new_cdp_session(page)
    for domain in ("DOM", "CSS"):
        devtools.send(f"{domain}.enable")
    root: dict[str, Any] = devtools.send("DOM.getDocument", {"depth": -1})["root"]
    found = []
    for node, text in _with_text(root):
        fonts = devtools.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
        found += [f"{text}: {font['familyName']}" for font in fonts if not font["isCustomFont"]]
    devtools.detach()
    return found


def _with_text(node: dict[str, Any]) -> Iterator[tuple[int, str]]:
    children = node.get("children", [])
    text = " ".join(child["nodeValue"].strip() for child in children if child["nodeType"] == 3).strip()
    if text and node["nodeName"] not in ("SCRIPT", "STYLE", "NOSCRIPT", "TITLE"):
        yield node["nodeId"], text
    for child in children:
        yield from _with_text(child)
