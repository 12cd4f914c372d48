"""The preview files of one catalog, and what is deleted when nobody needs it."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.shared.previews import is_poison, poison_path, preview_path
from services.thumbnailer.attempts import Attempts
from services.thumbnailer.store import SIZES, Store
from services.thumbnailer.sweep import sweep

EPOCH, OTHER = "0123456789abcdef", "fedcba9876543210"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / EPOCH)


def write(store: Store, seq: int) -> None:
    """Both previews, each with its size's name in it."""
    for size in SIZES:
        store.write(seq, size, size.encode())


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_previews_are_where_everybody_looks(store: Store, tmp_path: Path) -> None:
    """Under the names that all services share, and nothing else is left beside them."""
    assert not store.has(7)
    write(store, 7)
    assert store.has(7)
    assert preview_path(tmp_path / EPOCH, 7, "strip").read_bytes() == b"strip"
    assert preview_path(tmp_path / EPOCH, 7, "screen").read_bytes() == b"screen"
    assert len(files(tmp_path)) == 2


def test_one_preview_is_none(store: Store, tmp_path: Path) -> None:
    """Nor is an empty one, which a power cut may leave."""
    write(store, 7)
    preview_path(tmp_path / EPOCH, 7, "screen").write_bytes(b"")
    assert not store.has(7)
    preview_path(tmp_path / EPOCH, 7, "screen").unlink()
    assert not store.has(7)


def test_what_a_killed_worker_left_is_in_nobodys_way(store: Store, tmp_path: Path) -> None:
    """The next one writes its own."""
    left = preview_path(tmp_path / EPOCH, 7, "strip")
    left.parent.mkdir(parents=True)
    left.with_name(f".{left.name}").write_bytes(b"half of a much longer one")
    write(store, 7)
    assert left.read_bytes() == b"strip"
    assert len(files(tmp_path)) == 2


def test_poison_says_why(store: Store, tmp_path: Path) -> None:
    """Everybody finds the mark, people the reason in it."""
    assert not store.is_poison(7)
    store.mark_poison(7, "broken \udcff data")
    assert store.is_poison(7)
    assert is_poison(tmp_path / EPOCH, 7)
    assert poison_path(tmp_path / EPOCH, 7).read_text() == "broken \\udcff data\n"


def test_all_of_an_image_goes_together(store: Store, tmp_path: Path) -> None:
    """That of others stays, and what is gone already is no error."""
    write(store, 7)
    write(store, 8)
    store.mark_poison(7, "")
    preview_path(tmp_path / EPOCH, 7, "strip").with_name(".7.strip.jpg").write_bytes(b"")
    for _ in range(2):
        store.delete(7)
    assert files(tmp_path / EPOCH) == ["000000/8.screen.jpg", "000000/8.strip.jpg"]


def test_a_sweep_leaves_what_the_catalog_has(store: Store, tmp_path: Path) -> None:
    """What there is of images that are gone is deleted, and what the catalog before this one left; nothing else."""
    present = {3, 1500, 2500}
    attempts = Attempts(tmp_path / EPOCH)
    for seq in (3, 4, 1500, 1501, 2000):
        write(store, seq)
    for seq in (2500, 2501):
        store.mark_poison(seq, "")
        attempts.begin(seq)
    (tmp_path / EPOCH / "000001" / ".1502.strip.jpg").write_bytes(b"")
    write(Store(tmp_path / OTHER), 3)
    Attempts(tmp_path / OTHER).begin(3)
    for kept in ("lost+found/file", "notes.txt", f"{EPOCH}/notes.txt", f"{EPOCH}/000001/notes.txt", f"{EPOCH}/other/1"):
        (tmp_path / kept).parent.mkdir(exist_ok=True)
        (tmp_path / kept).write_bytes(b"")
    (tmp_path / EPOCH / "empty").mkdir()
    steps = list(sweep(tmp_path, EPOCH, lambda first, last: {seq for seq in present if first <= seq <= last}))
    assert files(tmp_path / EPOCH) == [
        "000000/3.screen.jpg",
        "000000/3.strip.jpg",
        "000001/1500.screen.jpg",
        "000001/1500.strip.jpg",
        "000001/notes.txt",
        "000002/2500.poison",
        "attempts/2500",
        "notes.txt",
        "other/1",
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == [EPOCH, "lost+found", "notes.txt"]
    assert (tmp_path / EPOCH / "empty").is_dir()
    assert len(steps) > 8


def test_a_sweep_that_would_take_too_much_takes_nothing(store: Store, tmp_path: Path) -> None:
    """It asks once it has counted: how many would go, of how many."""
    for seq in (3, 4, 1500, 1501, 2000):
        write(store, seq)
    asked: list[tuple[int, int]] = []

    def holds_back(orphans: int, held: int) -> bool:
        asked.append((orphans, held))
        return len(asked) == 1

    def present(first: int, last: int) -> set[int]:
        return {3} if first <= 3 <= last else set()

    list(sweep(tmp_path, EPOCH, present, holds_back))
    assert all(store.has(seq) for seq in (3, 4, 1500, 1501, 2000))
    list(sweep(tmp_path, EPOCH, present, holds_back))
    assert asked == [(4, 5), (4, 5)]
    assert [seq for seq in (3, 4, 1500, 1501, 2000) if store.has(seq)] == [3]


def test_a_sweep_needs_no_folder(tmp_path: Path) -> None:
    """Before the first preview there is nothing to tidy up."""
    assert list(sweep(tmp_path / "previews", EPOCH, lambda first, last: set())) == []


def test_a_folder_that_is_emptied_goes(store: Store, tmp_path: Path) -> None:
    """And comes back with the next preview."""
    write(store, 1500)
    list(sweep(tmp_path, EPOCH, lambda first, last: set()))
    assert list((tmp_path / EPOCH).iterdir()) == []
    write(store, 1501)
    assert store.has(1501)
