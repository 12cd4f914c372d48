"""The live view in a real browser, before a real node: near, side by side, by keyboard, and with nothing around it."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.node import Node
from tests.support.wait import until

StartNode = Callable[..., Node]
OpenPage = Callable[..., Page]

LARGE = (4096, 3072)

WIDTH = "picture => picture.naturalWidth ?? picture.width"
KEEP_WIDTHS = """
    stage => {
      window.widths = [];
      const look = () => {
        const picture = stage.querySelector('[role=img], img');
        window.widths.push(picture === null ? 0 : picture.naturalWidth ?? picture.width);
      };
      new MutationObserver(look).observe(stage, { childList: true, subtree: true });
    }
"""
"""From now on, how many pixels each picture has that comes to the stage, and 0 for a stage without one."""


def stage(page: Page) -> Any:
    return page.get_by_role("region", name="이미지", exact=True)


def picture(page: Page) -> Any:
    return stage(page).get_by_role("img")


def coil(page: Page) -> Any:
    return page.get_by_test_id("coil")


def tile(page: Page, camera: str) -> Any:
    return page.get_by_role("listitem").filter(has=page.get_by_role("link", name=camera, exact=True))


def width(page: Page) -> int:
    """How many pixels the picture has that is shown."""
    return int(picture(page).evaluate(WIDTH))


def spot(page: Page) -> list[float]:
    """Where the picture lies on the screen, and how large it is."""
    box = picture(page).bounding_box()
    return [round(box[side], 1) for side in ("x", "y", "width", "height")]


def address(page: Page) -> str:
    return str(page.evaluate("location.search"))


def is_at(page: Page, where: list[float]) -> bool:
    """As near as an address says it."""
    return all(abs(one - other) <= 2 for one, other in zip(spot(page), where, strict=True))


def near(page: Page) -> None:
    """Zooms into the upper left by the wheel, far beyond what a preview has."""
    box = stage(page).bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.3)
    for _ in range(4):
        page.mouse.wheel(0, -240)


def add_camera(line: Node, camera: str) -> None:
    """Put up, and known to the server: an open page hears of it with its next image, or when it asks again."""
    (line.base / camera / "original").mkdir(parents=True)
    until(lambda: camera in cameras_of(line), what=f"a server that knows {camera}")


def cameras_of(line: Node) -> list[str]:
    with urllib.request.urlopen(f"{line.url}/api/config", timeout=5) as answer:
        return list(json.load(answer)["cameras"])


def test_who_looks_closely_sees_the_original_and_the_next_image_at_the_same_place(
    node: StartNode, open_page: OpenPage
) -> None:
    """Preview, original, the next one's preview, its original; never nothing, and nothing moves."""
    line = node()
    page = open_page(line.url)
    line.write("20251124110000_2891_original.jpg", size=LARGE)
    expect(coil(page)).to_have_text("2891")
    stage(page).evaluate(KEEP_WIDTHS)
    preview = width(page)
    assert preview < LARGE[0]
    near(page)
    until(lambda: width(page) == LARGE[0], what="the original")
    until(lambda: "zoom=" in address(page), what="the zoom in the address")
    where = spot(page)

    line.write("20251124110001_2892_original.jpg", size=LARGE)
    expect(coil(page)).to_have_text("2892")
    until(lambda: width(page) == LARGE[0], what="the next original")
    assert page.evaluate("window.widths") == [LARGE[0], preview, LARGE[0]]
    assert spot(page) == where

    page.reload()
    expect(coil(page)).to_have_text("2892")
    until(lambda: is_at(page, where), what="the same place")
    until(lambda: width(page) == LARGE[0], what="the original after the reload")


def test_a_line_that_stands_still_is_shown_sharp(node: StartNode, open_page: OpenPage) -> None:
    """Nobody zooms: the original comes when nothing newer does, to a screen that has the pixels for it."""
    line = node()
    page = open_page(line.url, 2400, 1400)
    line.write("20251124110000_2891_original.jpg", size=LARGE)
    expect(coil(page)).to_have_text("2891")
    assert width(page) < LARGE[0]
    # What the banner says of a node that has only just begun goes away, and the picture moves for that.
    expect(page.get_by_role("region", name="알람", exact=True)).to_have_text("", timeout=30_000)
    where = spot(page)
    until(lambda: width(page) == LARGE[0], what="the original")
    assert spot(page) == where


