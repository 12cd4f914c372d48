"""Looking back in a real browser, before a real node with a few thousand images."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from tests.browser.node import Node
from tests.support.wait import until

OpenPage = Callable[..., Page]

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
IMAGES = 3000
OF_A_COIL = 500
FIRST = datetime(2025, 11, 24, 2, 0, tzinfo=UTC)
"""11:00 at the plant."""

SHADES = 8


def captured(number: int) -> datetime:
    """One a second, and half an hour between two coils."""
    return FIRST + timedelta(seconds=number + number // OF_A_COIL * 1800)


def coil_of(number: int) -> str:
    return str(2891 + number // OF_A_COIL)


def name(number: int, kind: str = "original") -> str:
    at = captured(number)
    local = at + timedelta(hours=9)
    return f"{local:%Y%m%d%H%M%S}_{coil_of(number)}_{int(at.timestamp() * 1000)}_{kind}.jpg"


def clock(number: int) -> str:
    return f"{captured(number) + timedelta(hours=9):%H:%M:%S}"


def fill(node: Node, numbers: range, kind: str = "original") -> None:
    """A file each, of a few different pictures: links, so that thousands are there at once."""
    made = []
    for shade in range(SHADES):
        picture = Image.new("RGB", (320, 268), (60 + shade * 20,) * 3)
        ImageDraw.Draw(picture).rectangle([40 + shade * 20, 40, 60 + shade * 20, 220], fill=(200, 60, 40))
        made.append(node.base.parent / f"{kind}-{shade}.jpg")
        picture.save(made[-1], "JPEG")
    for number in numbers:
        os.link(made[number % SHADES], node.base / kind / name(number, kind))


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node that finds all images in its folder; nothing in these tests takes one away."""
    made = Node(tmp_path_factory.mktemp("history"))
    fill(made, range(IMAGES))
    fill(made, range(0, IMAGES, 2), "labeled")
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Node]:
    """A node that is not started yet, for a test that changes what it has."""
    made = Node(tmp_path)
    yield made
    made.stop()


def count(page: Page) -> Any:
    return page.get_by_test_id("count")


def coil(page: Page) -> Any:
    return page.get_by_test_id("coil")


def strip(page: Page) -> Any:
    return page.get_by_role("listbox", name="이미지 목록")


def selected(page: Page) -> Any:
    return page.get_by_role("option", selected=True)


def file_in(address: str) -> str:
    return parse_qs(urlsplit(address).query).get("file", [""])[0]


def at(line: Node, number: int) -> str:
    """The permanent link of an image."""
    return f"{line.url}/?view=history&camera=main&type=original&file={name(number)}"


def is_painted(page: Page, number: int) -> bool:
    """The large picture is that of image `number`, by its shade."""
    shade = (
        page.get_by_role("region", name="선택한 이미지")
        .get_by_role("img")
        .evaluate(
            """async picture => {
             await picture.decode();
             const c = document.createElement('canvas'); c.width = c.height = 1;
             const g = c.getContext('2d'); g.drawImage(picture, 0, 0, 10, 10, 0, 0, 1, 1);
             return g.getImageData(0, 0, 1, 1).data[0]
           }"""
        )
    )
    return abs(int(shade) - 60 - number % SHADES * 20) < 8


def shown_previews(page: Page) -> int:
    """How many cells that can be seen have their preview."""
    return int(
        strip(page).evaluate(
            """list => {
                 const box = list.getBoundingClientRect();
                 return [...list.querySelectorAll('img[data-shown]')].filter(picture => {
                   const { left, right } = picture.getBoundingClientRect();
                   return right > box.left && left < box.right && picture.naturalWidth > 0;
                 }).length
               }"""
        )
    )


def test_the_strip_is_scrolled_and_an_image_chosen(line: Node, open_page: OpenPage) -> None:
    """It opens at the newest; amid the strip each cell has its time and its preview, and a click shows it."""
    page = open_page(f"{line.url}/?view=history")
    expect(count(page)).to_have_text(f"{IMAGES:,} / {IMAGES:,}")
    expect(coil(page)).to_have_text(coil_of(IMAGES - 1))
    expect(selected(page)).to_have_attribute("aria-posinset", str(IMAGES))

    strip(page).evaluate("list => { list.scrollLeft = list.scrollWidth / 2 }")
    wanted = page.get_by_role("option", name=f"{coil_of(1504)} {clock(1504)}")
    expect(wanted).to_be_visible()
    until(lambda: shown_previews(page) >= 11, what="previews of all cells that are seen")
    wanted.click()
    expect(count(page)).to_have_text(f"1,505 / {IMAGES:,}")
    expect(page.get_by_test_id("captured")).to_have_text(clock(1504))
    until(lambda: is_painted(page, 1504), what="the picture of the cell")
    assert file_in(page.url) == name(1504)

    page.mouse.move(600, strip(page).bounding_box()["y"] + 40)
    before = strip(page).evaluate("list => list.scrollLeft")
    page.mouse.wheel(0, 700)
    until(lambda: strip(page).evaluate("list => list.scrollLeft") >= before + 600, what="a strip moved by the wheel")
    expect(count(page)).to_have_text(f"1,505 / {IMAGES:,}")


