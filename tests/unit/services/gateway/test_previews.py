"""Previews: files that somebody else makes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from services.gateway import previews as previews_module
from services.gateway.previews import NoPreview, PreviewLate, Previews
from services.shared.messages import PreviewSize
from services.shared.previews import poison_path, preview_path
from tests.support.pictures import real
from tests.support.serving import eventually, frames_in, image


class Thumbnailer:
    """The other end: makes what it is told to, when the test says so."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.wanted: list[int] = []
        self.previews = Previews(folder, self.wanted.append)

    def make(self, seq: int, size: PreviewSize, data: bytes = b"preview") -> None:
        path = preview_path(self.folder, seq, size)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def poison(self, seq: int) -> None:
        path = poison_path(self.folder, seq)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def run(folder: Path, act: Callable[[Thumbnailer], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(act(Thumbnailer(folder)))


def test_one_that_is_there_is_read(tmp_path: Path) -> None:
    """Nobody is asked to make it."""

    async def act(other: Thumbnailer) -> None:
        other.make(1, "strip", b"strip")
        other.make(1, "screen", b"screen")
        assert await other.previews.get(1, "strip") == b"strip"
        assert await other.previews.get(1, "screen") == b"screen"
        assert other.wanted == []

    run(tmp_path, act)


@pytest.mark.parametrize("hint", [True, False])
def test_who_asks_for_one_that_is_not_there_waits_until_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hint: bool
) -> None:
    """Told by a hint at once; without any hint it is found all the same."""
    if hint:
        monkeypatch.setattr(previews_module, "LOOK_EVERY_S", 30)

    async def act(other: Thumbnailer) -> None:
        asked = [asyncio.ensure_future(other.previews.get(1, "screen")) for _ in range(5)]
        await eventually(lambda: other.wanted == [1] * 5)
        other.make(1, "screen")
        if hint:
            other.previews.ready(1)
        assert await asyncio.wait_for(asyncio.gather(*asked), 5) == [b"preview"] * 5
        if not hint:
            await eventually(lambda: not other.previews._waiting)
        assert not other.previews._waiting

    run(tmp_path, act)


def test_a_hint_for_the_other_size_wakes_and_the_wait_goes_on(tmp_path: Path) -> None:
    """Hints are of an image, and may come when the file is not there yet."""

    async def act(other: Thumbnailer) -> None:
        asked = asyncio.ensure_future(other.previews.get(1, "screen"))
        await eventually(lambda: other.wanted)
        other.previews.ready(1)
        other.previews.ready(2)
        await asyncio.sleep(0.01)
        assert not asked.done()
        other.make(1, "screen")
        other.previews.ready(1)
        assert await asked == b"preview"
        assert other.wanted == [1], "the thumbnailers are not asked with every hint"

    run(tmp_path, act)


def test_the_thumbnailers_are_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The question may have been lost."""
    monkeypatch.setattr(previews_module, "ASK_AGAIN_S", 0.05)
    monkeypatch.setattr(previews_module, "LOOK_EVERY_S", 0.01)

    async def act(other: Thumbnailer) -> None:
        asked = asyncio.ensure_future(other.previews.get(1, "screen"))
        await eventually(lambda: len(other.wanted) >= 3)
        other.make(1, "screen")
        await asked

    run(tmp_path, act)


def test_an_image_that_cannot_be_decoded_has_none(tmp_path: Path) -> None:
    """Known before, or found out while somebody waits."""

    async def act(other: Thumbnailer) -> None:
        other.poison(1)
        with pytest.raises(NoPreview):
            await other.previews.get(1, "screen")
        assert other.wanted == []
        asked = asyncio.ensure_future(other.previews.get(2, "screen"))
        await eventually(lambda: other.wanted)
        other.poison(2)
        with pytest.raises(NoPreview):
            await asked
        other.make(1, "screen")
        assert await other.previews.get(1, "screen") == b"preview"

    run(tmp_path, act)


def test_nobody_waits_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And nothing stays behind."""
    monkeypatch.setattr(previews_module, "PATIENCE_S", 0.1)
    monkeypatch.setattr(previews_module, "LOOK_EVERY_S", 0.02)

    async def act(other: Thumbnailer) -> None:
        with pytest.raises(PreviewLate):
            await asyncio.wait_for(other.previews.get(1, "screen"), 5)
        assert not other.previews._waiting

    run(tmp_path, act)


def test_so_many_images_may_be_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One more is late at once; what is there is read all the same."""
    monkeypatch.setattr(previews_module, "MAX_WAITING", 2)

    async def act(other: Thumbnailer) -> None:
        asked = [asyncio.ensure_future(other.previews.get(seq, "screen")) for seq in (1, 2)]
        await eventually(lambda: other.wanted == [1, 2])
        with pytest.raises(PreviewLate):
            await other.previews.get(3, "screen")
        other.make(4, "screen")
        assert await other.previews.get(4, "screen") == b"preview"
        for seq in (1, 2):
            other.make(seq, "screen")
        assert await asyncio.gather(*asked) == [b"preview"] * 2

    run(tmp_path, act)


def test_who_gives_up_leaves_the_others_waiting(tmp_path: Path) -> None:
    """They are served."""

    async def act(other: Thumbnailer) -> None:
        gone, stays = (asyncio.ensure_future(other.previews.get(1, "screen")) for _ in range(2))
        await eventually(lambda: len(other.wanted) == 2)
        gone.cancel()
        await asyncio.wait((gone,))
        other.make(1, "screen")
        other.previews.ready(1)
        assert await asyncio.wait_for(stays, 5) == b"preview"

    run(tmp_path, act)


@pytest.mark.parametrize(
    ("width", "height", "options"),
    [(96, 80, {}), (1024, 857, {"progressive": True}), (33, 1, {"quality": 1}), (1, 1, {"exif": bytes(5000)})],
)
def test_a_frame_says_whose_preview_it_is_and_how_large(
    tmp_path: Path, width: int, height: int, options: dict[str, Any]
) -> None:
    """Whatever the JPEG is like."""
    other = Thumbnailer(tmp_path)
    data = real("JPEG", width, height, **options)
    other.make(7, "screen", data)
    sent = other.previews.frame(image(7), "e")
    assert sent is not None
    (frame,) = frames_in(sent)
    length = int.from_bytes(frame.data[:4])
    header = json.loads(bytes(frame.data[4 : 4 + length]))
    assert (header["epoch"], header["seq"], header["width"], header["height"]) == ("e", 7, width, height)
    assert bytes(frame.data[4 + length :]) == data


def test_there_is_no_frame_without_a_preview(tmp_path: Path) -> None:
    """Nor of one that cannot be read."""
    other = Thumbnailer(tmp_path)
    assert other.previews.frame(image(7), "e") is None
    preview_path(tmp_path, 7, "screen").mkdir(parents=True)
    assert other.previews.frame(image(7), "e") is None