def test_a_picture_is_moved_by_hand(node: StartNode, open_page: OpenPage) -> None:
    """A drag moves it as far as the hand; a double click goes to 1:1 and back; two fingers zoom."""
    line = node()
    line.write("20251124110000_2891_original.jpg", size=LARGE)
    page = open_page(line.url)
    expect(coil(page)).to_have_text("2891")
    box = stage(page).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    all_of_it = spot(page)

    page.mouse.dblclick(x, y)
    expect(page.get_by_text("100 %")).to_be_visible()
    until(lambda: spot(page)[2] == LARGE[0], what="a pixel for a pixel")
    left, top, _, _ = spot(page)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 130, y - 70, steps=5)
    page.mouse.up()
    until(lambda: spot(page)[:2] == [left + 130, top - 70], what="the place under the hand")
    page.mouse.dblclick(x, y)
    until(lambda: spot(page) == all_of_it, what="all of it")

    touch = page.context.new_cdp_session(page)
    touch.send("Emulation.setTouchEmulationEnabled", {"enabled": True, "maxTouchPoints": 2})
    for kind, apart in (("touchStart", 50), ("touchMove", 100), ("touchMove", 150), ("touchEnd", None)):
        fingers = [] if apart is None else [{"x": x - apart, "y": y, "id": 1}, {"x": x + apart, "y": y, "id": 2}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})
    until(lambda: abs(spot(page)[2] / all_of_it[2] - 3) < 0.1, what="three times as large")
    assert page.evaluate("window.visualViewport.scale") == 1


def test_each_camera_of_the_grid_shows_its_own_newest_image(node: StartNode, open_page: OpenPage) -> None:
    """Three cameras, then a fourth that is put up meanwhile; one is opened large, and back leads to all."""
    line = node()
    for camera in ("entry", "exit"):
        add_camera(line, camera)
    line.write("20251124110000_2891_original.jpg")
    line.write("20251124110000_2892_original.jpg", kind="entry/original")
    line.write("20251124110000_2893_original.jpg", kind="exit/original", size=(900, 1600))
    page = open_page(f"{line.url}/?grid=1")
    for camera, number in (("기본", "2891"), ("entry", "2892"), ("exit", "2893")):
        expect(tile(page, camera).get_by_test_id("tile-coil")).to_have_text(number)
        expect(tile(page, camera).get_by_role("img")).to_have_count(1)

    line.write("20251124110001_2894_original.jpg", kind="entry/original", shade=200)
    expect(tile(page, "entry").get_by_test_id("tile-coil")).to_have_text("2894")
    expect(tile(page, "기본").get_by_test_id("tile-coil")).to_have_text("2891")
    add_camera(line, "top")
    line.write("20251124110001_7_original.jpg", kind="top/original", size=(60, 40))
    expect(tile(page, "top").get_by_test_id("tile-coil")).to_have_text("7")

    tile(page, "exit").click()
    expect(coil(page)).to_have_text("2893")
    assert page.url.endswith("/?camera=exit")
    line.write("20251124110002_2895_original.jpg", kind="entry/original")
    line.write("20251124110002_2896_original.jpg", kind="exit/original", size=(900, 1600))
    expect(coil(page)).to_have_text("2896")
    page.go_back()
    expect(tile(page, "entry").get_by_test_id("tile-coil")).to_have_text("2895")
    expect(tile(page, "exit").get_by_test_id("tile-coil")).to_have_text("2896")


