"""The bytes of images, out of a real folder."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from services.gateway import files as files_module
from services.gateway.files import Files
from services.shared.files import FileChanged, read_image
from services.shared.messages import Image
from tests.support.serving import eventually, image


def run(base: Path, act: Callable[[Files], Coroutine[Any, Any, None]]) -> None:
    async def in_folder() -> None:
        files = Files(base)
        try:
            await act(files)
        finally:
            files.close()

    (base / "original").mkdir(parents=True, exist_ok=True)
    asyncio.run(in_folder())


def write(base: Path, seq: int, data: bytes) -> Image:
    """The file `<seq>.jpg` as the catalog would have it."""
    (base / "original").mkdir(parents=True, exist_ok=True)
    (base / "original" / f"{seq}.jpg").write_bytes(data)
    return image(seq, size_bytes=len(data))


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    """Of whichever camera; also an empty one."""
    folder = tmp_path / "c2" / "labeled"
    folder.mkdir(parents=True)
    (folder / "9.jpg").write_bytes(b"nine")

    async def act(files: Files) -> None:
        assert await files.read(image(9, camera="c2", kind="labeled", size_bytes=4)) == b"nine"
        assert await files.read(write(tmp_path, 1, b"")) == b""
        assert await files.read(write(tmp_path, 2, bytes(3_000_000))) == bytes(3_000_000)

    run(tmp_path, act)


def test_what_is_not_the_version_any_more_is_not_read(tmp_path: Path) -> None:
    """Changed, gone, a folder, or without rights: the error says which."""

    async def act(files: Files) -> None:
        one = write(tmp_path, 1, b"one")
        (tmp_path / "original" / "1.jpg").write_bytes(b"another")
        with pytest.raises(FileChanged):
            await files.read(one)
        with pytest.raises(FileNotFoundError):
            await files.read(image(2))
        (tmp_path / "original" / "3.jpg").mkdir()
        with pytest.raises(OSError, match="version 3"):
            await files.read(image(3))
        assert not files._reading

    run(tmp_path, act)


def test_no_link_leads_out_of_the_folder(tmp_path: Path) -> None:
    """One within it is followed."""
    secret = tmp_path / "secret.jpg"
    secret.write_bytes(b"secret")
    write(tmp_path, 1, b"inside")
    folder = tmp_path / "original"
    (folder / "2.jpg").symlink_to("1.jpg")
    (folder / "3.jpg").symlink_to(secret)
    (folder / "4.jpg").symlink_to("../secret.jpg")
    (folder / "5.jpg").symlink_to("5.jpg")
    (folder / "6.jpg").symlink_to("3.jpg")

    async def act(files: Files) -> None:
        assert await files.read(image(2, size_bytes=6)) == b"inside"
        for seq in (3, 4, 5, 6):
            with pytest.raises(OSError):  # noqa: PT011 - whichever the kernel or we say
                await files.read(image(seq, size_bytes=6))

    run(tmp_path, act)


def test_what_never_ends_is_not_waited_for(tmp_path: Path) -> None:
    """A FIFO, a device."""
    (tmp_path / "original").mkdir()
    os.mkfifo(tmp_path / "original" / "1.jpg")
    (tmp_path / "original" / "2.jpg").symlink_to("/dev/zero")

    async def act(files: Files) -> None:
        for seq in (1, 2):
            with pytest.raises(OSError):  # noqa: PT011
                await asyncio.wait_for(files.read(image(seq, size_bytes=0)), 5)

    run(tmp_path, act)


class Gate:
    """In the place of read_image: counts, and waits until it is opened."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.opened = threading.Event()
        self.reads: list[int] = []
        monkeypatch.setattr(files_module, "read_image", self)

    def __call__(self, base: Path, wanted: Image) -> bytes:
        self.reads.append(wanted.seq)
        assert self.opened.wait(10)
        return read_image(base, wanted)


def test_however_many_ask_it_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And kept for who asks later."""
    gate = Gate(monkeypatch)
    one = write(tmp_path, 1, b"one")

    async def act(files: Files) -> None:
        asked = [asyncio.ensure_future(files.read(one)) for _ in range(50)]
        await asyncio.sleep(0)
        gate.opened.set()
        assert set(await asyncio.gather(*asked)) == {b"one"}
        (tmp_path / "original" / "1.jpg").unlink()
        assert await files.read(one) == b"one"
        assert gate.reads == [1]

    run(tmp_path, act)


def test_who_gives_up_does_not_take_it_from_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even the one who asked first."""
    gate = Gate(monkeypatch)
    one = write(tmp_path, 1, b"one")

    async def act(files: Files) -> None:
        first, second, third = (asyncio.ensure_future(files.read(one)) for _ in range(3))
        await asyncio.sleep(0)
        first.cancel()
        third.cancel()
        await asyncio.wait((first, third))
        gate.opened.set()
        assert await second == b"one"
        assert await files.read(one) == b"one"
        assert gate.reads == [1]

    run(tmp_path, act)


def test_a_disk_that_does_not_answer_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it says at last is for who asks again."""
    monkeypatch.setattr(files_module, "READ_WITHIN_S", 0.05)
    gate = Gate(monkeypatch)
    one = write(tmp_path, 1, b"one")

    async def act(files: Files) -> None:
        for _ in range(2):
            with pytest.raises(TimeoutError, match="the disk did not answer"):
                await asyncio.wait_for(files.read(one), 5)
        gate.opened.set()
        await eventually(lambda: files._kept)
        assert await files.read(one) == b"one"
        assert gate.reads == [1]

    run(tmp_path, act)


def test_all_who_asked_hear_of_an_error_and_the_next_one_tries_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may have been for a moment."""
    gate = Gate(monkeypatch)

    async def act(files: Files) -> None:
        asked = [asyncio.ensure_future(files.read(image(1, size_bytes=3))) for _ in range(3)]
        await asyncio.sleep(0)
        gate.opened.set()
        assert [type(one) for one in await asyncio.gather(*asked, return_exceptions=True)] == [FileNotFoundError] * 3
        assert await files.read(write(tmp_path, 1, b"one")) == b"one"

    run(tmp_path, act)


def test_memory_has_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever was asked for longest ago goes first; what is too large is not kept at all."""
    monkeypatch.setattr(files_module, "MEMORY_BYTES", 30)
    monkeypatch.setattr(files_module, "LARGEST_KEPT_BYTES", 20)

    async def act(files: Files) -> None:
        for seq in (1, 2, 3):
            await files.read(write(tmp_path, seq, bytes(10)))
        await files.read(image(1, size_bytes=10))
        await files.read(write(tmp_path, 4, bytes(10)))
        assert list(files._kept) == [3, 1, 4]
        await files.read(write(tmp_path, 5, bytes(21)))
        assert list(files._kept) == [3, 1, 4]
        await files.read(write(tmp_path, 6, bytes(20)))
        assert list(files._kept) == [4, 6]
        assert files._kept_bytes == 30
        files.forget(6)
        files.forget(6)
        files.forget(99)
        assert (list(files._kept), files._kept_bytes) == ([4], 10)

    run(tmp_path, act)


def test_what_went_while_it_was_read_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asked before gets it; nobody will ask again."""
    gate = Gate(monkeypatch)
    one = write(tmp_path, 1, b"one")

    async def act(files: Files) -> None:
        asked = asyncio.ensure_future(files.read(one))
        await asyncio.sleep(0)
        files.forget(1)
        gate.opened.set()
        assert await asked == b"one"
        await asyncio.sleep(0)
        assert not files._kept
        assert not files._reading

    run(tmp_path, act)
