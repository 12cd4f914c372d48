"""Whether the line runs, over HTTP."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.net import Answer
from tests.support.serving import Bed, served

JSON = {"Content_Type": "application/json"}


async def post(bed: Bed, body: Any, **headers: str) -> Answer:
    return await bed.post("/api/line", json.dumps(body).encode(), **{**JSON, **headers})


def test_the_last_word_is_told_to_whoever_asks(tmp_path: Path) -> None:
    """Of the whole line and of one camera, with since when it is so, and who said it."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            assert (await bed.ask("/api/line")).json == {"lines": []}
            first = (await post(bed, {"state": "running", "by": " PLC 3 "})).json["lines"]
            assert [(one["camera"], one["state"], one["by"]) for one in first] == [(None, "running", "PLC 3")]
            second = (await post(bed, {"state": "stopped", "camera": "top", "by": "김"})).json["lines"]
            assert second[0] == first[0]
            assert (second[1]["camera"], second[1]["state"], second[1]["by"]) == ("top", "stopped", "김")
            again = (await post(bed, {"state": "running", "by": "PLC 4"})).json["lines"]
            assert (again[0]["since"], again[0]["by"]) == (first[0]["since"], "PLC 4")
            assert (await bed.ask("/api/line")).json == {"lines": again}

    asyncio.run(run())


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({"state": "paused", "by": "PLC"}, "state"),
        ({"state": "running"}, "by"),
        ({"state": "running", "by": " "}, "by"),
        ({"state": "running", "by": "x" * 101}, "by"),
        ({"state": "running", "by": "PLC", "camera": "../x"}, "camera"),
        ([], "the body"),
    ],
)
def test_a_word_that_is_none_is_refused(tmp_path: Path, body: Any, detail: str) -> None:
    """With what is wrong with it, and nothing is kept."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            answer = await post(bed, body)
            assert answer.status == 400
            assert detail in answer.json["detail"]
            assert (await bed.ask("/api/line")).json == {"lines": []}

    asyncio.run(run())


def test_pages_from_elsewhere_may_not_stop_the_line(tmp_path: Path) -> None:
    """Nor a form, nor a book."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            word = {"state": "stopped", "by": "PLC"}
            assert (await post(bed, word, Origin="https://evil.example")).status == 403
            assert (await post(bed, word, Content_Type="text/plain")).status == 415
            assert (await post(bed, word | {"x": "x" * 17_000})).status == 413
            assert (await bed.ask("/api/line")).json == {"lines": []}

    asyncio.run(run())


def test_a_file_that_cannot_be_used_is_a_problem_that_says_so(tmp_path: Path) -> None:
    """The word has to be said again."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            bed.settings.operations_path.write_bytes(b"no database at all" * 100)
            for answer in (await bed.ask("/api/line"), await post(bed, {"state": "running", "by": "PLC"})):
                assert (answer.status, answer.headers["Retry-After"]) == (503, "1")

    asyncio.run(run())
