"""One coil as one strip in a real browser: frames painted with known shades, and what the canvas then has."""

from __future__ import annotations

import base64
import io
import itertools
import random
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

from PIL import Image
from playwright.sync_api import Page, expect

from services.simulator.plan import Plan
from services.simulator.render.painter import Painter, jpeg
from tests.browser.axe import violations
from tests.browser.node import Node
from tests.support.simulating import line as simulated
from tests.support.wait import until

StartNode = Callable[..., Node]
OpenPage = Callable[..., Page]

BEGIN_MS = 1763949600000
SIZE = (400, 300)
"""Across the strip, along it."""


def name(number: int, coil: str = "2891", kind: str = "original", ending: str = "jpg") -> str:
    """Of frame `number` of a coil, from 0 on: one a second."""
    at_ms = BEGIN_MS + number * 1000 + 120
    return f"20251124{110000 + number // 60 * 100 + number % 60}_{coil}_{at_ms}_{kind}.{ending}"


def shade(number: int) -> int:
    """Neighbours differ by much more than a JPEG changes."""
    return 40 + number * 37 % 200


def wind(line: Node, numbers: list[int], coil: str = "2891") -> None:
    """Writes these frames of a coil, each in its shade."""
    for number in numbers:
        line.write(name(number, coil), shade=shade(number), size=SIZE)


def put(line: Node, picture: Image.Image, filename: str) -> None:
    """Writes a picture as it is, as a camera does."""
    target = line.base / "original" / filename
    hidden = target.with_name(".being-written")
    picture.save(hidden, "PNG")
    hidden.rename(target)


def surface(page: Page) -> Any:
    return page.get_by_role("application", name=re.compile("^코일 .* 표면$"))


def wait_complete(page: Page, frames: int) -> None:
    """All frames are known, and what is in sight is as sharp as it gets."""
    expect(page.get_by_test_id("count")).to_have_text(f"{frames}장", timeout=15_000)
    expect(surface(page)).to_have_attribute("data-drawn", "complete", timeout=15_000)
    page.evaluate(
        "new Promise(done => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(done)), 400))"
    )


def canvas_size(page: Page) -> tuple[int, int]:
    width, height = page.get_by_test_id("strip").evaluate("c => [c.width, c.height]")
    return int(width), int(height)


def pixels(page: Page, left: int, top: int, width: int, height: int) -> Image.Image:
    """What the canvas has there."""
    address = page.get_by_test_id("strip").evaluate(
        """(c, [x, y, w, h]) => {
             const copy = document.createElement('canvas'); copy.width = w; copy.height = h;
             copy.getContext('2d').drawImage(c, -x, -y);
             return copy.toDataURL('image/png')
           }""",
        [left, top, width, height],
    )
    data = base64.b64decode(str(address).partition(",")[2])
    return Image.open(io.BytesIO(data), formats=("PNG",)).convert("RGB")


def shades(picture: Image.Image) -> bytes:
    """The red of every pixel, row by row."""
    return picture.getchannel("R").tobytes()


def reds(page: Page, shares: list[float], cross: float = 0.75) -> list[int]:
    """The red at these shares of the canvas's width, at one height."""
    width, height = canvas_size(page)
    row = shades(pixels(page, 0, round(cross * height), width, 1))
    return [row[min(width - 1, round(share * width))] for share in shares]


def at(page: Page) -> dict[str, list[str]]:
    """The parameters of the address."""
    return parse_qs(str(page.evaluate("location.search.slice(1)")))


def settled(page: Page, *names: str) -> dict[str, list[str]]:
    """The address, once it has these parameters."""
    return until(lambda: found if set(names) <= set(found := at(page)) else None, what=f"{names} in the address")


def test_frames_lie_in_the_order_of_their_capture_whatever_order_they_came_in(
    node: StartNode, open_page: OpenPage
) -> None:
    """The head is at the left; each frame has its shade in its place; the other coil's frames are not among them."""
    line = node()
    numbers = list(range(20))
    random.Random(1).shuffle(numbers)
    wind(line, numbers)
    wind(line, [30, 31], "2892")
    page = open_page(f"{line.url}/?view=coil&coil=2891")
    wait_complete(page, 20)
    assert page.get_by_test_id("position").text_content() == "프레임 1–20 / 20"
    seen = reds(page, [(number + 0.5) / 20 for number in range(20)])
    assert [abs(red - shade(number)) < 8 for number, red in enumerate(seen)] == [True] * 20
    expect(page).to_have_title("코일 2891 · coilcast")


