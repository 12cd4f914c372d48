"""Files on their way into a folder that are not finished."""

from __future__ import annotations

from pathlib import Path

from services.watcher.coming import CAPACITY, Coming
from services.watcher.polled import PassedOver


def test_a_file_that_grows_is_at_work(tmp_path: Path) -> None:
    """Coming counts, and so does growing; lying there does not."""
    coming, path = Coming(), tmp_path / ".a.tmp"
    path.write_bytes(b"x")
    coming.came(path.name, 1000)
    coming.look(tmp_path, 2000)
    assert coming.at_ms == 1000
    path.write_bytes(b"xx")
    coming.look(tmp_path, 3000)
    coming.look(tmp_path, 4000)
    assert coming.at_ms == 3000


def test_what_is_done_is_looked_at_no_more(tmp_path: Path) -> None:
    """A name that was closed, renamed or deleted says nothing later on."""
    coming, path = Coming(), tmp_path / "a.jpg"
    for name in ("a.jpg", "gone.jpg"):
        coming.came(name, 1000)
    coming.look(tmp_path, 2000)
    coming.done("a.jpg")
    path.write_bytes(b"x")
    (tmp_path / "gone.jpg").write_bytes(b"x")
    coming.look(tmp_path, 3000)
    assert coming.at_ms == 1000


def test_only_the_latest_are_looked_at(tmp_path: Path) -> None:
    """However many are left behind, a look costs the same."""
    coming = Coming()
    for number in range(CAPACITY + 1):
        (tmp_path / f".{number}").write_bytes(b"")
        coming.came(f".{number}", number)
    coming.look(tmp_path, 1000)
    (tmp_path / ".0").write_bytes(b"x")
    coming.look(tmp_path, 2000)
    assert coming.at_ms == CAPACITY
    (tmp_path / f".{CAPACITY}").write_bytes(b"x")
    coming.look(tmp_path, 3000)
    assert coming.at_ms == 3000


def test_a_polled_folder_tells_of_new_names_that_it_passes_over() -> None:
    """What lay there at the first listing is old, and what coilcast itself hides there is none."""
    coming = Coming()
    passed_over = PassedOver(coming)
    assert list(passed_over.sift([".old.tmp", "a.jpg"], 1_000_000_000)) == ["a.jpg"]
    assert coming.at_ms is None
    list(passed_over.sift([".old.tmp", ".coilcast-canary", ".coilcast-smaller.part"], 2_000_000_000))
    assert coming.at_ms is None
    list(passed_over.sift([".old.tmp", "b.jpg.part", "a.jpg"], 3_000_000_000))
    assert coming.at_ms == 3000
