"""The janitor's thread, beside a watcher that is played."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from services.janitor.pace import LEAD
from services.janitor.worker import Worker
from services.shared.catalog import CatalogWriter
from services.shared.runtime import Runtime
from tests.support.wait import until
from tests.unit.services.janitor.bed import Bed


class Stage:
    """What a Worker needs of a Runtime."""

    def __init__(self, bed: Bed) -> None:
        self.settings, self.log, self.figures = bed.settings, bed.log, bed.figures


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Any]:
    begun: list[tuple[Bed, Worker]] = []

    def worker(**values: str) -> tuple[Bed, Worker]:
        bed = Bed(tmp_path, **values)
        begun.append((bed, Worker(cast(Runtime, Stage(bed)), bed.report)))
        begun[-1][1].watched = bed.watched
        return begun[-1]

    yield worker
    for bed, one in begun:
        one.end()
        one.join(5.0)
        bed.close()


def test_a_catalog_made_anew_is_not_waited_for_in_the_old_one(make: Any) -> None:
    """Nobody logs any more in the one that was taken away what the janitor has deleted."""
    bed, worker = make(COILCAST_RETENTION_MAX_COUNT="10")
    for number in range(LEAD + 100):
        bed.add(number)
    worker.start()
    until(lambda: bed.report.detail()["deleted"] > LEAD, what="a janitor that waits for its watcher")
    bed.writer.close()
    for path in bed.settings.state.glob("catalog.db*"):
        path.rename(path.with_name(f"old-{path.name}"))
    bed.writer = CatalogWriter(bed.settings.catalog_path, "node")
    numbers = range(500, 530)
    for number in numbers:
        bed.add(number)
    until(lambda: set(bed.there()) & set(numbers) == set(numbers[-10:]), what="the limit in the new catalog")


def test_no_image_folder_stays_open(make: Any) -> None:
    """Between rounds, and after an image was made smaller: its filesystem could not be unmounted."""
    bed, worker = make(COILCAST_RETENTION_MAX_COUNT="10", COILCAST_RETENTION_REENCODE_AFTER_H="1")
    for number in range(12):
        bed.add(number)
    worker.start()
    until(lambda: bed.report.detail()["deleted"] == 2, what="the limit")
    progress = bed.settings.state / "janitor.json"
    until(progress.exists, what="a look at what could be smaller")

    def links() -> set[Path]:
        found = set()
        for link in Path("/proc/self/fd").iterdir():
            try:
                found.add(link.readlink())
            except OSError:
                continue
        return found

    until(lambda: bed.base / "original" not in links(), timeout_s=3.0, what="a folder that is let go")
