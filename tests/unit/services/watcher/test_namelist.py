"""A million names in order."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.watcher import namelist
from services.watcher.namelist import NameList


@pytest.mark.parametrize("run", [2, 3, 2048])
@given(keys=st.lists(st.integers(-(2**63), 2**63 - 1)))
def test_names_come_out_by_their_keys(run: int, keys: list[int]) -> None:
    """Every name comes out once, largest key first, however many runs it took; and again when asked again."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(namelist, "RUN", run)
        names = NameList()
        for at, key in enumerate(keys):
            names.add(f"{at}", key)
        out = list(names.descending())
        assert len(names) == len(out) == len(keys)
        assert sorted(out, key=int) == [f"{at}" for at in range(len(keys))]
        assert [keys[int(name)] for name in out] == sorted(keys, reverse=True)
        assert list(names.descending()) == out


@pytest.mark.parametrize("filename", ["a b\n\x1b.jpg", "강판.jpg", "not-utf8-\udcff.jpg", "x" * 255])
def test_a_name_comes_out_as_it_went_in(filename: str) -> None:
    """Packing names keeps every byte of them."""
    names = NameList()
    names.add(filename, 1)
    names.add("other", 0)
    assert list(names.descending()) == [filename, "other"]


def test_a_name_takes_little_more_than_its_bytes() -> None:
    """A million of them fit beside everything else in the watcher's 150 MB."""
    tracemalloc.start()
    names = NameList()
    for at in range(20_000):
        names.add(f"20260101{at:06}_2891_176719320{at:04}_original.jpg", at)
    used = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert used / 20_000 < 100
