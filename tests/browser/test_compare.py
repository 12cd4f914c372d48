"""Original and labeled of one frame, looked at together, in a real browser before a real node."""

from __future__ import annotations

import io
import json
import re
import urllib.request
from collections.abc import Callable
from functools import partial

import pytest
from PIL import Image
from playwright.sync_api import FloatRect, Locator, Page, expect

from tests.browser.axe import violations
from tests.browser.node import Node
from tests.support.wait import until

StartNode = Callable[..., Node]
OpenPage = Callable[..., Page]

VIEW = "/?view=compare"
KINDS = ("원본", "결함 표시")
NOT_YET = "결함 표시 이미지가 아직 없습니다"
LEFT_SHADE, RIGHT_SHADE = 90, 190

WATCH_PAIRS = """
() => {
  window.pairs = new Set();
  const look = () => {
    const pictures = [...document.querySelectorAll('section[data-side]')].map(s => s.querySelector('img, canvas'));
    window.pairs.add(pictures.map(p => /\\d{4}/.exec(p?.alt ?? p?.ariaLabel)?.[0] ?? '-').join(' '));
    requestAnimationFrame(look);
  };
  look();
}
"""


def write(line: Node, number: int, *kinds: str, size: tuple[int, int] = (1600, 1340)) -> str:
    """Frame `number` of coil 2891 + `number`, in `kinds`; returns the name of the original."""
    stem = f"202511241100{number:02}_{2891 + number}_{1763949600120 + number * 1000}"
    for kind in kinds:
        line.write(f"{stem}_{kind}.jpg", kind, LEFT_SHADE if kind == "original" else RIGHT_SHADE, size)
    return f"{stem}_original.jpg"


