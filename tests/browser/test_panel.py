"""The panel in a real browser, before a real node."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.node import Node
from tests.support.wait import until

StartNode = Callable[..., Node]
OpenPage = Callable[..., Page]


def coil(page: Page) -> Any:
    return page.get_by_test_id("coil")


def picture(page: Page) -> Any:
    return page.get_by_role("region", name="이미지", exact=True).get_by_role("img")


def is_painted(page: Page) -> bool:
    """The picture on the page has been decoded to pixels."""
    return bool(
        picture(page).evaluate(
            "async i => { await i.decode?.(); return (i.complete ?? true) && (i.naturalWidth || i.width) > 0 }"
        )
    )


def shade(page: Page) -> int:
    """The red of the picture's middle, as the screen has it."""
    red = picture(page).evaluate(
        """i => {
             const c = document.createElement('canvas');
             c.width = i.naturalWidth || i.width; c.height = i.naturalHeight || i.height;
             const g = c.getContext('2d'); g.drawImage(i, 0, 0);
             return g.getImageData(c.width * 0.7, c.height / 2, 1, 1).data[0]
           }"""
    )
    return int(red)


def test_an_image_written_to_the_folder_appears_and_the_next_replaces_it(node: StartNode, open_page: OpenPage) -> None:
    """From the file to decoded pixels with the right coil number, twice, without a reload; the demo image goes."""
    line = node()
    page = open_page(line.url)
    expect(page.get_by_text("데모 이미지", exact=True)).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("실시간 연결")

    line.write("20251124110000_2891_1763949600120_original.jpg", shade=90)
    expect(coil(page)).to_have_text("2891")
    expect(page.get_by_text("데모 이미지", exact=True)).to_have_count(0)
    assert is_painted(page)
    assert abs(shade(page) - 90) < 6
    expect(page.get_by_text("11:00:00")).to_be_visible()

    line.write("20251124110001_2892_1763949601120_original.jpg", shade=190)
    expect(coil(page)).to_have_text("2892")
    assert is_painted(page)
    assert abs(shade(page) - 190) < 6
    expect(page).to_have_title("2892 · coilcast")


def test_the_kind_is_switched_and_stays_in_the_address(node: StartNode, open_page: OpenPage) -> None:
    """Original and labeled are each shown by their own newest image, also after a reload."""
    line = node()
    line.write("20251124110000_2891_original.jpg")
    line.write("20251124110000_2890_labeled.jpg", kind="labeled")
    page = open_page(line.url)
    expect(coil(page)).to_have_text("2891")
    page.get_by_text("결함 표시").click()
    expect(coil(page)).to_have_text("2890")
    page.reload()
    expect(coil(page)).to_have_text("2890")
    line.write("20251124110001_2899_labeled.jpg", kind="labeled")
    expect(coil(page)).to_have_text("2899")
    page.get_by_role("radio", name="결함 표시").focus()
    page.keyboard.press("ArrowLeft")
    expect(coil(page)).to_have_text("2891")


def test_a_stopped_gateway_is_said_and_what_came_meanwhile_is_shown_when_it_is_back(
    node: StartNode, open_page: OpenPage, complaints: list[str]
) -> None:
    """The picture stays, what is wrong is said in letters that need no server, and it recovers by itself."""
    complaints += ["ERR_CONNECTION_REFUSED", "WebSocket connection to", "ERR_EMPTY_RESPONSE", "ERR_CONNECTION_RESET"]
    line = node()
    line.write("20251124110000_2891_original.jpg")
    page = open_page(line.url)
    expect(coil(page)).to_have_text("2891")
    expect(page.get_by_role("status")).to_have_text("실시간 연결")
    until(lambda: page.evaluate("document.fonts.status") == "loaded", what="the font")

    line.stop()
    expect(page.get_by_role("status")).to_have_text("연결 오류")
    expect(page.get_by_text("서버와 연결이 끊어졌습니다")).to_be_visible()
    assert page.evaluate("document.fonts.check('16px \"Noto Sans KR Variable\"', '서버와 연결이 끊어졌습니다')")
    assert is_painted(page)
    line.write("20251124110001_2892_original.jpg")

    line.start()
    expect(page.get_by_role("status")).to_have_text("실시간 연결", timeout=15_000)
    expect(coil(page)).to_have_text("2892", timeout=15_000)


def test_without_a_websocket_images_still_come(node: StartNode, open_page: OpenPage) -> None:
    """A proxy that lets no socket through costs the colour of the badge, not the images."""
    line = node(MAX_RECONNECT_ATTEMPTS="1")
    line.write("20251124110000_2891_original.jpg")
    page = open_page(line.url, before=lambda opened: opened.route_web_socket("**/ws", lambda ws: ws.close()))
    expect(page.get_by_role("status")).to_have_text("HTTP 모드", timeout=15_000)
    expect(coil(page)).to_have_text("2891")
    line.write("20251124110001_2892_original.jpg")
    expect(coil(page)).to_have_text("2892")
    assert is_painted(page)


def test_a_name_made_of_markup_is_shown_as_text(node: StartNode, open_page: OpenPage) -> None:
    """A file called like an attack is a file with a strange name."""
    hostile = "20251124110000_<img src=x onerror=document.body.id=666>_original.jpg"
    line = node()
    line.write(hostile)
    page = open_page(line.url)
    expect(page.get_by_text(hostile)).to_be_visible()
    assert is_painted(page)
    expect(page.get_by_role("img")).to_have_count(1)
    assert page.evaluate("document.body.id") == ""


def test_a_line_that_stands_still_is_marked(node: StartNode, open_page: OpenPage) -> None:
    """After the stale limit the picture is marked and the delay counts up; the next image takes it all away."""
    line = node(COILCAST_STALL_AFTER_S="2")
    line.write("20251124110000_2891_original.jpg")
    page = open_page(line.url)
    stage = page.get_by_role("region", name="이미지", exact=True)
    expect(stage).to_have_attribute("data-state", "live")
    expect(stage).to_have_attribute("data-state", "stale")
    expect(page.get_by_text(re.compile("^지연 [2-9]초$"))).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("실시간 연결")
    line.write("20251124110001_2892_original.jpg")
    expect(stage).to_have_attribute("data-state", "live")


def test_no_address_of_a_picture_is_left_alive(node: StartNode, open_page: OpenPage) -> None:
    """Twelve images leave at most the one that is shown in memory."""
    line = node()
    page = open_page(line.url)
    for number in range(12):
        line.write(f"202511241100{number:02}_{3000 + number}_original.jpg", size=(800, 670))
        expect(coil(page)).to_have_text(str(3000 + number))
    assert page.evaluate("window.addresses.size") <= 1


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1280, 720), (1920, 1080)])
def test_nothing_is_cut_off(node: StartNode, open_page: OpenPage, width: int, height: int) -> None:
    """From a telephone to a large screen everything fits the width, and the picture is on the first screen."""
    line = node()
    line.write("20251124110000_C2891-04A_1763949600120_original.jpg")
    page = open_page(line.url, width, height)
    expect(coil(page)).to_have_text("C2891-04A")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    box = picture(page).bounding_box()
    assert box["y"] + box["height"] <= height
