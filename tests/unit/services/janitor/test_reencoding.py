"""Old originals become smaller, under their name, with their times and rights."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.janitor import reencoding, render
from services.janitor.reencoding import HIDDEN, Reencoder
from tests.unit.services.janitor.bed import Bed
from tests.unit.services.janitor.test_render import jpeg, picture

HOUR_MS = 3_600_000


@pytest.fixture
def bed(tmp_path: Path) -> Iterator[Bed]:
    bed = Bed(tmp_path)
    yield bed
    bed.close()


def reencoder(bed: Bed, after_ms: int = HOUR_MS, quality: int = 85) -> Reencoder:
    path = bed.settings.state / "janitor.json"
    return Reencoder(
        path, bed.reader, bed.folders, "original", quality, after_ms, bed.cleaner.is_kept, bed.report, bed.log
    )


def run(one: Reencoder) -> None:
    for _ in range(1000):
        if one.step() is None:
            return
    raise AssertionError("it does not come to an end")


def sizes(bed: Bed, kind: str = "original") -> list[int]:
    return [(bed.base / kind / bed.held(number, kind).filename).stat().st_size for number in bed.there(kind)]


def test_an_old_original_becomes_smaller(bed: Bed) -> None:
    """Its times, rights and owner stay; the other kind, the newest, the pinned and other formats are left alone."""
    data = jpeg(picture())
    for number in range(5):
        bed.add(number, "original", "labeled", data=data)
    bed.add(5, data=data, media_type="image/bmp")
    bed.add(6, data=data)
    bed.pins.pin_file("main", "labeled", bed.held(2, "labeled").filename, "Kim", "", 1)
    first = bed.base / "original" / bed.held(0).filename
    first.chmod(0o640)
    before = first.stat()
    run(reencoder(bed))
    made = [size < len(data) for size in sizes(bed)]
    assert made == [True, True, False, True, True, False, False]
    assert set(sizes(bed, "labeled")) == {len(data)}
    after = first.stat()
    assert (after.st_mode, after.st_mtime_ns, after.st_uid) == (before.st_mode, before.st_mtime_ns, before.st_uid)
    assert after.st_ino != before.st_ino
    assert not (bed.base / "original" / HIDDEN).exists()
    detail = bed.report.detail()
    assert (detail["reencoded"], detail["saved_bytes"]) == (4, 7 * len(data) - sum(sizes(bed)))


def test_what_is_not_old_enough_waits(bed: Bed) -> None:
    """By its capture and by its file's time, also where a camera's clock is wrong."""
    data, now_ms = jpeg(picture()), time.time_ns() // 1_000_000
    bed.add(0, data=data)
    bed.add(1, data=data, captured_at_ms=now_ms + 86_400_000)
    bed.add(2, data=data, captured_at_ms=now_ms, seen_at_ms=now_ms)
    bed.add(3, data=data)
    bed.add(4, data=data, captured_at_ms=now_ms + 2 * 86_400_000)
    run(reencoder(bed))
    assert [size < len(data) for size in sizes(bed)] == [True, True, False, False, False]


def test_it_goes_on_where_it_was(bed: Bed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also behind an image that ended the process; with another quality, from the beginning."""
    for number in range(5):
        bed.add(number, data=jpeg(picture()))

    class Killed(BaseException):
        pass

    tried: list[bytes] = []
    real = render.reencode

    def die(data: bytes, quality: int) -> bytes:
        tried.append(data)
        if len(tried) == 2:
            raise Killed
        return real(data, quality)

    monkeypatch.setattr(reencoding, "reencode", die)
    one = reencoder(bed)
    one.step()
    with pytest.raises(Killed):
        one.step()
    run(reencoder(bed))
    assert len(tried) == 4
    run(reencoder(bed))
    assert len(tried) == 4
    run(reencoder(bed, quality=50))
    assert len(tried) > 4


def test_another_version_that_comes_meanwhile_stays(bed: Bed, monkeypatch: pytest.MonkeyPatch) -> None:
    """The camera wrote it anew while it was being encoded; nothing hidden is left, of a killed predecessor neither."""
    for number in range(2):
        bed.add(number, data=jpeg(picture()))
    path = bed.base / "original" / bed.held(0).filename
    (bed.base / "original" / HIDDEN).write_bytes(b"half")
    real = render.reencode

    def overwritten(data: bytes, quality: int) -> bytes:
        path.write_bytes(b"another")
        return real(data, quality)

    monkeypatch.setattr(reencoding, "reencode", overwritten)
    run(reencoder(bed))
    assert path.read_bytes() == b"another"
    assert not (bed.base / "original" / HIDDEN).exists()
