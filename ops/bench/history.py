#!/usr/bin/env python3
"""How long does the catalog take to look back over a million images?

    .venv/bin/python ops/bench/history.py
    .venv/bin/python ops/bench/history.py --count 100000

Two cameras with two kinds each, coils of 600 frames, an image a second in each folder; one kind has no image at all.
Each figure is the 95th percentile of what one question takes in the thread that asks the catalog.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from processes import scratch
from report import Report, percentile, say

from services.shared.catalog import CatalogReader, CatalogWriter, Sighting

BASE_MS = 1_750_000_000_000
EVERY_MS = 1000
FRAMES_OF_A_COIL = 600
FOLDERS = [(camera, kind) for camera in ("main", "c2") for kind in ("original", "labeled")]

PAGE_BAR_MS = 10.0
DENSITY_BAR_MS = 50.0
WHOLE_BAR_MS = 500.0
"""Whatever has to count a million."""

ASKED = 50


def fill(path: Path, count: int) -> None:
    writer = CatalogWriter(path, "bench")
    folders = [writer.folder(camera, kind, 0).id for camera, kind in FOLDERS]
    writer.folder("main", "empty", 0)
    batch: list[Sighting] = []
    for frame in range(count // len(folders)):
        at_ms = BASE_MS + frame * EVERY_MS
        coil = str(10_000 + frame // FRAMES_OF_A_COIL)
        batch += [_sighting(folder_id, at_ms, coil, frame) for folder_id in folders]
        if len(batch) >= 4000:
            writer.record(batch)
            batch.clear()
    writer.record(batch)
    writer.close()


class Asking:
    """Questions to one catalog of so many frames in each folder, and how long their answers take."""

    def __init__(self, catalog: CatalogReader, frames: int) -> None:
        self._catalog = catalog
        self._frames = frames
        self._chance = random.Random(1)

    def took(self, ask: Callable[..., object], **query: Any) -> float:
        """The 95th percentile, in ms."""
        return self._took(lambda: ask(**query))

    def page(self, share: float, **query: Any) -> float:
        """How long a page takes after this share of all, give or take a tenth."""

        def ask() -> object:
            after = min(1.0, max(0.0, share + self._chance.uniform(-0.1, 0.1)))
            at_ms = BASE_MS + round(self._frames * (1 - after)) * EVERY_MS + 60_000
            return self._catalog.history(**query, before=(at_ms, 0), limit=100)

        return self._took(ask)

    def _took(self, ask: Callable[[], object]) -> float:
        times_ms = []
        for _ in range(ASKED):
            began_s = time.perf_counter()
            ask()
            times_ms.append((time.perf_counter() - began_s) * 1e3)
        return percentile(times_ms, 0.95)


def bench(catalog: CatalogReader, frames: int, report: Report) -> None:
    asking = Asking(catalog, frames)
    questions: list[tuple[str, dict[str, str]]] = [
        ("everything", {}),
        ("a camera", {"camera": "c2"}),
        ("a type", {"kind": "labeled"}),
        ("a camera and a type", {"camera": "main", "kind": "original"}),
    ]
    for name, query in questions:
        report.figure(f"the newest 100 of {name}", asking.took(catalog.history, **query), PAGE_BAR_MS, "ms")
        report.figure("  the oldest", asking.took(catalog.history, order="oldest", **query), PAGE_BAR_MS, "ms")
        report.figure("  a page in the middle", asking.page(0.5, **query), PAGE_BAR_MS, "ms")
        report.figure("  one of the last pages", asking.page(1.0, **query), PAGE_BAR_MS, "ms")
    coil = str(10_000 + frames // FRAMES_OF_A_COIL // 2)
    report.figure("the newest 100 of a coil", asking.took(catalog.history, coil=coil), PAGE_BAR_MS, "ms")
    report.figure("a type without an image", asking.took(catalog.history, kind="empty"), PAGE_BAR_MS, "ms")
    part_ms = BASE_MS + 25_000 * EVERY_MS
    report.figure("density of 100,000 images", asking.took(catalog.density, to_ms=part_ms), DENSITY_BAR_MS, "ms")
    report.figure("density of all", asking.took(catalog.density), WHOLE_BAR_MS, "ms")
    report.figure("the last 100 coils", asking.took(catalog.coils, limit=100), WHOLE_BAR_MS, "ms")
    report.figure("  of a camera", asking.took(catalog.coils, limit=100, camera="main"), WHOLE_BAR_MS, "ms")


def _sighting(folder_id: int, at_ms: int, coil: str, frame: int) -> Sighting:
    return Sighting(
        folder_id=folder_id, filename=f"20260101000000_{coil}_{at_ms}_x.jpg", coil=coil, captured_at_ms=at_ms,
        written_at_ms=at_ms + 30, seen_at_ms=at_ms + 31, size_bytes=1_600_000, width=4096, height=3072,
        media_type="image/jpeg", mtime_ns=at_ms * 1_000_000, inode=frame, fingerprint=frame,
    )  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1_000_000, help="images (1000000: half a gigabyte for a moment)")
    parser.add_argument("--folder", type=Path, help="where to work (the folder for temporary files)")
    arguments = parser.parse_args()
    report = Report()
    with scratch(arguments.folder) as root:
        path = root / "catalog.db"
        fill(path, arguments.count)
        say(f"{arguments.count} images, {path.stat().st_size / 1e6:.0f} MB")
        with contextlib.closing(CatalogReader(path)) as catalog:
            bench(catalog, arguments.count // len(FOLDERS), report)
    return report.exit_code


if __name__ == "__main__":
    sys.exit(main())
