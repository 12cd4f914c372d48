"""Whether deleting makes room: told from what becomes free at once, or a little later."""

from __future__ import annotations

from services.janitor.relief import AGAIN_S, DOUBT_AFTER, Relief

BURST, SIZE_BYTES = 20, 20_000_000


def deleted(relief: Relief, free: int, gain: int, others: int = 0, count: int = DOUBT_AFTER) -> int:
    """So many images, of which each burst frees `gain` at once; between bursts others write."""
    for _ in range(0, count, BURST):
        relief.deleted(BURST, SIZE_BYTES, free, free + gain)
        free += gain - others
    return free


def test_what_makes_room_is_never_in_doubt() -> None:
    """However many go, and however fast others fill it up between two bursts."""
    relief = Relief()
    for _ in range(10):
        deleted(relief, 10**9, SIZE_BYTES, others=3 * SIZE_BYTES)
        assert not relief.is_doubtful


def test_what_frees_nothing_is() -> None:
    """Once enough has gone to tell; also where others free a little, and where new images take some."""
    for gain in (0, SIZE_BYTES // 20, -1000):
        relief = Relief()
        deleted(relief, 10**9, gain, count=DOUBT_AFTER - BURST)
        assert not relief.is_doubtful
        deleted(relief, 10**9, gain, count=BURST)
        assert relief.is_doubtful


def test_a_filesystem_that_shows_it_late_is_waited_for() -> None:
    """What is free is compared with what was before the first burst."""
    relief = Relief()
    free = deleted(relief, 10**9, 0)
    assert not relief.has_come(free)
    assert relief.is_doubtful
    assert relief.has_come(free + DOUBT_AFTER // BURST * SIZE_BYTES)
    assert not relief.is_doubtful


def test_what_was_in_vain_is_tried_again_later() -> None:
    """Or as soon as there is room."""
    relief = Relief()
    assert not relief.is_in_vain(0.0)
    deleted(relief, 10**9, 0)
    relief.gave_up(100.0)
    assert not relief.is_doubtful
    assert relief.is_in_vain(99.0 + AGAIN_S)
    assert not relief.is_in_vain(100.0 + AGAIN_S)
    relief.is_over()
    assert not relief.is_in_vain(101.0)