def test_a_link_shows_its_image_wherever_it_is_opened(line: Node, open_page: OpenPage) -> None:
    """Picture, place, provenance and download; copied, it is the same link."""
    page = open_page(f"{line.url}/?view=history")
    expect(count(page)).to_have_text(f"{IMAGES:,} / {IMAGES:,}")
    page.keyboard.press("Home")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_test_id("captured")).to_have_text(clock(9))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.keyboard.press("c")
    expect(page.get_by_text("링크를 복사했습니다")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == at(line, 9)

    other = open_page(link)
    expect(count(other)).to_have_text(f"10 / {IMAGES:,}")
    expect(selected(other)).to_have_attribute("aria-posinset", "10")
    until(lambda: is_painted(other, 9), what="the picture of the link")
    steps = other.get_by_role("complementary", name="이미지 정보").get_by_role("listitem")
    expect(steps).to_have_count(5)
    expect(steps.nth(0)).to_contain_text(f"{clock(9)}.000")
    expect(steps.nth(3)).to_contain_text("서비스 시작 전부터 있던 파일")
    with other.expect_download() as got:
        other.keyboard.press("d")
    assert got.value.suggested_filename == name(9)
    assert Path(got.value.path()).read_bytes() == (line.base / "original" / name(9)).read_bytes()


def test_a_link_outlives_the_catalog(own: Node, open_page: OpenPage) -> None:
    """The numbers of a catalog made anew are others; the link is not."""
    fill(own, range(40))
    own.start()
    page = open_page(at(own, 7))
    expect(count(page)).to_have_text("8 / 40")
    page.goto("about:blank")
    own.stop()
    shutil.rmtree(own.state)
    (own.base / "original" / name(0)).unlink()
    own.start()
    page.goto(at(own, 7))
    expect(count(page)).to_have_text("7 / 39")
    until(lambda: is_painted(page, 7), what="the picture of the link")


def test_the_scrubber_goes_to_a_time(line: Node, open_page: OpenPage) -> None:
    """A click and a drag show what was captured there; a click into a pause shows what came after it."""
    page = open_page(at(line, 0))
    expect(count(page)).to_have_text(f"1 / {IMAGES:,}")
    scrubber: Any = page.get_by_role("slider", name="시각 이동")
    box = scrubber.bounding_box()
    whole = (captured(IMAGES - 1) - FIRST).total_seconds()

    def x(number: int) -> float:
        return float(box["x"] + (captured(number) - FIRST).total_seconds() / whole * box["width"])

    y = box["y"] + box["height"] / 2
    page.mouse.click(x(1250), y)
    expect(coil(page)).to_have_text(coil_of(1250))
    expect(count(page)).to_have_text(re.compile(r"^1,2[345]\d / "))

    page.mouse.click((x(1499) + x(1500)) / 2, y)
    expect(count(page)).to_have_text(f"1,501 / {IMAGES:,}")
    expect(coil(page)).to_have_text(coil_of(1500))

    page.mouse.move(x(1750), y)
    page.mouse.down()
    page.mouse.move(x(2250), y, steps=8)
    page.mouse.up()
    expect(coil(page)).to_have_text(coil_of(2250))
    expect(count(page)).to_have_text(re.compile(r"^2,2[345]\d / "))
    expect(scrubber).to_have_attribute("aria-valuenow", re.compile(r"22[345]\d"))

    scrubber.press("PageDown")
    expect(count(page)).not_to_have_text(re.compile(r"^2,2[345]\d / "))


def test_from_coil_to_coil(line: Node, open_page: OpenPage) -> None:
    """By key and by button, along all images and within one coil's; at either end it says so."""
    page = open_page(at(line, 1600))
    expect(coil(page)).to_have_text("2894")
    page.keyboard.press("]")
    expect(count(page)).to_have_text(f"2,001 / {IMAGES:,}")
    expect(coil(page)).to_have_text("2895")
    page.get_by_role("button", name="이전 코일").click()
    expect(count(page)).to_have_text(f"1,501 / {IMAGES:,}")
    expect(coil(page)).to_have_text("2894")

    page.get_by_role("combobox", name="코일 번호").fill("2896")
    page.keyboard.press("Enter")
    expect(count(page)).to_have_text(re.compile(" / 500$"))
    expect(coil(page)).to_have_text("2896")
    page.get_by_role("button", name="다음 코일").click()
    expect(page.get_by_text("마지막 코일입니다")).to_be_visible()
    page.get_by_role("button", name="이전 코일").click()
    expect(coil(page)).to_have_text("2895")
    expect(count(page)).to_have_text("1 / 500")
    assert parse_qs(urlsplit(page.url).query)["coil"] == ["2895"]


def test_kind_and_time_choose_what_matches(line: Node, open_page: OpenPage) -> None:
    """Another kind shows the same frame; a time range leaves out the rest; what matches nothing can be taken back."""
    page = open_page(at(line, 600))
    expect(count(page)).to_have_text(f"601 / {IMAGES:,}")
    page.get_by_text("결함 표시").click()
    expect(count(page)).to_have_text("301 / 1,500")
    assert file_in(page.url) == name(600, "labeled")
    page.get_by_text("원본", exact=True).click()
    expect(count(page)).to_have_text(f"601 / {IMAGES:,}")

    page.get_by_label("시작").fill("2025-11-24T12:20")
    page.keyboard.press("Enter")
    begun = next(number for number in range(IMAGES) if captured(number) >= FIRST + timedelta(minutes=80))
    expect(page.get_by_text("이 이미지는 조회 조건 밖에 있습니다")).to_be_visible()
    page.keyboard.press("Home")
    expect(count(page)).to_have_text(re.compile(f"1 / {IMAGES - begun:,}$"))
    page.get_by_role("button", name="1시간").click()
    expect(page.get_by_text("조건에 맞는 이미지가 없습니다")).to_be_visible()
    page.get_by_role("button", name="조건 지우기").click()
    expect(count(page)).to_have_text(re.compile(f" / {IMAGES:,}$"))


def test_what_comes_meanwhile_moves_nothing(own: Node, open_page: OpenPage) -> None:
    """The strip stays where it is until the new images are taken in; they know when they were pushed."""
    fill(own, range(300))
    own.start()
    page = open_page(at(own, 150))
    expect(count(page)).to_have_text("151 / 300")
    before = strip(page).evaluate("list => list.scrollLeft")
    own.write(name(300))
    own.write(name(301))
    arrived = page.get_by_role("button", name="새 이미지 2장")
    expect(arrived).to_be_visible()
    expect(count(page)).to_have_text("151 / 300")
    assert strip(page).evaluate("list => list.scrollLeft") == before
    arrived.click()
    expect(count(page)).to_have_text("302 / 302")
    expect(selected(page)).to_have_attribute("aria-posinset", "302")
    expect(arrived).to_have_count(0)
    pushed = page.get_by_role("complementary", name="이미지 정보").get_by_role("listitem").nth(3)
    expect(pushed).to_contain_text("ms")
    page.keyboard.press("g")
    expect(page).to_have_url(re.compile(r"^[^?]*\?camera=main&type=original$"))


def test_an_image_that_is_gone_is_called_so(line: Node, open_page: OpenPage, complaints: list[str]) -> None:
    """Not a blank page: its name, and a way on."""
    complaints.append("404")
    page = open_page(f"{line.url}/?view=history&camera=main&type=original&file=%3Cb%3Egone.jpg")
    expect(page.get_by_text("이 이미지는 없습니다")).to_be_visible()
    expect(page.get_by_text("<b>gone.jpg")).to_be_visible()
    page.get_by_role("button", name="다른 이미지 보기").click()
    expect(count(page)).to_have_text(f"{IMAGES:,} / {IMAGES:,}")


@pytest.mark.parametrize(
    ("width", "height", "theme"),
    [(390, 844, "dark"), (768, 1024, "day"), (1024, 768, "dark"), (1280, 720, "day"), (3840, 2160, "dark")],
)
def test_everything_fits_and_can_be_used_by_all(
    line: Node, open_page: OpenPage, width: int, height: int, theme: str
) -> None:
    """From a telephone to a wall screen nothing is cut off, and axe finds nothing to complain of."""
    page = open_page(f"{at(line, 1600)}&theme={theme}", width, height)
    expect(count(page)).to_have_text(f"1,601 / {IMAGES:,}")
    expect(coil(page)).to_have_text("2894")
    until(lambda: is_painted(page, 1600), what="the picture")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    stage: Any = page.get_by_role("region", name="선택한 이미지")
    assert stage.bounding_box()["height"] >= 240
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    assert [(each["id"], [node["html"][:120] for node in each["nodes"]]) for each in found["violations"]] == []