def pane(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


def picture(page: Page, name: str) -> Locator:
    return pane(page, name).get_by_role("img")


def coil(page: Page) -> Locator:
    return page.get_by_test_id("coil")


def box_of(found: Locator) -> FloatRect:
    box = found.bounding_box()
    assert box is not None
    return box


def expect_pair(page: Page, number: int) -> None:
    """Both kinds of frame `number` are on the screen."""
    for name in KINDS:
        expect(picture(page, name)).to_have_accessible_name(f"코일 {2891 + number} {name} 이미지")


def is_newest(line: Node, name: str) -> bool:
    with urllib.request.urlopen(f"{line.url}/api/images/current?type=original", timeout=5) as answer:
        return bool(json.load(answer)["image"]["filename"] == name)


def shade_at(page: Page, x: float, y: float) -> int:
    """The red of one point of the screen."""
    with Image.open(io.BytesIO(page.screenshot())) as shot:
        pixel = shot.convert("RGB").getpixel((round(x), round(y)))
    assert isinstance(pixel, tuple)
    return int(pixel[0])


def spot(page: Page, name: str) -> list[float]:
    """Where a picture lies in its pane, and how large: CSS pixels, to a tenth."""
    box = pane(page, name).evaluate(
        """pane => {
             const [at, of] = [pane.querySelector('img, canvas'), pane].map(e => e.getBoundingClientRect());
             return [at.x - of.x, at.y - of.y, at.width, at.height]
           }"""
    )
    return [round(value, 1) for value in box]


def test_a_frame_is_shown_when_both_of_its_images_came_and_changes_as_one(node: StartNode, open_page: OpenPage) -> None:
    """The next original waits for its twin; no frame of the screen ever shows two frames of the line, or none."""
    line = node()
    write(line, 0, "original", "labeled")
    page = open_page(line.url + VIEW)
    expect_pair(page, 0)
    page.evaluate(WATCH_PAIRS)
    for number in (1, 2, 3):
        name = write(line, number, "original")
        until(partial(is_newest, line, name), what="the original")
        expect(coil(page)).to_have_text(str(2890 + number))
        write(line, number, "labeled")
        expect_pair(page, number)
        expect(coil(page)).to_have_text(str(2891 + number))
    expect(page).to_have_title("2894 · coilcast")
    expect(page.get_by_text("11:00:03")).to_be_visible()
    assert page.evaluate("[...window.pairs]") == [f"{coil} {coil}" for coil in (2891, 2892, 2893, 2894)]
    assert page.evaluate("window.addresses.size") == 0


def test_a_twin_that_does_not_come_is_said_and_joins_when_it_does(node: StartNode, open_page: OpenPage) -> None:
    """After two seconds the newer original stands alone, in every mode with the same words."""
    line = node()
    write(line, 0, "original", "labeled")
    page = open_page(line.url + VIEW)
    expect_pair(page, 0)
    write(line, 1, "original")
    expect(coil(page)).to_have_text("2892")
    expect(pane(page, "결함 표시").get_by_text(NOT_YET)).to_be_visible()
    expect(picture(page, "결함 표시")).to_have_count(0)
    page.keyboard.press("b")
    expect(page.get_by_text(NOT_YET).last).to_be_visible()
    expect(picture(page, "원본")).to_be_visible()
    page.keyboard.press("s")
    write(line, 1, "labeled")
    expect_pair(page, 1)
    expect(page.get_by_text(NOT_YET)).to_have_count(0)


def test_an_opened_page_finds_the_twin_of_what_came_before(node: StartNode, open_page: OpenPage) -> None:
    """The newest original has no twin yet: the last whole frame is shown, and then what is newer."""
    line = node()
    write(line, 0, "original", "labeled")
    name = write(line, 1, "original")
    until(lambda: is_newest(line, name), what="the original")
    page = open_page(line.url + VIEW)
    expect_pair(page, 0)
    expect(coil(page)).to_have_text("2892")


def test_one_zoom_moves_both(node: StartNode, open_page: OpenPage) -> None:
    """Wheel, drag and keys move both pictures alike, though one has half the pixels; originals replace previews."""
    line = node()
    write(line, 0, "original")
    write(line, 0, "labeled", size=(800, 670))
    page = open_page(line.url + VIEW)
    expect_pair(page, 0)
    whole = spot(page, "원본")
    assert spot(page, "결함 표시") == whole
    expect(picture(page, "원본")).not_to_have_attribute("src", re.compile("/image/"))

    box = box_of(pane(page, "결함 표시"))
    x, y = box["x"] + box["width"] / 4, box["y"] + box["height"] / 4
    page.mouse.move(x, y)
    page.mouse.wheel(0, -500)
    until(lambda: spot(page, "원본")[2] > 1.5 * whole[2], what="the zoom")
    zoomed = spot(page, "원본")
    assert spot(page, "결함 표시") == zoomed
    for name in KINDS:
        expect(picture(page, name)).to_have_attribute("src", re.compile("/image/"))
    assert spot(page, "원본") == zoomed

    expect(page).to_have_url(re.compile("zoom="))
    nearer = page.evaluate("location.search")
    page.mouse.down()
    page.mouse.move(x - 60, y - 40, steps=4)
    page.mouse.up()
    dragged = spot(page, "원본")
    assert (round(zoomed[0] - dragged[0]), round(zoomed[1] - dragged[1])) == (60, 40)
    assert spot(page, "결함 표시") == dragged
    until(lambda: page.evaluate("location.search") != nearer, what="the drag in the address")
    page.reload()
    expect_pair(page, 0)
    assert spot(page, "원본") == pytest.approx(dragged, abs=1)
    page.keyboard.press("ArrowLeft")
    assert spot(page, "원본")[0] > dragged[0] + 50
    assert spot(page, "결함 표시") == spot(page, "원본")
    page.keyboard.press("0")
    assert spot(page, "원본") == spot(page, "결함 표시") == whole


def test_swipe_shows_one_left_and_the_other_right_of_the_divider(node: StartNode, open_page: OpenPage) -> None:
    """The divider is dragged and moved by keys, and where it stands survives a reload."""
    line = node()
    write(line, 0, "original", "labeled")
    page = open_page(line.url + VIEW + "&mode=swipe")
    expect_pair(page, 0)
    divider = page.get_by_role("slider", name="경계선")
    expect(divider).to_have_attribute("aria-valuenow", "50")
    box = box_of(page.get_by_role("region", name="비교 이미지"))
    middle, y = box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.9

    def sides() -> tuple[bool, bool]:
        """Whether the original is seen a little left, and a little right, of the middle."""
        return tuple(abs(shade_at(page, middle + dx, y) - LEFT_SHADE) < 8 for dx in (-60, 60))  # type: ignore[return-value]

    assert sides() == (True, False)
    handle = box_of(divider)
    page.mouse.move(middle, handle["y"] + handle["height"] / 2)
    page.mouse.down()
    page.mouse.move(middle + 120, y, steps=4)
    page.mouse.up()
    assert sides() == (True, True)
    expect(page).to_have_url(re.compile(r"split=\d"))
    for _ in range(3):
        page.keyboard.press("Shift+ArrowLeft")
    assert sides() == (False, False)
    expect(page).to_have_url(re.compile(r"split=2\d"))
    page.reload()
    expect_pair(page, 0)
    assert sides() == (False, False)
    for _ in range(6):
        page.keyboard.press("]")
    expect(divider).to_have_attribute("aria-valuetext", re.compile("왼쪽 5[0-9]%"))


def test_blink_shows_them_in_turn_and_never_flashes_too_fast(node: StartNode, open_page: OpenPage) -> None:
    """At the fastest rate two flashes a second; a key stops it, another changes sides by hand."""
    line = node()
    write(line, 0, "original", "labeled")
    page = open_page(line.url + VIEW + "&mode=blink&rate=4")
    expect_pair(page, 0)
    page.evaluate(
        """() => {
             const panes = document.querySelector('[data-mode]');
             window.turns = [];
             new MutationObserver(() => window.turns.push([performance.now(), panes.dataset.turn]))
               .observe(panes, { attributeFilter: ['data-turn'] });
           }"""
    )
    until(lambda: page.evaluate("window.turns.length") >= 9, what="nine turns")
    turns = page.evaluate("window.turns")
    assert [side for _, side in turns[:4]] in (["left", "right"] * 2, ["right", "left"] * 2)
    assert (turns[8][0] - turns[0][0]) / 8 > 230

    page.keyboard.press("p")
    expect(page).to_have_url(re.compile("blink=off"))
    count = page.evaluate("window.turns.length")
    box = box_of(page.get_by_role("region", name="비교 이미지"))
    x, y = box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.9
    one = shade_at(page, x, y)
    page.keyboard.press("x")
    other = shade_at(page, x, y)
    assert sorted(round(shade, -1) for shade in (one, other)) == [LEFT_SHADE, RIGHT_SHADE]
    assert page.evaluate("window.turns.length") == count + 1
    page.keyboard.press("[")
    expect(page).to_have_url(re.compile("rate=3"))


def test_who_wants_little_motion_starts_the_blinking_by_hand(node: StartNode, open_page: OpenPage) -> None:
    """The system's wish is the default, a key overrules it."""
    line = node()
    write(line, 0, "original", "labeled")
    page = open_page(
        line.url + VIEW + "&mode=blink", before=lambda opened: opened.emulate_media(reduced_motion="reduce")
    )
    expect(picture(page, "원본")).to_be_visible()
    expect(page.get_by_role("button", name="번갈아 보기 시작")).to_be_visible()
    panes = page.get_by_role("region", name="비교 이미지")
    expect(panes).not_to_have_attribute("data-turn", "right")
    page.keyboard.press("p")
    expect(panes).to_have_attribute("data-turn", "right")


def test_a_held_frame_stays_while_the_line_goes_on(node: StartNode, open_page: OpenPage) -> None:
    """It says so, and by how much; its link survives a reload; a step goes to its neighbours, one key back to live."""
    line = node()
    for number in range(3):
        write(line, number, "original", "labeled")
    page = open_page(line.url + VIEW)
    expect_pair(page, 2)
    page.keyboard.press("Space")
    expect(page.get_by_text("멈춤", exact=True)).to_be_visible()
    expect(page.get_by_text("가장 최근 이미지")).to_be_visible()
    write(line, 9, "original", "labeled")
    expect(page.get_by_text("실시간보다 7초 전")).to_be_visible()
    expect_pair(page, 2)

    expect(page).to_have_url(re.compile(r"camera=main&type=original&file=20251124110002_2893_\d+_original.jpg"))
    page.reload()
    expect_pair(page, 2)
    page.keyboard.press("ArrowLeft")
    expect_pair(page, 1)
    page.keyboard.press(",")
    expect_pair(page, 0)
    page.keyboard.press(",")
    expect(page.get_by_text("첫 이미지입니다")).to_be_visible()
    page.get_by_role("button", name="다음 이미지").click()
    expect_pair(page, 1)
    expect(page.get_by_text("첫 이미지입니다")).to_have_count(0)
    page.keyboard.press("Escape")
    expect_pair(page, 9)
    expect(page).not_to_have_url(re.compile("file="))


def test_a_link_to_a_labeled_image_shows_its_frame(node: StartNode, open_page: OpenPage) -> None:
    """Whichever image names it, each kind is on its side, with the way to its file and its history."""
    line = node()
    name = write(line, 0, "original", "labeled").replace("original", "labeled")
    write(line, 1, "original", "labeled")
    page = open_page(f"{line.url}{VIEW}&camera=main&type=labeled&file={name}")
    expect_pair(page, 0)
    with page.expect_download() as download:
        page.get_by_role("link", name="결함 표시 내려받기").click()
    assert download.value.suggested_filename == name
    history = page.get_by_role("link", name="원본 이력 보기")
    expect(history).to_have_attribute("href", re.compile(f"view=history.*{name.replace('labeled', 'original')}"))


def test_a_link_to_an_image_that_is_gone_says_so(node: StartNode, open_page: OpenPage, complaints: list[str]) -> None:
    """And leads back to what is live."""
    complaints += ["404"]
    line = node()
    write(line, 0, "original", "labeled")
    page = open_page(f"{line.url}{VIEW}&camera=main&type=original&file=none.jpg")
    expect(page.get_by_role("heading", name="이 이미지가 없습니다")).to_be_visible()
    page.get_by_role("alert").get_by_role("button", name="실시간으로").click()
    expect_pair(page, 0)


def test_everything_by_keyboard(node: StartNode, open_page: OpenPage) -> None:
    """From the tab to every mode, the zoom, a held frame and back; the help lists the keys."""
    line = node()
    for number in range(2):
        write(line, number, "original", "labeled")
    page = open_page(line.url)
    expect(coil(page)).to_have_text("2892")
    page.keyboard.press("2")
    expect_pair(page, 1)
    panes = page.get_by_role("region", name="비교 이미지")
    for key, mode in (("w", "swipe"), ("b", "blink"), ("s", "side")):
        page.keyboard.press(key)
        expect(panes).to_have_attribute("data-mode", mode)
    page.keyboard.press("+")
    page.keyboard.press("+")
    page.keyboard.press("Space")
    page.keyboard.press(",")
    expect_pair(page, 0)
    page.keyboard.press("Space")
    expect_pair(page, 1)
    page.keyboard.press("?")
    keys = page.get_by_role("dialog")
    for label in ("나란히", "밀어 보기", "번갈아 보기", "화면 멈춤", "이전 이미지"):
        expect(keys.get_by_text(label, exact=True)).to_be_visible()


def test_everybody_can_use_it(node: StartNode, open_page: OpenPage) -> None:
    """axe finds nothing serious, in any mode, in either theme, with and without a twin."""
    line = node()
    write(line, 0, "original", "labeled")
    page = open_page(line.url + VIEW)
    expect_pair(page, 0)
    for key in ("s", "w", "b", "t", "w", "s"):
        page.keyboard.press(key)
        assert violations(page) == []
    write(line, 1, "original")
    expect(page.get_by_text(NOT_YET)).to_be_visible()
    assert violations(page) == []


@pytest.mark.parametrize(("width", "height"), [(390, 844), (768, 1024), (1024, 768), (1280, 720), (3840, 2160)])
def test_nothing_is_cut_off(node: StartNode, open_page: OpenPage, width: int, height: int) -> None:
    """From a telephone to a wall screen everything fits the width, and both pictures are on the first screen."""
    line = node()
    write(line, 0, "original", "labeled")
    page = open_page(line.url + VIEW, width, height)
    expect_pair(page, 0)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for name in KINDS:
        box = box_of(picture(page, name))
        assert box["y"] + box["height"] <= height
        assert box["width"] >= width / 4
