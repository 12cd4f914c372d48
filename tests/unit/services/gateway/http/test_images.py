"""The bytes, by address."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from services.gateway import previews
from services.shared.previews import poison_path, preview_path, previews_folder
from tests.support.serving import Bed, served


def put(bed: Bed, name: str, data: bytes, camera: str = "main", **fields: object) -> None:
    """In the folder and in the catalog."""
    folder = bed.settings.images.base / ("original" if camera == "main" else f"{camera}/original")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)
    bed.add(name, size_bytes=len(data), camera=camera, **fields)


@pytest.mark.parametrize(
    ("revised", "query", "status", "cache"),
    [
        (False, "", 200, "no-cache"),
        (False, "?v=1", 200, "private, max-age=31536000, immutable"),
        (False, "?v=", 200, "no-cache"),
        (False, "?v=2", 404, "no-store"),
        (False, "?v=01", 404, "no-store"),
        (False, "?v=x", 404, "no-store"),
        (True, "", 404, "no-store"),
        (True, "?v=1", 404, "no-store"),
        (True, "?v=2", 200, "private, max-age=31536000, immutable"),
        (True, "?v=3", 404, "no-store"),
        (True, "?w=2", 404, "no-store"),
    ],
)
def test_an_address_means_one_version_for_ever(
    tmp_path: Path, revised: bool, query: str, status: int, cache: str
) -> None:
    """With its version it may be kept; without, only a file that was never overwritten has one."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            put(bed, "a.jpg", b"first")
            if revised:
                put(bed, "a.jpg", b"second", content=2)
            answer = await bed.ask(f"/image/original/a.jpg{query}")
            assert (answer.status, answer.headers["Cache-Control"]) == (status, cache)
            if status == 200:
                assert answer.body == (b"second" if revised else b"first")
            elif revised:
                assert "/image/original/a.jpg?v=2" in answer.json["detail"]

    asyncio.run(run())


def test_a_cameras_images_have_its_name_in_their_address(tmp_path: Path) -> None:
    """And no camera's are another's."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            put(bed, "a.jpg", b"main")
            put(bed, "a.jpg", b"second", camera="c2")
            for path, body in [
                ("/image/original/a.jpg", b"main"),
                ("/image/main/original/a.jpg", b"main"),
                ("/image/c2/original/a.jpg", b"second"),
            ]:
                answer = await bed.ask(path)
                assert (answer.status, answer.body) == (200, body)
            for path in ("/image/c3/original/a.jpg", "/image/c2/labeled/a.jpg", "/image/original/c2/a.jpg"):
                assert (await bed.ask(path)).status == 404

    asyncio.run(run())


def test_a_file_that_is_not_what_the_catalog_has_is_not_sent(tmp_path: Path) -> None:
    """Changed or gone a moment ago: 404; not to be read at the moment: 503 and a line in the log."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            put(bed, "a.jpg", b"first")
            folder = bed.settings.images.base / "original"
            (folder / "a.jpg").write_bytes(b"other, longer")
            assert (await bed.ask("/image/original/a.jpg")).status == 404
            (folder / "a.jpg").unlink()
            assert (await bed.ask("/image/original/a.jpg")).status == 404
            (folder / "a.jpg").symlink_to("a.jpg")
            answer = await bed.ask("/image/original/a.jpg")
            assert (answer.status, answer.headers["Content-Type"]) == (503, "application/problem+json")
            assert os.strerror(40) in bed.out.getvalue()

    asyncio.run(run())


def preview(bed: Bed, seq: int, size: str) -> Path:
    folder = previews_folder(bed.settings.previews_dir, bed.reader.epoch)
    path = preview_path(folder, seq, "strip" if size == "strip" else "screen")
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def test_a_preview_is_of_an_image_a_size_and_with_its_epoch_for_ever(tmp_path: Path) -> None:
    """Without the epoch the address may mean another image one day."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            bed.add("a.jpg")
            for size in ("screen", "strip"):
                preview(bed, 1, size).write_bytes(size.encode())
            for query, body in [("", b"screen"), ("?size=screen", b"screen"), ("?size=strip", b"strip")]:
                answer = await bed.ask(f"/preview/1{query}")
                assert (answer.status, answer.body, answer.headers["Content-Type"]) == (200, body, "image/jpeg")
                assert answer.headers["Cache-Control"] == "no-cache"
            kept = await bed.ask(f"/preview/1?epoch={bed.reader.epoch}")
            assert kept.headers["Cache-Control"] == "private, max-age=31536000, immutable"
            assert (await bed.ask("/preview/1", If_None_Match=kept.headers["ETag"])).status == 304
            assert (await bed.ask("/preview/1?size=strip", If_None_Match=kept.headers["ETag"])).status == 200
            assert (await bed.ask("/preview/1?epoch=another")).status == 404
            assert (await bed.ask("/preview/2")).status == 404
            assert (await bed.ask("/preview/1?size=huge")).status == 400

    asyncio.run(run())


def test_a_preview_that_there_will_never_be_is_404_with_the_images_address(tmp_path: Path) -> None:
    """Nobody is made to wait for it."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            bed.add("a.jpg")
            path = poison_path(previews_folder(bed.settings.previews_dir, bed.reader.epoch), 1)
            path.parent.mkdir(parents=True)
            path.touch()
            answer = await bed.ask("/preview/1")
            assert (answer.status, bed.wanted) == (404, [])
            assert "/image/original/a.jpg" in answer.json["detail"]

    asyncio.run(run())


def test_a_preview_that_is_not_ready_in_time_is_503(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With how soon to ask again; the thumbnailers were told."""
    monkeypatch.setattr(previews, "PATIENCE_S", 0.05)

    async def run() -> None:
        async with served(tmp_path) as bed:
            bed.add("a.jpg")
            answer = await bed.ask("/preview/1")
            assert (answer.status, answer.headers["Retry-After"], bed.wanted) == (503, "1", [1])

    asyncio.run(run())


def test_no_preview_is_served_of_an_image_that_went(tmp_path: Path) -> None:
    """Also while its file is still there."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            bed.add("a.jpg")
            preview(bed, 1, "screen").write_bytes(b"preview")
            assert (await bed.ask("/preview/1")).status == 200
            bed.remove("a.jpg")
            assert (await bed.ask("/preview/1")).status == 404

    asyncio.run(run())
