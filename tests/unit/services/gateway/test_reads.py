"""Asking the catalog off the event loop."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from services.gateway import reads as reads_module
from services.gateway.reads import Overloaded, Reads
from services.shared.catalog import CatalogReader, CatalogWriter
from services.shared.errors import CatalogError, CatalogMissing
from tests.support.serving import bed_in, eventually


def test_questions_are_answered_in_their_order_while_the_loop_goes_on(tmp_path: Path) -> None:
    """By one thread with one reader."""
    readers: list[CatalogReader] = []

    async def run() -> None:
        async with bed_in(tmp_path) as bed:
            bed.record("a.jpg")
            gate = threading.Event()
            order: list[int] = []

            def ask(number: int) -> asyncio.Future[int]:
                def answer(catalog: CatalogReader) -> int:
                    assert number or gate.wait(10)
                    order.append(number)
                    readers.append(catalog)
                    return catalog.head()

                return asyncio.ensure_future(bed.reads.ask(answer))

            asked = [ask(number) for number in range(3)]
            await eventually(lambda: bed.reads.waiting == 3)
            gate.set()
            assert await asyncio.gather(*asked) == [1, 1, 1]
            assert order == [0, 1, 2]
            assert bed.reads.waiting == 0

    asyncio.run(run())
    assert len(set(map(id, readers))) == 1


def test_so_many_questions_may_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One more is refused, until some are answered."""
    monkeypatch.setattr(reads_module, "MAX_WAITING", 2)

    async def run() -> None:
        async with bed_in(tmp_path) as bed:
            gate = threading.Event()
            asked = [asyncio.ensure_future(bed.reads.ask(lambda _: gate.wait(10))) for _ in range(2)]
            await eventually(lambda: bed.reads.waiting == 2)
            with pytest.raises(Overloaded):
                await bed.reads.ask(lambda catalog: catalog.head())
            gate.set()
            await asyncio.wait(asked)
            assert await bed.reads.ask(lambda catalog: catalog.head()) == 0

    asyncio.run(run())


def test_nobody_waits_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is told to ask again is not answered later, and a question that was not begun is dropped."""
    monkeypatch.setattr(reads_module, "ANSWER_WITHIN_S", 0.05)

    async def run() -> None:
        async with bed_in(tmp_path) as bed:
            gate, begun = threading.Event(), list[int]()

            def answer(_: CatalogReader) -> None:
                begun.append(1)
                gate.wait(10)

            asked = [asyncio.ensure_future(bed.reads.ask(answer)) for _ in range(3)]
            for one in asked:
                with pytest.raises(Overloaded, match="did not answer"):
                    await asyncio.wait_for(one, 5)
            gate.set()
            monkeypatch.setattr(reads_module, "ANSWER_WITHIN_S", 10)
            assert await bed.reads.ask(lambda catalog: catalog.head()) == 0
            assert (len(begun), bed.reads.waiting) == (1, 0)

    asyncio.run(run())


def test_what_goes_wrong_is_raised_where_it_was_asked(tmp_path: Path) -> None:
    """And the next question is answered."""

    async def run() -> None:
        async with bed_in(tmp_path) as bed:

            def fail(_: CatalogReader) -> None:
                raise CatalogError("disk I/O error")

            with pytest.raises(CatalogError, match="disk I/O error"):
                await bed.reads.ask(fail)
            assert await bed.reads.ask(lambda catalog: catalog.head()) == 0
            assert bed.reads.waiting == 0

    asyncio.run(run())


def test_a_catalog_that_is_not_there_yet_is_looked_for_again(tmp_path: Path) -> None:
    """With each question."""

    async def run() -> None:
        path = tmp_path / "catalog.db"
        reads = Reads(path, "")
        with pytest.raises(CatalogMissing):
            await reads.ask(lambda catalog: catalog.head())
        writer = CatalogWriter(path, "node")
        reads._epoch = writer.epoch
        assert await reads.ask(lambda catalog: catalog.head()) == 0
        reads.close()
        writer.close()

    asyncio.run(run())


def test_another_catalog_under_the_same_path_is_not_read(tmp_path: Path) -> None:
    """Its seqs mean other images."""

    async def run() -> None:
        writer = CatalogWriter(tmp_path / "catalog.db", "node")
        reads = Reads(tmp_path / "catalog.db", "another")
        with pytest.raises(CatalogError, match="replaced by another"):
            await reads.ask(lambda catalog: catalog.head())
        reads.close()
        writer.close()

    asyncio.run(run())


def test_closed_it_has_answered_what_was_asked(tmp_path: Path) -> None:
    """And let go of the file."""

    async def run() -> None:
        async with bed_in(tmp_path) as bed:
            asked = asyncio.ensure_future(bed.reads.ask(lambda catalog: catalog.head()))
            await asyncio.sleep(0)
            before = len(list(Path("/proc/self/fd").iterdir()))
            reads = Reads(bed.settings.catalog_path, bed.reader.epoch)
            await reads.ask(lambda catalog: catalog.head())
            reads.close()
            assert len(list(Path("/proc/self/fd").iterdir())) <= before + 3
            assert await asked == 0

    asyncio.run(run())