def test_missing_time_is_drawn_as_a_gap_and_told(node: StartNode, open_page: OpenPage) -> None:
    """Six seconds without a frame are as wide as the frames that are missing, and are no steel."""
    line = node()
    wind(line, [*range(10), *range(16, 20)])
    page = open_page(f"{line.url}/?view=coil&coil=2891")
    wait_complete(page, 14)
    expect(page.get_by_text("빈 구간 1곳")).to_be_visible()
    seen = reds(page, [9.5 / 20, 16.5 / 20])
    assert abs(seen[0] - shade(9)) < 8
    assert abs(seen[1] - shade(16)) < 8
    width, height = canvas_size(page)
    gap = pixels(page, round(width * 10.3 / 20), round(height * 0.7), round(width * 5.4 / 20), 40)
    assert max(shades(gap)) < 80
    assert len(set(shades(gap))) > 2, "the gap is hatched"


def test_a_frame_is_turned_and_not_mirrored(node: StartNode, open_page: OpenPage) -> None:
    """Its first row is at the left, where the head is, and its right side is up; upright it is as the camera has it."""
    line = node()
    picture = Image.new("RGB", SIZE, (200, 200, 200))
    picture.paste((30, 30, 30), (0, 0, SIZE[0], SIZE[1] // 2))
    picture.paste((120, 120, 120), (SIZE[0] // 2, 0, SIZE[0], SIZE[1] // 2))
    for number in range(3):
        put(line, picture, name(number, ending="png"))
    page = open_page(f"{line.url}/?view=coil&coil=2891")
    wait_complete(page, 3)

    def corners() -> list[int]:
        width, height = canvas_size(page)
        if width > height:
            spots = [(width * 0.4, height * 0.4), (width * 0.4, height * 0.75), (width * 0.6, height * 0.4)]
        else:
            spots = [(width * 0.8, height * 0.4), (width * 0.3, height * 0.4), (width * 0.8, height * 0.6)]
        return [shades(pixels(page, round(x), round(y), 1, 1))[0] for x, y in spots]

    assert [round(red, -1) for red in corners()] == [120, 30, 200]
    page.set_viewport_size({"width": 768, "height": 1024})
    wait_complete(page, 3)
    assert [round(red, -1) for red in corners()] == [120, 30, 200]


def test_at_pixel_zoom_the_files_own_pixels_are_on_the_screen(node: StartNode, open_page: OpenPage) -> None:
    """One for one, turned and otherwise untouched."""
    line = node()
    chance = random.Random(7)
    picture = Image.frombytes("RGB", SIZE, chance.randbytes(3 * SIZE[0] * SIZE[1]))
    wind(line, list(range(5)))
    put(line, picture, name(5, ending="png"))
    wind(line, list(range(6, 12)))
    page = open_page(f"{line.url}/?view=coil&coil=2891&zoom=1&at={BEGIN_MS + 5120}_0.5")
    wait_complete(page, 12)
    expect(page.get_by_text("원본 100%")).to_be_visible()
    width, height = canvas_size(page)
    turned = picture.transpose(Image.Transpose.ROTATE_90)
    drawn = pixels(page, 0, 0, width, height)
    left = width // 2 - SIZE[1] // 2
    places = [top for top in range(height - SIZE[0] + 1) if drawn.getpixel((left, top)) == turned.getpixel((0, 0))]
    assert any(
        drawn.crop((left, top, left + SIZE[1], top + SIZE[0])).tobytes() == turned.tobytes() for top in places
    ), "the file's pixels are nowhere"


def test_a_coil_that_runs_grows_at_its_end(node: StartNode, open_page: OpenPage) -> None:
    """The new frame is there without a reload, of the whole coil and for whoever follows the end; the next coil too."""
    line = node()
    wind(line, list(range(10)))
    page = open_page(f"{line.url}/?view=coil")
    wait_complete(page, 10)
    expect(page.get_by_text("진행 중", exact=True)).to_be_visible()
    wind(line, [10])
    wait_complete(page, 11)
    assert abs(reds(page, [10.5 / 11])[0] - shade(10)) < 8

    page.keyboard.press("z")
    assert settled(page, "zoom")["zoom"] == ["1"]
    page.keyboard.press("End")
    until(lambda: "at" not in at(page), what="an address that follows the end")
    wind(line, [11])
    wait_complete(page, 12)
    expect(page.get_by_test_id("position")).to_have_text(re.compile("–12 / 12$"))
    assert abs(reds(page, [0.99])[0] - shade(11)) < 8

    wind(line, [12, 13], "2892")
    expect(page.get_by_test_id("coil")).to_have_text("2892")
    wait_complete(page, 2)


def test_whoever_looks_at_a_place_stays_there_when_the_next_coil_begins(node: StartNode, open_page: OpenPage) -> None:
    """The newest coil is followed until somebody looks closely."""
    line = node()
    wind(line, list(range(10)))
    page = open_page(f"{line.url}/?view=coil")
    wait_complete(page, 10)
    page.keyboard.press("z")
    settled(page, "zoom", "at", "coil")
    wind(line, [12, 13], "2892")
    expect(page.get_by_role("combobox", name="코일 선택")).to_contain_text("2892")
    expect(page.get_by_test_id("coil")).to_have_text("2891")


def test_a_place_is_the_same_place_after_a_reload(node: StartNode, open_page: OpenPage) -> None:
    """Zoomed by the wheel and drawn aside by hand, the address brings back the same pixels."""
    line = node()
    wind(line, list(range(20)))
    page = open_page(f"{line.url}/?view=coil&coil=2891")
    wait_complete(page, 20)
    page.mouse.move(600, 400)
    for _ in range(4):
        page.mouse.wheel(0, -250)
    page.mouse.down()
    page.mouse.move(500, 380, steps=4)
    page.mouse.up()
    settled(page, "zoom", "at")
    page.mouse.move(5, 5)
    wait_complete(page, 20)
    page.wait_for_timeout(400)
    position = page.get_by_test_id("position").text_content()
    assert position != "프레임 1–20 / 20"
    address = page.url
    page.reload()
    wait_complete(page, 20)
    assert page.url == address
    expect(page.get_by_test_id("position")).to_have_text(position or "")


def test_what_was_moved_and_stretched_ends_up_as_if_drawn_anew(node: StartNode, open_page: OpenPage) -> None:
    """After pans and zooms over many frames the canvas has, to a hair, what a fresh page has."""
    line = node()
    wind(line, list(range(60)))
    page = open_page(f"{line.url}/?view=coil&coil=2891&zoom=0.2&at={BEGIN_MS + 30120}_0.3")
    wait_complete(page, 60)
    width, height = canvas_size(page)
    for x, y in [(-300, 0), (170, 0), (0, -240), (-90, 0), (0, 300), (410, 0), (-33, 0)]:
        surface(page).evaluate(
            """(e, [x, y]) => e.dispatchEvent(new WheelEvent('wheel', {deltaX: x, deltaY: y, clientX: 700,
                clientY: 400, bubbles: true, cancelable: true}))""",
            [x, y],
        )
        page.wait_for_timeout(60)
    page.wait_for_timeout(500)
    wait_complete(page, 60)
    moved = pixels(page, 0, 60, width, height - 60)
    page.reload()
    wait_complete(page, 60)
    fresh = pixels(page, 0, 60, width, height - 60)
    # The address has four digits: an edge may lie a pixel beside.
    different = sum(abs(one - other) > 6 for one, other in zip(shades(moved), shades(fresh), strict=True))
    assert different < 0.01 * width * (height - 60)


def test_keys_do_it_all(node: StartNode, open_page: OpenPage) -> None:
    """Zoom, ends, frames, coils, and from a frame into its history."""
    line = node()
    wind(line, list(range(20)))
    wind(line, list(range(30, 36)), "2892")
    page = open_page(f"{line.url}/?view=coil&coil=2891")
    wait_complete(page, 20)
    position = page.get_by_test_id("position")
    page.keyboard.press("z")
    settled(page, "zoom", "at")
    page.keyboard.press("Home")
    expect(position).to_have_text(re.compile("^프레임 1–"))
    page.keyboard.press("End")
    expect(position).to_have_text(re.compile("–20 / 20$"))
    page.keyboard.press("0")
    expect(position).to_have_text("프레임 1–20 / 20")
    until(lambda: "zoom" not in at(page), what="an address without a zoom")
    page.keyboard.press("+")
    expect(position).not_to_have_text("프레임 1–20 / 20")
    page.keyboard.press("-")
    expect(position).to_have_text("프레임 1–20 / 20")
    page.keyboard.press(".")
    first = page.get_by_test_id("pointed").text_content() or ""
    page.keyboard.press(".")
    number = int(re.sub(r"\D", "", first)) + 1
    expect(page.get_by_test_id("pointed")).to_have_text(f"프레임 {number}")

    page.keyboard.press("Shift+ArrowRight")
    expect(page.get_by_test_id("coil")).to_have_text("2892")
    wait_complete(page, 6)
    page.keyboard.press("Shift+ArrowLeft")
    wait_complete(page, 20)
    page.keyboard.press(".")
    page.keyboard.press("Enter")
    shown = settled(page, "file")
    assert (shown["view"], shown["coil"]) == (["history"], ["2891"])
    assert re.fullmatch(r"\d{14}_2891_\d{13}_original\.jpg", shown["file"][0])


def test_a_click_opens_the_frame_under_it_and_a_drag_does_not(node: StartNode, open_page: OpenPage) -> None:
    """The frame that the pointer is on is named, and opens in the history."""
    line = node()
    wind(line, list(range(20)))
    page = open_page(f"{line.url}/?view=coil&coil=2891")
    wait_complete(page, 20)
    box = surface(page).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] * 4.5 / 20, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    expect(page.get_by_test_id("pointed")).to_have_text("프레임 5")
    page.mouse.down()
    page.mouse.move(x + 60, y, steps=3)
    page.mouse.up()
    assert at(page)["view"] == ["coil"]
    page.mouse.click(x, y)
    assert settled(page, "file")["file"] == [name(4)]


def test_without_frames_it_says_what_to_do(node: StartNode, open_page: OpenPage) -> None:
    """No coil at all, and a coil that has none of this kind, are told apart."""
    line = node()
    page = open_page(f"{line.url}/?view=coil")
    expect(page.get_by_text("아직 코일이 없습니다")).to_be_visible()
    wind(line, [0, 1])
    wait_complete(page, 2)
    page.get_by_text("결함 표시", exact=True).click()
    expect(page.get_by_text("이 코일의 결함 표시 이미지가 없습니다")).to_be_visible()


def test_it_fits_every_screen_and_can_be_used_by_everybody(node: StartNode, open_page: OpenPage) -> None:
    """Nothing is cut off from a telephone to a large screen, and axe finds nothing serious in either theme."""
    line = node()
    wind(line, [*range(8), *range(12, 16)])
    page = open_page(f"{line.url}/?view=coil&coil=2891&theme=day")
    wait_complete(page, 12)
    page.keyboard.press(".")
    for width, height in ((1280, 720), (3840, 2160), (1024, 768), (768, 1024), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        wait_complete(page, 12)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert min(canvas_size(page)) > 200
    assert violations(page) == []
    page.keyboard.press("t")
    assert violations(page) == []


def paint_coil(line: Node, frames: int) -> None:
    """A coil as the simulator paints it."""
    settings = simulated(width=612, height=512, coil_s=float(frames), rate_per_s=1.0)
    plan, painter = Plan(settings), Painter((settings.width, settings.height))
    for number in range(frames):
        frame = plan.frame(number)
        picture = painter.paint(frame)
        target = line.base / "original" / name(number)
        hidden = target.with_name(".being-written")
        hidden.write_bytes(jpeg(picture))
        hidden.rename(target)


def test_a_simulated_coil_is_one_surface(node: StartNode, open_page: OpenPage) -> None:
    """From one frame to the next the steel goes on: no column of the strip stands out where two frames meet."""
    line = node()
    paint_coil(line, 12)
    page = open_page(f"{line.url}/?view=coil&coil=2891&zoom=1&at={BEGIN_MS + 6120}_0.0")
    wait_complete(page, 12)
    width, height = canvas_size(page)
    band = pixels(page, width // 2 - 40, height // 2, 80, 120)
    columns = [shades(band.crop((x, 0, x + 1, 120))) for x in range(80)]
    steps = [sum(abs(a - b) for a, b in zip(*pair, strict=True)) / 120 for pair in itertools.pairwise(columns)]
    assert steps[39] < 2 * sorted(steps)[len(steps) // 2]
