"""Looking back by capture time, compared with a look at every image, and without such a look."""

from __future__ import annotations

import contextlib
import itertools
import random
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from services.shared import database
from services.shared.catalog import CatalogReader, CatalogWriter, Order, Sighting, history, schema
from services.shared.catalog.history import WIDTHS_MS, width_for
from services.shared.errors import CatalogMissing
from services.shared.messages import Image

FOLDERS = [("main", "original"), ("main", "labeled"), ("c2", "original"), ("c2", "labeled"), ("main", "empty")]
QUERIES: list[dict[str, Any]] = [
    {key: value for key, value in zip(("camera", "kind", "coil"), values, strict=True) if value is not None}
    for values in itertools.product(
        (None, "main", "c2", "none"), (None, "original", "empty", "none"), (None, "A", "none")
    )
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "catalog.db"


def sighting(folder_id: int, number: int, captured_at_ms: int, coil: str | None) -> Sighting:
    return Sighting(
        folder_id=folder_id, filename=f"{number}.jpg", coil=coil, captured_at_ms=captured_at_ms, written_at_ms=0,
        seen_at_ms=0, size_bytes=1, width=1, height=1, media_type="image/jpeg", mtime_ns=0, inode=0, fingerprint=1,
    )  # fmt: skip


def fill(path: Path, count: int = 400) -> None:
    """Images of few moments, some of them before 1970, in any order."""
    chance = random.Random(7)
    writer = CatalogWriter(path, "line-1")
    ids = [writer.folder(camera, kind, 0).id for camera, kind in FOLDERS]
    for number in range(count):
        coil = chance.choice(["A", "B", None])
        writer.record([sighting(chance.choice(ids[:4]), number, chance.randrange(-30_000, 90_000, 1500), coil)])
    writer.close()


@pytest.fixture
def reader(path: Path) -> Iterator[CatalogReader]:
    fill(path)
    reader = CatalogReader(path)
    yield reader
    reader.close()


def matching(reader: CatalogReader, query: dict[str, Any], low_ms: int, high_ms: int) -> list[Image]:
    """By a look at every image, oldest capture first."""
    found = [image for seq in range(1, reader.head() + 1) if (image := reader.image(seq)) is not None]
    wanted = [
        image
        for image in found
        if all(getattr(image, name) == value for name, value in query.items())
        and low_ms <= image.captured_at_ms < high_ms
    ]
    return sorted(wanted, key=lambda image: (image.captured_at_ms, image.seq))


@pytest.mark.parametrize("order", ["newest", "oldest"])
@pytest.mark.parametrize("span", [(None, None), (-1500, 30_000), (30_000, 30_000), (None, -28_500), (88_500, None)])
def test_the_pages_are_what_a_look_at_every_image_finds(
    reader: CatalogReader, order: Order, span: tuple[int | None, int | None]
) -> None:
    """In either order, of any folders, coil and time: each image once."""
    low_ms, high_ms = span
    for query in QUERIES:
        expected = matching(reader, query, low_ms if low_ms is not None else -(10**9), high_ms or 10**9)
        if order == "newest":
            expected.reverse()
        found: list[Image] = []
        before = None
        for _ in range(len(expected) // 37 + 2):
            page = reader.history(**query, from_ms=low_ms, to_ms=high_ms, before=before, limit=37, order=order)
            found += page.images
            before = page.before
            if before is None:
                break
        assert found == expected, query


@pytest.mark.parametrize("order", ["newest", "oldest"])
def test_a_page_continues_after_an_image_that_is_outside_of_what_is_asked(reader: CatalogReader, order: Order) -> None:
    """Also after one that went since, or lies before or beyond the times asked for."""
    everything = matching(reader, {}, 0, 30_000)
    for at_ms, seq in [(-10_000, 3), (0, 0), (7000, 9), (15_000, 200), (29_999, 1), (30_000, 0), (80_000, 5)]:
        expected = [
            image
            for image in everything
            if ((image.captured_at_ms, image.seq) < (at_ms, seq)) == (order == "newest")
            and (image.captured_at_ms, image.seq) != (at_ms, seq)
        ]
        page = reader.history(from_ms=0, to_ms=30_000, before=(at_ms, seq), order=order, limit=1000)
        assert sorted(page.images, key=lambda image: (image.captured_at_ms, image.seq)) == expected


def test_a_frames_twins_are_the_same_moment_in_the_cameras_other_kinds(path: Path) -> None:
    """Of the same coil, of no other camera; also of no coil at all."""
    writer = CatalogWriter(path, "line-1")
    ids = {folder: writer.folder(*folder, 0).id for folder in FOLDERS}
    for number, (folder, at_ms, coil) in enumerate(
        [
            (("main", "original"), 1000, "A"),
            (("main", "labeled"), 1000, "A"),
            (("main", "labeled"), 1001, "A"),
            (("c2", "labeled"), 1000, "A"),
            (("main", "empty"), 1000, "B"),
            (("main", "original"), 2000, None),
            (("main", "labeled"), 2000, None),
            (("main", "labeled"), 2000, "A"),
        ],
        start=1,
    ):
        writer.record([sighting(ids[folder], number, at_ms, coil)])
    writer.close()
    with contextlib.closing(CatalogReader(path)) as reader:
        for seq, twins in [(1, {"labeled": 2}), (2, {"original": 1}), (3, {}), (4, {}), (6, {"labeled": 7}), (8, {})]:
            image = reader.image(seq)
            assert image is not None
            assert {kind: twin.seq for kind, twin in reader.twins(image).items()} == twins, seq


def test_density_counts_each_image_in_its_bucket(reader: CatalogReader) -> None:
    """Whatever is asked for; from and to are by default the first and the last that match."""
    for query, (low_ms, high_ms), buckets in itertools.product(
        QUERIES, [(None, None), (-1500, 30_000), (30_000, 30_000), (-(10**6), 10**6)], [1, 7, 1000]
    ):
        images = matching(reader, query, low_ms if low_ms is not None else -(10**9), high_ms or 10**9)
        density = reader.density(**query, from_ms=low_ms, to_ms=high_ms, buckets=buckets)
        if not images:
            assert (density.from_ms, density.to_ms, density.buckets) == (None, None, [])
            continue
        first, last = images[0].captured_at_ms, images[-1].captured_at_ms
        assert (density.from_ms, density.to_ms) == (
            first if low_ms is None else low_ms,
            last + 1 if high_ms is None else high_ms,
        )
        width_ms = density.width_ms
        counted = Counter(image.captured_at_ms // width_ms * width_ms for image in images)
        assert density.buckets == sorted(counted.items())


@pytest.mark.parametrize(
    ("from_ms", "to_ms", "buckets", "width_ms"),
    [
        (0, 1, 1, 1000),
        (0, 1000, 1, 1000),
        (0, 1001, 1, 2000),
        (999, 1001, 2, 1000),
        (999, 1001, 1, 2000),
        (-1, 1, 1, 1000),
        (-1, 1, 2, 1000),
        (0, 1_000_000, 1000, 1000),
        (0, 1_000_001, 1000, 2000),
        (0, 86_400_000 * 5, 5, 86_400_000),
        (0, 86_400_000 * 5, 4, 2 * 86_400_000),
        (0, 86_400_000 * 5, 2, 4 * 86_400_000),
    ],
)
def test_a_bucket_is_as_narrow_as_their_number_allows(from_ms: int, to_ms: int, buckets: int, width_ms: int) -> None:
    """Buckets start at multiples of their width, so one more may be needed at the edge; around 1970 always two."""
    assert width_for(from_ms, to_ms, buckets) == width_ms
    assert list(WIDTHS_MS) == sorted(WIDTHS_MS)


@pytest.mark.parametrize("leaps", [5000, 2, 1])
def test_coils_can_be_of_one_camera(reader: CatalogReader, monkeypatch: pytest.MonkeyPatch, leaps: int) -> None:
    """Counted, timed and pictured there alone; the last first, however many there are."""
    monkeypatch.setattr(history, "LEAPS", leaps)
    for camera in (None, "main", "c2", "none"):
        query = {} if camera is None else {"camera": camera}
        for coil in reader.coils(camera=camera):
            images = matching(reader, {**query, "coil": coil.coil}, -(10**9), 10**9)
            assert (coil.count, coil.last_image) == (len(images), images[-1])
            assert (coil.first_at_ms, coil.last_at_ms) == (images[0].captured_at_ms, images[-1].captured_at_ms)
        found = reader.coils(camera=camera)
        assert len(found) == (0 if camera == "none" else 2)
        assert sorted((coil.last_at_ms for coil in found), reverse=True) == [coil.last_at_ms for coil in found]
        assert [coil.coil for coil in reader.coils(1, camera=camera)] == [coil.coil for coil in found][:1]


ASKED: list[Callable[[CatalogReader], object]] = [
    *(
        lambda reader, order=order, query=query: (
            reader.history(**query, order=order),
            reader.history(**query, order=order, before=(0, 5), from_ms=-5000, to_ms=5000),
        )
        for order in ("newest", "oldest")
        for query in QUERIES
    ),
    *(lambda reader, query=query: reader.density(**query) for query in QUERIES),
    lambda reader: reader.coils(),
    lambda reader: reader.coils(camera="main"),
    lambda reader: reader._all(f"{history._COILS} GROUP BY coil ORDER BY last DESC LIMIT ?2", None, 9),
    lambda reader: [reader.twins(image) for image in reader.newest()],
]


def test_nothing_is_found_by_a_look_at_every_image(path: Path) -> None:
    """SQLite says of each query that it uses an index, and sorts none but the coils."""
    fill(path, 20)
    with contextlib.closing(CatalogReader(path)) as reader:
        asked: list[str] = []
        reader._db.set_trace_callback(asked.append)
        for ask in ASKED:
            ask(reader)
        reader._db.set_trace_callback(None)
        queries = {query for query in asked if "images" in query}
        assert len(queries) > 50
        for query in queries:
            plan = [row[3] for row in reader._db.execute(f"EXPLAIN QUERY PLAN {query}")]
            assert not [step for step in plan if "SCAN images" in step], (query, plan)
            assert "GROUP BY coil" in query or not [step for step in plan if "TEMP B-TREE" in step], (query, plan)
            assert "BY coil" not in query or any("COVERING INDEX images_by_coil_capture" in step for step in plan), plan


def test_a_catalog_of_the_version_before_is_brought_up_to_date(path: Path) -> None:
    """With all that is in it; until the watcher has done so, a reader waits."""
    with contextlib.closing(database.connect(path, schema.MIGRATIONS[:1], write=True)) as before:
        before.execute("INSERT INTO log VALUES (1, 'line-1', 'e', 2, 0, 0)")
        before.execute("INSERT INTO folders VALUES (1, 'main', 'original', 0)")
        for seq in (1, 2):
            before.execute(
                "INSERT INTO images VALUES (?, 1, ?, ?, 'A', ?, 0, 0, 1, 1, 1, 'image/jpeg', 0, 0, 0, 0, 0)",
                (seq, f"{seq}.jpg", seq, 1000 * seq),
            )
    with pytest.raises(CatalogMissing, match="not ready yet"):
        CatalogReader(path)
    CatalogWriter(path, "line-1").close()
    with contextlib.closing(CatalogReader(path)) as reader:
        assert (reader.epoch, reader.head()) == ("e", 2)
        assert [image.seq for image in reader.history(kind="original").images] == [2, 1]
    with contextlib.closing(sqlite3.connect(path)) as db:
        indexes = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'index'")]
        assert sum(name.startswith("images_by") for name in indexes) == 4, "each costs every commit"
