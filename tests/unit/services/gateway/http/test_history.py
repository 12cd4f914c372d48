"""Looking back, page by page."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from services.shared.deliveries import Delivery, DeliveryWriter
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


def test_the_pages_can_go_from_the_oldest_on(tmp_path: Path) -> None:
    """The same images, the other way round."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            for number, at_ms in enumerate([5000, 5000, 1000, 7000]):
                bed.record(f"{number}.jpg", captured_at_ms=at_ms)
            first = (await bed.ask("/api/images?order=oldest&limit=3")).json
            assert [image["filename"] for image in first["images"]] == ["2.jpg", "0.jpg", "1.jpg"]
            rest = (await bed.ask(f"/api/images?order=oldest&limit=3&before={first['next']}")).json
            assert ([image["filename"] for image in rest["images"]], rest["next"]) == (["3.jpg"], None)
            back = (await bed.ask(f"/api/images?order=newest&before={first['next']}")).json
            assert [image["filename"] for image in back["images"]] == ["0.jpg", "2.jpg"]
            wrong = await bed.ask("/api/images?order=random")
            assert (wrong.status, wrong.json["detail"]) == (400, "order is one of: newest, oldest")

    asyncio.run(run())


def test_how_many_images_were_captured_when(tmp_path: Path) -> None:
    """In buckets as narrow as their number allows; of what is asked for, from then to then."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            for number, at_ms in enumerate([60_000, 60_999, 61_000, 75_000, 75_000]):
                bed.record(f"{number}.jpg", captured_at_ms=at_ms, coil="A" if number < 3 else "B")
            assert (await bed.ask("/api/images/density")).json == {
                "from": 60_000,
                "to": 75_001,
                "width_ms": 1000,
                "total": 5,
                "buckets": [[60_000, 2], [61_000, 1], [75_000, 2]],
            }
            few = (await bed.ask("/api/images/density?buckets=2&from=0&to=75000&coil=A")).json
            assert few == {"from": 0, "to": 75_000, "width_ms": 60_000, "total": 3, "buckets": [[60_000, 3]]}
            none: dict[str, Any] = {"from": None, "to": None, "width_ms": 1000, "total": 0, "buckets": []}
            for query in ("type=labeled", "coil=C", "camera=c2", "from=75001", "from=5&to=5"):
                assert (await bed.ask(f"/api/images/density?{query}")).json == none, query

    asyncio.run(run())


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("buckets=0", "buckets is not a number from 1 to 5000"),
        ("buckets=5001", "buckets is not a number from 1 to 5000"),
        ("from=x", "from is not a number from 0 to 4611686018427387904"),
        ("to=-1", "to is not a number from 0 to 4611686018427387904"),
    ],
)
def test_what_is_wrong_with_a_question_is_said(tmp_path: Path, query: str, detail: str) -> None:
    """By its name."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            answer = await bed.ask(f"/api/images/density?{query}")
            assert (answer.status, answer.json["detail"]) == (400, detail)

    asyncio.run(run())


def test_an_image_is_told_with_its_twins_and_its_way(tmp_path: Path) -> None:
    """Also while the file of the deliveries is not there, cannot be read, or has less than this gateway knows."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            bed.record("a b.jpg")
            bed.record("twin.jpg", kind="labeled")
            bed.record("other.jpg", kind="labeled", coil="2")
            address = "/api/images/main/original/a%20b.jpg"

            async def pushed_and_painted() -> tuple[int, int]:
                told = (await bed.ask(address)).json["provenance"]
                return told["pushed_at"], told["painted_at"]

            details = (await bed.ask(address)).json
            assert (details["epoch"], details["image"]["seq"]) == (bed.live.epoch, 1)
            assert {kind: twin["filename"] for kind, twin in details["twins"].items()} == {"labeled": "twin.jpg"}
            way = {"captured_at": 1_000_000, "written_at": 1_000_030, "seen_at": 1_000_031}
            assert details["provenance"] == {**way, "pushed_at": None, "painted_at": None}
            image = bed.lookup.image(1)
            assert image is not None
            bed.deliveries.pushed(image, 1_000_050)
            bed.deliveries.painted(1, 1_000_090)
            assert (await bed.ask(address)).json["provenance"] == {
                **way,
                "pushed_at": 1_000_050,
                "painted_at": 1_000_090,
            }
            other = DeliveryWriter(bed.settings.deliveries_path, bed.live.epoch)
            other.write([Delivery(seq=1, pushed_at_ms=1_000_049, painted_at_ms=1_000_099)])
            other.close()
            assert (await bed.ask(address)).json["provenance"] == {
                **way,
                "pushed_at": 1_000_049,
                "painted_at": 1_000_090,
            }
            bed.settings.deliveries_path.write_bytes(b"this is no database" * 100)
            assert (await bed.ask(address)).json["provenance"] == {
                **way,
                "pushed_at": 1_000_050,
                "painted_at": 1_000_090,
            }
            for nowhere in ("main/original/b.jpg", "main/labeled/a%20b.jpg", "c2/original/a%20b.jpg", "..%2f/x/y"):
                assert (await bed.ask(f"/api/images/{nowhere}")).status == 404

    asyncio.run(run())


def test_coils_can_be_of_one_camera(tmp_path: Path) -> None:
    """Counted there alone."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            bed.record("a.jpg", coil="A")
            bed.record("b.jpg", coil="A", camera="c2")
            bed.record("c.jpg", coil="B", camera="c2")
            for query, expected in [("", {"A": 2, "B": 1}), ("?camera=main", {"A": 1}), ("?camera=c3", {})]:
                coils = (await bed.ask(f"/api/coils{query}")).json["coils"]
                assert {coil["coil_number"]: coil["count"] for coil in coils} == expected

    asyncio.run(run())
