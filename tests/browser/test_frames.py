"""What an operator's eyes get: no blank frame, nothing older after what is newer, and nothing kept of what is gone."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from functools import partial

from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.detector import CODES, Detector, number_of, shade_of
from tests.browser.node import Node
from tests.support.wait import until

StartNode = Callable[..., Node]
OpenPage = Callable[..., Page]

STAGE = "이미지"
FIRST_COIL = 2000
UPDATES = 500
EVERY_S = 0.05
BURST = 25
BEHIND = 4
"""A machine that is busy with other things shows fewer a second; they are not to be skipped for that."""


def write(line: Node, number: int, size: tuple[int, int] = (800, 670)) -> None:
    """Image `number`, in its colour and of a coil of its own."""
    target = line.base / "original" / f"20251124{number // 3600 + 11:02}{number // 60 % 60:02}{number % 60:02}"
    target = target.with_name(f"{target.name}_{FIRST_COIL + number}_original.jpg")
    hidden = target.with_name(".being-written")
    Image.new("RGB", size, shade_of(number)).save(hidden, "JPEG", quality=90, subsampling=0)
    hidden.rename(target)


def show(page: Page, line: Node, numbers: Iterator[int], detector: Detector, updates: int) -> int:
    """Writes images, as many a second as can be shown, until so many were; returns the last one's number."""
    shown = 0
    while shown < updates:
        number = next(numbers)
        write(line, number)
        page.wait_for_timeout(EVERY_S * 1000)
        is_near = partial(detector.count_from, FIRST_COIL + number - BEHIND)
        shown = until(is_near, what="a picture that is not old")
    expect(page.get_by_test_id("coil")).to_have_text(str(FIRST_COIL + number))
    page.wait_for_timeout(300)
    return number


def expect_whole(detector: Detector, last: int) -> None:
    """No frame without a picture, none with another one's, and never back."""
    assert detector.blanks == []
    shown = detector.shown
    assert shown == sorted(shown)
    assert shown[-1] == FIRST_COIL + last

    middles = list(detector.middles())
    numbers = [number_of(middle) for middle in middles]
    assert [middle for middle, number in zip(middles, numbers, strict=True) if number is None] == []
    # The codes begin anew after the last one: forward is anything up to half of all.
    steps = [(after - before) % CODES for before, after in itertools.pairwise(filter(None, numbers))]
    assert max(steps) < CODES // 2
    assert numbers[-1] == last % CODES
    assert len(set(numbers)) > len(shown) / 4, "the compositor gave out too few frames to say anything"


def test_no_frame_is_blank_and_none_goes_back_over_500_updates(node: StartNode, open_page: OpenPage) -> None:
    """Twenty images a second, each a colour: every animation frame and every frame given out shows one, ever newer."""
    line = node()
    write(line, 1)
    page = open_page(line.url, 1280, 720)
    expect(page.get_by_test_id("coil")).to_have_text(str(FIRST_COIL + 1))
    detector = Detector(page, STAGE)
    last = show(page, line, itertools.count(2), detector, UPDATES)
    detector.stop()
    assert detector.frames >= UPDATES
    expect_whole(detector, last)


def test_no_frame_is_blank_where_pictures_are_loaded_by_their_address(node: StartNode, open_page: OpenPage) -> None:
    """Without a socket previews are not pushed: what is loaded is decoded before it is shown, too."""
    line = node(MAX_RECONNECT_ATTEMPTS="1")
    write(line, 1)
    page = open_page(
        line.url, 1280, 720, before=lambda opened: opened.route_web_socket("**/ws", lambda socket: socket.close())
    )
    expect(page.get_by_role("status")).to_have_text("HTTP 모드", timeout=15_000)
    expect(page.get_by_test_id("coil")).to_have_text(str(FIRST_COIL + 1))
    detector = Detector(page, STAGE)
    last = show(page, line, itertools.count(2), detector, 60)
    detector.stop()
    expect_whole(detector, last)


def test_what_was_shown_is_let_go_of(node: StartNode, open_page: OpenPage) -> None:
    """After thousands of images heap and page are as after hundreds; ops/bench/endurance.py looks at a whole shift."""
    line = node()
    page = open_page(line.url, 1280, 720)
    devtools = page.context.new_cdp_session(page)
    numbers = itertools.count(1)

    def watch(images: int) -> tuple[int, int]:
        """Bytes in the heap and DOM nodes after so many more images."""
        for _ in range(images // BURST):
            for number in itertools.islice(numbers, BURST):
                write(line, number, (64, 54))
            expect(page.get_by_test_id("coil")).to_have_text(str(FIRST_COIL + number))
        page.wait_for_timeout(500)
        for _ in range(2):
            devtools.send("HeapProfiler.collectGarbage")
        return (
            int(devtools.send("Runtime.getHeapUsage")["usedSize"]),
            int(devtools.send("Memory.getDOMCounters")["nodes"]),
        )

    heap_bytes, nodes = watch(750)
    later_heap_bytes, later_nodes = watch(2250)
    assert later_heap_bytes < heap_bytes * 1.1
    assert later_nodes < nodes * 1.1
    assert page.evaluate("window.addresses.size") == 0
