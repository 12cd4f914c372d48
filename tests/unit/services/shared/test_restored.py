"""A catalog put back from a copy gives no number out twice."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from services.shared.catalog import CatalogWriter
from services.shared.catalog.restored import LEAST_SEQS, SEQS_PER_S, UNWRITTEN_SEQS, leap
from services.shared.database import unversioned


def head(path: Path, change: int = 0) -> int:
    """The catalog's head, after it was moved by `change`."""
    database = unversioned(path, write=True)
    database.execute("UPDATE log SET head = head + ?", (change,))
    ((found,),) = database.execute("SELECT head FROM log").fetchall()
    database.close()
    return int(found)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the catalog at `catalog.db`, which has gone on since."""
    CatalogWriter(tmp_path / "catalog.db", "line1").close()
    head(tmp_path / "catalog.db", 1000)
    shutil.copy(tmp_path / "catalog.db", tmp_path / "copy.db")
    head(tmp_path / "catalog.db", 500)
    return tmp_path / "copy.db"


def test_the_catalog_in_its_place_knows_what_was_given_out(copy: Path) -> None:
    """Whatever the clock says."""
    assert leap(copy, copy.with_name("catalog.db"), 1e9) == 1500 + UNWRITTEN_SEQS
    assert head(copy) == 1500 + UNWRITTEN_SEQS


@pytest.mark.parametrize("replaced", ["gone", "damaged", "another", "empty"])
def test_where_nobody_knows_it_goes_by_time(copy: Path, replaced: str) -> None:
    """As much as can have been given out, and a clock that was set back makes it no less than for an import."""
    place = copy.with_name("catalog.db")
    place.unlink()
    if replaced == "damaged":
        place.write_bytes(b"damaged" * 1000)
    elif replaced == "another":
        CatalogWriter(place, "line1").close()
    elif replaced == "empty":
        place.touch()
    assert leap(copy, place, 86_400) == 1000 + 86_400 * SEQS_PER_S
    assert leap(copy, place, -5) == 1000 + 86_400 * SEQS_PER_S + LEAST_SEQS