@pytest.mark.parametrize(("width", "height"), [(390, 844), (768, 1024), (1280, 720), (3840, 2160)])
def test_sixteen_cameras_fit_every_screen(node: StartNode, open_page: OpenPage, width: int, height: int) -> None:
    """Nothing needs to be scrolled sideways, and from a desk's screen on all pictures are seen at once."""
    line = node()
    names = ["main", *(f"cam-{number:02}" for number in range(15))]
    for number, camera in enumerate(names[1:]):
        add_camera(line, camera)
        line.write(f"20251124110000_{number}_original.jpg", kind=f"{camera}/original", size=(320, 268))
    line.write("20251124110000_12345678901234567890_original.jpg", size=(320, 268))
    page = open_page(f"{line.url}/?grid=1", width, height)
    expect(page.get_by_role("listitem")).to_have_count(16)
    expect(page.get_by_role("list").get_by_role("img")).to_have_count(16)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if width >= 1280:
        boxes = [item.bounding_box() for item in page.get_by_role("listitem").all()]
        assert all(box is not None and box["y"] + box["height"] <= height for box in boxes)
        assert all(box is not None and box["width"] > 150 for box in boxes)


def test_a_camera_that_stands_still_and_a_link_that_is_down_look_different(
    node: StartNode, open_page: OpenPage, complaints: list[str]
) -> None:
    """The still tile is hatched and says how long; without the server each is framed, and it is said what to do."""
    complaints += ["ERR_CONNECTION_REFUSED", "WebSocket connection to", "ERR_EMPTY_RESPONSE", "ERR_CONNECTION_RESET"]
    line = node(COILCAST_STALL_AFTER_S="3")
    add_camera(line, "exit")
    line.write("20251124110000_2891_original.jpg")
    line.write("20251124110000_2892_original.jpg", kind="exit/original")
    page = open_page(f"{line.url}/?grid=1&theme=day")
    still, live = tile(page, "exit"), tile(page, "기본")
    expect(still.get_by_test_id("tile-coil")).to_have_text("2892")
    numbers = iter(range(100))

    def is_marked() -> bool:
        line.write(f"202511241101{next(numbers):02}_2891_original.jpg", size=(320, 268))
        page.wait_for_timeout(300)
        return bool(still.get_by_role("region").get_attribute("data-state") == "stale")

    until(is_marked, what="the mark of a camera that stands still")
    expect(still.get_by_text(re.compile("^지연 [3-9]초$"))).to_be_visible()
    expect(live.get_by_role("region")).to_have_attribute("data-state", "live")
    filters = still.get_by_role("img").evaluate("i => getComputedStyle(i.parentElement.parentElement).filter")
    assert "grayscale" in filters

    line.stop()
    expect(live.get_by_role("region")).to_have_attribute("data-state", "lost")
    expect(page.get_by_text("서버와 연결이 끊어졌습니다")).to_be_visible()
    expect(page.get_by_role("button", name="지금 다시 연결")).to_be_visible()


def test_all_of_it_works_by_keyboard_and_survives_a_reload(node: StartNode, open_page: OpenPage) -> None:
    """From all cameras to one, to the other kind, near and along, each step in the address."""
    line = node()
    add_camera(line, "exit")
    line.write("20251124110000_2891_original.jpg", size=LARGE)
    line.write("20251124110000_2891_labeled.jpg", kind="labeled", size=LARGE)
    line.write("20251124110000_2892_original.jpg", kind="exit/original", size=LARGE)
    page = open_page(line.url)
    expect(coil(page)).to_have_text("2892")
    page.keyboard.press("g")
    expect(page.get_by_role("listitem")).to_have_count(2)
    page.get_by_role("link", name="기본", exact=True).focus()
    page.keyboard.press("Enter")
    expect(coil(page)).to_have_text("2891")
    page.keyboard.press("d")
    expect(stage(page).get_by_role("img", name="코일 2891 결함 표시 이미지")).to_be_visible()
    page.keyboard.press("o")
    expect(page.get_by_text("100 %")).to_be_visible()
    until(lambda: "zoom=" in address(page), what="the zoom in the address")
    before, middle = spot(page), address(page)
    page.keyboard.press("ArrowRight")
    until(lambda: spot(page)[0] == before[0] - 80, what="what lies to the right")
    until(lambda: address(page) != middle, what="the place in the address")
    where = spot(page)
    page.reload()
    expect(coil(page)).to_have_text("2891")
    until(lambda: is_at(page, where), what="the same place")
    expect(page.get_by_role("radio", name="결함 표시")).to_be_checked()
    page.keyboard.press("0")
    page.keyboard.press("]")
    expect(page.get_by_role("combobox", name="카메라")).to_have_value("exit")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog").get_by_text("다음 카메라")).to_be_visible()


