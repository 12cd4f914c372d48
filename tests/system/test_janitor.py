"""Retention with real processes: folder, catalog and previews lose the same images, whatever happens meanwhile."""

from __future__ import annotations

import contextlib
import io
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageFilter

from services.shared.retention.plan import YOUNG_MS
from tests.support.pictures import jpeg
from tests.system.support.janitor import Household, free_share
from tests.system.support.mounts import mounted

KILLS = 20


@pytest.fixture
def folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="cc-"))
    yield path
    shutil.rmtree(path)


@pytest.mark.timeout(240)
def test_killed_again_and_again_it_leaves_nothing_half_deleted(folder: Path) -> None:
    """Twenty times in the midst of it: then frames are whole, and folder, catalog and previews have the same images."""
    household = Household(folder, COILCAST_RETENTION_MAX_COUNT="40", COILCAST_RETENTION_MAX_DELETES_PER_S="100")
    chance = random.Random(4)
    try:
        household.make_folders()
        household.start()
        household.frames(0, 500)
        household.until(lambda: len(household.seqs()) == 1000, 30, "all images")
        household.make()
        household.pin(7, "labeled")
        household.grow_old()
        for _ in range(KILLS):
            household.tidy()
            before = len(household.there())
            household.until(lambda: len(household.there()) < before or before <= 41, 30, "that something goes")  # noqa: B023
            time.sleep(chance.uniform(0.0, 0.08))
            assert household.end_janitor(signal.SIGKILL) == -signal.SIGKILL
        assert len(household.there()) > 41, "it was done before it was killed so often"
        household.tidy()
        household.until(
            lambda: len(household.there()) == len(household.there("labeled")) == 40, 60, household.log_text()
        )
        assert household.end_janitor() == 0
        expected = [7, *range(461, 500)]
        assert household.there("original") == household.there("labeled") == expected
        household.until(household.agrees, 60, "folders, catalog and previews that agree")
        assert "ERROR" not in household.log_text()
    finally:
        household.close()


def test_killed_between_the_halves_it_leaves_word_of_the_other(folder: Path) -> None:
    """The next one finishes what was begun, and nothing else, though no limit asks for it any more."""
    household = Household(folder, COILCAST_RETENTION_MAX_COUNT="5")
    try:
        household.make_folders()
        household.start()
        household.frames(0, 10)
        household.until(lambda: len(household.seqs()) == 20, 10, "all images")
        household.make()
        household.grow_old()
        killed = household.tidy(sys.executable, "-m", "tests.system.support.killed_at", "between_the_halves")
        household.until(lambda: killed.poll() is not None, 20, "its end")
        assert killed.returncode == -signal.SIGKILL
        assert (household.there(), household.there("labeled")) == ([*range(10)], [*range(1, 10)])
        household.environment["COILCAST_RETENTION_MAX_COUNT"] = "0"
        household.tidy()
        household.until(lambda: household.there() == [*range(1, 10)], 20, "what the janitor is to do")
        household.until(household.agrees, 20, "folders, catalog and previews that agree")
        assert household.end_janitor() == 0
        assert household.there("labeled") == [*range(1, 10)]
    finally:
        household.close()


def test_old_originals_become_smaller_and_nobody_takes_them_for_new(folder: Path) -> None:
    """Another version under the name, with the times of the old one; previews are made again; the rest is as it was."""
    household = Household(folder, COILCAST_RETENTION_REENCODE_AFTER_H="0.001")
    picture = io.BytesIO()
    Image.effect_noise((400, 300), 20).filter(ImageFilter.GaussianBlur(1)).save(picture, "JPEG", quality=98)
    data = picture.getvalue()
    try:
        household.make_folders()
        household.start()
        household.make()
        paths = [household.put(number, kind, data) for number in range(4) for kind in ("original", "labeled")]
        household.until(lambda: len(household.told()) == 8, 10, "all images")
        household.makes(*household.seqs())
        originals = [path for path in paths if path.parent.name == "original"]
        before = {path: path.stat() for path in paths}
        newest = household.reader.newest(kind="original")[0]
        household.tidy()
        household.until(
            lambda: all(path.stat().st_size < len(data) for path in originals[:3]), 30, household.log_text()
        )
        household.until(lambda: len(household.told()) == 11, 10, "three new versions")
        changes = [event for event in household.events if event.type == "changed"]
        assert [event.image.filename for event in changes] == [path.name for path in originals[:3]]
        assert [(event.shown, event.image.revised) for event in changes] == [(False, True)] * 3
        for path in paths:
            assert path.stat().st_mtime_ns == before[path].st_mtime_ns
        assert originals[3].read_bytes() == data
        assert household.reader.newest(kind="original")[0] == newest
        for path, event in zip(originals, changes, strict=False):
            with Image.open(path) as image:
                image.load()
                assert image.size == (400, 300)
            assert event.image.size_bytes == path.stat().st_size
        household.until(household.agrees, 20, "previews of the new versions alone")
        assert [path.name for path in household.original.iterdir() if path.name.startswith(".")] == []
        assert household.end_janitor() == 0
    finally:
        household.close()


def test_a_disk_without_a_free_byte_keeps_nobody_from_making_room(folder: Path) -> None:
    """Also where the state lies on it: the janitor starts, writes down what it deletes, and the watcher logs it."""
    with mounted(folder):
        household = Household(folder, COILCAST_RETENTION_KEEP_FREE_PERCENT="10", COILCAST_RETENTION_INTERVAL_S="60")
        try:
            # In a node it is supervisord that writes the logs, and bears it that it cannot.
            household.log, household.janitor_log = (folder.with_suffix(end) for end in (".watcher", ".janitor"))
            household.make_folders()
            household.start()
            for number in range(150):
                household.put(number, "original", jpeg(str(number), 300_000))
            household.until(lambda: len(household.seqs()) == 150, 20, "a catalog that knows most")
            _fill(household)
            assert free_share(folder) == 0
            time.sleep(YOUNG_MS / 1000)
            household.tidy()
            household.until(lambda: free_share(folder) >= 0.1, 30, "what the janitor is to do")
            household.until(lambda: household.catalogued() == household.there(), 20, "a catalog that knows")
            assert household.end_janitor() == 0
            assert "cannot be written down" not in household.log_text()
            assert household.there()[0] > 0
        finally:
            household.close()
            for log in (household.log, household.janitor_log):
                log.unlink(missing_ok=True)


def _fill(household: Household) -> None:
    """Images until no more fits, and the last block with the beginning of one."""
    with contextlib.suppress(OSError):
        for number in range(150, 400):
            household.put(number, "original", jpeg(str(number), 300_000))
    (unfinished,) = household.original.glob(".*")
    fd = os.open(unfinished, os.O_WRONLY | os.O_APPEND)
    with contextlib.suppress(OSError):
        while True:
            os.write(fd, bytes(4096))
    os.close(fd)
