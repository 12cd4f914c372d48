"""Looking back, page by page."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.support.serving import served


def test_the_pages_hold_each_image_once(tmp_path: Path) -> None:
    """Newest capture first, also those of one moment, and from before 1970."""
    moments = [5000, 5000, 5000, 1000, -4000, -4000, 9_999_999_999_999]

    async def run() -> None:
        async with served(tmp_path) as bed:
            for number, at_ms in enumerate(moments):
                bed.record(f"{number}.jpg", captured_at_ms=at_ms)
            found: list[str] = []
            query = ""
            for _ in range(len(moments)):
                page = (await bed.ask(f"/api/images?limit=2{query}")).json
                found += [image["filename"] for image in page["images"]]
                if page["next"] is None:
                    break
                query = f"&before={page['next']}"
            assert found == ["6.jpg", "2.jpg", "1.jpg", "0.jpg", "3.jpg", "5.jpg", "4.jpg"]

    asyncio.run(run())


@pytest.mark.parametrize(
    "cursor",
    [
        "1", "-", "1-", "-1", "a-b", "1-2-3", "1--2", "--1-2", "1 2", "1-+2", "1_0-2", "%D9%A1-2", "1.0-2", "0x1-2",
        "9" * 17 + "-1", "1-" + "9" * 19, "'; DROP TABLE images; --",
    ],
)  # fmt: skip
def test_a_cursor_is_one_of_ours_or_refused(tmp_path: Path, cursor: str) -> None:
    """With a word on where to get one."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            answer = await bed.ask(f"/api/images?before={cursor.replace(' ', '%20')}")
            assert (answer.status, answer.json["detail"]) == (400, "before is the `next` of an earlier answer")

    asyncio.run(run())


@pytest.mark.parametrize("cursor", ["-9999999999999999-0", "9999999999999999-999999999999999999", "0-0"])
def test_the_ends_of_the_cursor_are_numbers_that_the_catalog_takes(tmp_path: Path, cursor: str) -> None:
    """However large or small."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            assert (await bed.ask(f"/api/images?before={cursor}")).status == 200

    asyncio.run(run())


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("limit", "1", 200),
        ("limit", "1000", 200),
        ("limit", "", 200),
        ("limit", "0001", 200),
        ("limit", "0", 400),
        ("limit", "1001", 400),
        ("limit", "-1", 400),
        ("limit", "%2B1", 400),
        ("limit", "1e2", 400),
        ("limit", "1.0", 400),
        ("limit", "%D9%A1", 400),
        ("limit", "%C2%B2", 400),
        ("limit", "1_0", 400),
        ("from", "0", 200),
        ("from", "4611686018427387904", 200),
        ("from", "4611686018427387905", 400),
        ("to", "9" * 19, 400),
        ("to", "9" * 60_000, 400),
        ("to", "0" * 20, 400),
    ],
)
def test_a_number_is_digits_within_its_bounds(tmp_path: Path, name: str, value: str, status: int) -> None:
    """Of the ten that everybody knows."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            assert (await bed.ask(f"/api/images?{name}={value}")).status == status

    asyncio.run(run())


def test_coils_are_listed_by_their_last_image(tmp_path: Path) -> None:
    """With how many there are and when."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            bed.record("a.jpg", coil="A", captured_at_ms=1000)
            bed.record("b.jpg", coil="B", captured_at_ms=2000)
            bed.record("c.jpg", coil="A", captured_at_ms=3000)
            bed.record("d.jpg", coil=None, captured_at_ms=4000)
            coils = (await bed.ask("/api/coils")).json["coils"]
            told = [(coil["coil_number"], coil["count"], coil["first_at"], coil["last_at"]) for coil in coils]
            assert told == [("A", 2, 1000, 3000), ("B", 1, 2000, 2000)]
            assert coils[0]["last_image"]["filename"] == "c.jpg"
            assert len((await bed.ask("/api/coils?limit=1")).json["coils"]) == 1

    asyncio.run(run())
