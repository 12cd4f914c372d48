"""Finding images: in memory, or else in the catalog."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from services.gateway import live
from services.gateway.live import EVERYTHING, Filter
from tests.support.serving import Bed, bed_in


def run(tmp_path: Path, act: Callable[[Bed], None]) -> None:
    async def in_bed() -> None:
        async with bed_in(tmp_path) as bed:
            act(bed)

    asyncio.run(in_bed())


def newest(bed: Bed, wanted: Filter = EVERYTHING) -> str | None:
    found = bed.lookup.newest(wanted)
    return found.filename if found else None


def test_where_the_newest_went_the_one_before_it_is_newest_again(tmp_path: Path) -> None:
    """Of its folder and of its coil; an imported one at last; then none."""

    def act(bed: Bed) -> None:
        bed.record("old.jpg", imported=True, coil="1")
        bed.start()
        bed.add("a.jpg", coil="1")
        bed.add("b.jpg", coil="2")
        bed.add("c.jpg", coil="1")
        bed.remove("c.jpg")
        assert (newest(bed), newest(bed, Filter(coil="1"))) == ("b.jpg", "a.jpg")
        bed.remove("b.jpg")
        assert (newest(bed), newest(bed, Filter(coil="2"))) == ("a.jpg", None)
        bed.remove("a.jpg")
        assert (newest(bed), newest(bed, Filter(coil="1"))) == ("old.jpg", "old.jpg")
        bed.remove("old.jpg")
        assert newest(bed) is None

    run(tmp_path, act)


def test_a_coil_that_memory_forgot_is_in_the_catalog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By camera and kind as well."""
    monkeypatch.setattr(live, "COILS", 1)

    def act(bed: Bed) -> None:
        bed.add("a.jpg", coil="1")
        bed.add("a.png", coil="1", kind="labeled", camera="c2")
        bed.add("b.jpg", coil="2")
        assert not bed.live.knows_coil("1")
        assert newest(bed, Filter(coil="1")) == "a.png"
        assert newest(bed, Filter(coil="1", camera="main")) == "a.jpg"
        assert newest(bed, Filter(coil="1", kind="other")) is None
        assert set(bed.lookup.current(Filter(coil="1"))) == {"original", "original_1", "labeled", "labeled_1"}
        assert set(bed.lookup.current(Filter(coil="1", kind="labeled"))) == {"labeled", "labeled_1"}
        assert bed.lookup.current(Filter(coil="none")) == {}

    run(tmp_path, act)


def test_what_was_imported_since_is_taken_in_when_it_is_newest(tmp_path: Path) -> None:
    """Else what is known stays as it is, unless all is to be read anew."""

    def act(bed: Bed) -> None:
        bed.add("a.jpg", coil="1")
        bed.record("old.jpg", imported=True, coil="2")
        version = bed.live.version
        bed.lookup.refresh()
        assert bed.live.version == version
        assert not bed.live.knows_coil("2")
        bed.record("other.jpg", imported=True, coil="3", camera="c2")
        bed.lookup.refresh()
        assert newest(bed, Filter(camera="c2")) == "other.jpg"
        bed.record("late.jpg", imported=True, coil="4")
        bed.lookup.refresh(whole=True)
        assert bed.live.knows_coil("4")
        assert newest(bed) == "a.jpg"

    run(tmp_path, act)


@pytest.mark.parametrize("name", ["", "\x00", "a\x00b", "../a.jpg", "\ud800", "a\udcffb", "x" * 100_000, "' OR 1=1 --"])
def test_a_name_that_there_is_none_of_is_not_found(tmp_path: Path, name: str) -> None:
    """Whatever it is, in whichever place."""

    def act(bed: Bed) -> None:
        bed.add("a.jpg")
        assert bed.lookup.find("main", "original", name) is None
        assert bed.lookup.find("main", name, "a.jpg") is None
        assert bed.lookup.find(name, "original", "a.jpg") is None
        assert bed.lookup.find("main", "original", "a.jpg") is not None

    run(tmp_path, act)


@pytest.mark.parametrize("seq", [0, -1, 2, (1 << 63) - 1, 1 << 63, 1 << 200])
def test_a_seq_that_there_is_none_of_is_not_found(tmp_path: Path, seq: int) -> None:
    """However large."""

    def act(bed: Bed) -> None:
        bed.add("a.jpg")
        assert bed.lookup.image(seq) is None
        assert bed.lookup.image(1) is not None

    run(tmp_path, act)


def test_the_main_camera_is_always_there(tmp_path: Path) -> None:
    """First, and once."""

    def act(bed: Bed) -> None:
        assert bed.lookup.cameras() == ["main"]
        bed.add("a.jpg", camera="c2")
        bed.add("a.jpg", camera="aa")
        bed.add("a.jpg")
        assert bed.lookup.cameras() == ["main", "aa", "c2"]

    run(tmp_path, act)
