"""Pins over HTTP: made, listed and ended by name."""

from __future__ import annotations

import asyncio
import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from services.shared.operations import Pins
from tests.support.net import Answer
from tests.support.serving import Bed, served


async def say(bed: Bed, path: str, **body: Any) -> Answer:
    return await bed.post(path, json.dumps(body).encode(), Content_Type="application/json")


def test_an_image_or_a_coil_is_pinned_until_somebody_ends_it(tmp_path: Path) -> None:
    """With who and why; the janitor reads it from the file that all of them share."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            bed.add("a.jpg")
            made = await say(bed, "/api/pins", by=" Kim ", type="original", filename="a.jpg", note="claim")
            assert made.status == 200, made.body
            told = made.json
            assert {key: told[key] for key in ("camera", "type", "filename", "coil", "by", "note")} == {
                "camera": "main",
                "type": "original",
                "filename": "a.jpg",
                "coil": None,
                "by": "Kim",
                "note": "claim",
            }
            coil = (await say(bed, "/api/pins", by="박", coil="2891")).json
            assert (coil["coil"], coil["filename"]) == ("2891", None)
            assert (await bed.ask("/api/pins")).json == {"pins": [coil, told]}
            with closing(Pins(bed.settings.operations_path)) as pins:
                assert [pin.id for pin in pins.all()] == [coil["id"], told["id"]]
            ended = await say(bed, f"/api/pins/{coil['id']}/end", by="Lee")
            assert (ended.status, ended.json) == (200, coil)
            assert (await bed.ask("/api/pins")).json == {"pins": [told]}
            assert "was ended by Lee" in bed.out.getvalue()
            assert (await say(bed, f"/api/pins/{coil['id']}/end", by="Lee")).status == 404

    asyncio.run(run())


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"by": "Kim"}, 400),
        ({"by": "Kim", "filename": "a.jpg"}, 400),
        ({"by": "Kim", "type": "original"}, 400),
        ({"by": "Kim", "coil": "1", "type": "original", "filename": "a.jpg"}, 400),
        ({"by": "Kim", "coil": "1", "type": "original"}, 400),
        ({"by": "Kim", "coil": ""}, 400),
        ({"by": " ", "coil": "1"}, 400),
        ({"coil": "1"}, 400),
        ({"by": "Kim", "type": "original", "filename": "b.jpg"}, 404),
        ({"by": "Kim", "type": "labeled", "filename": "a.jpg"}, 404),
        ({"by": "Kim", "camera": "side", "type": "original", "filename": "a.jpg"}, 404),
        ({"by": "Kim", "camera": "main", "type": "original", "filename": "a.jpg"}, 200),
    ],
)
def test_a_pin_says_what_it_holds(tmp_path: Path, body: dict[str, str], status: int) -> None:
    """A coil, or an image that there is."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            bed.add("a.jpg")
            answer = await say(bed, "/api/pins", **body)
            assert answer.status == status, answer.body
            assert len((await bed.ask("/api/pins")).json["pins"]) == (status == 200)

    asyncio.run(run())


def test_pins_that_cannot_be_read_are_told_as_such(tmp_path: Path) -> None:
    """With 503, and once in the log; a file that takes the damaged one's place is read."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            bed.settings.operations_path.write_bytes(b"no database" * 1000)
            for _ in range(2):
                answer = await bed.ask("/api/pins")
                assert (answer.status, answer.headers["Retry-After"]) == (503, "1")
                assert "the pins cannot be read" in answer.json["detail"]
            assert bed.out.getvalue().count("what people decided cannot be read") == 1
            bed.settings.operations_path.unlink()
            assert (await bed.ask("/api/pins")).json == {"pins": []}
            (await say(bed, "/api/pins", by="Kim", coil="1"))
            bed.settings.operations_path.unlink()
            assert (await bed.ask("/api/pins")).json == {"pins": []}

    asyncio.run(run())


def test_a_page_from_elsewhere_may_not(tmp_path: Path) -> None:
    """Nor what is no JSON."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            body = json.dumps({"by": "Kim", "coil": "1"}).encode()
            for path in ("/api/pins", "/api/pins/1/end"):
                refused = await bed.post(path, body, Content_Type="application/json", Origin="https://evil.example")
                assert refused.status == 403
                assert (await bed.post(path, body, Content_Type="text/plain")).status == 415
            assert (await bed.ask("/api/pins")).json == {"pins": []}

    asyncio.run(run())