def test_kiosk_mode_shows_the_picture_the_link_and_the_way_out(node: StartNode, open_page: OpenPage) -> None:
    """No tabs; the state of the link is told all the same, and a finger finds the way out."""
    line = node()
    line.write("20251124110000_2891_original.jpg")
    page = open_page(line.url, 1280, 720)
    expect(coil(page)).to_have_text("2891")
    page.keyboard.press("k")
    expect(page.get_by_role("navigation")).to_have_count(0)
    expect(page.get_by_role("status")).to_have_text("실시간 연결")
    until(lambda: page.evaluate("document.fullscreenElement !== null"), what="full screen")
    out = page.get_by_role("button", name="전체 화면 끝내기")
    box = out.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 40
    out.click()
    expect(page.get_by_role("navigation")).to_be_visible()
    until(lambda: page.evaluate("document.fullscreenElement === null"), what="no full screen")


def test_an_image_that_cannot_be_painted_is_said_and_the_next_takes_its_place(
    node: StartNode, open_page: OpenPage, complaints: list[str]
) -> None:
    """The files are there but nobody gets them: the panel says so and waits for the next image."""
    complaints += ["Failed to load resource"]
    line = node()
    line.write("20251124110000_2891_original.jpg")
    page = open_page(line.url)
    expect(coil(page)).to_have_text("2891")
    for path in ("**/preview/**", "**/image/**"):
        page.route(path, lambda route: route.fulfill(status=404, body=""))
    page.reload()
    expect(page.get_by_text("이 이미지를 표시할 수 없습니다")).to_be_visible()
    expect(coil(page)).to_have_text("–")
    # Its preview is pushed, so it needs no answer.
    line.write("20251124110001_2892_original.jpg")
    expect(coil(page)).to_have_text("2892")
    expect(page.get_by_text("이 이미지를 표시할 수 없습니다")).to_have_count(0)


def test_without_a_websocket_every_tile_still_gets_its_images(node: StartNode, open_page: OpenPage) -> None:
    """More cameras than a browser has connections for: each is asked about in turn, and the pictures come as well."""
    line = node(MAX_RECONNECT_ATTEMPTS="1")
    cameras = [f"cam-{number}" for number in range(8)]
    for number, camera in enumerate(cameras):
        add_camera(line, camera)
        line.write(f"20251124110000_{number}_original.jpg", kind=f"{camera}/original", size=(640, 536))
    page = open_page(
        f"{line.url}/?grid=1", before=lambda opened: opened.route_web_socket("**/ws", lambda ws: ws.close())
    )
    expect(page.get_by_role("status")).to_have_text("HTTP 모드", timeout=15_000)
    for number, camera in enumerate(cameras):
        expect(tile(page, camera).get_by_test_id("tile-coil")).to_have_text(str(number), timeout=15_000)
    for number, camera in enumerate(cameras):
        line.write(f"20251124110001_1{number}_original.jpg", kind=f"{camera}/original", size=(640, 536))
    for number, camera in enumerate(cameras):
        expect(tile(page, camera).get_by_test_id("tile-coil")).to_have_text(f"1{number}", timeout=15_000)


@pytest.mark.parametrize("theme", ["dark", "day"])
def test_nobody_is_left_out(node: StartNode, open_page: OpenPage, theme: str) -> None:
    """axe finds nothing in one camera, in all of them, in kiosk mode, and where nothing comes any more."""
    line = node(COILCAST_STALL_AFTER_S="2")
    add_camera(line, "exit")
    line.write("20251124110000_2891_original.jpg")
    line.write("20251124110000_2892_original.jpg", kind="exit/original")
    for query in ("coil=2891", "grid=1"):
        page = open_page(f"{line.url}/?{query}&theme={theme}", 1280, 720)
        expect(page.get_by_role("region").filter(has=page.get_by_role("img")).first).to_have_attribute(
            "data-state", "stale"
        )
        assert violations(page) == []
        page.keyboard.press("k")
        expect(page.get_by_role("navigation")).to_have_count(0)
        assert violations(page) == []
