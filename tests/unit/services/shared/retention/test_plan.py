"""Who goes: whatever there is and whatever the limits are, the newest, the pinned and whole frames are safe."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from services.shared.catalog import Held, HeldFolder
from services.shared.retention import Going, Limits, Plan, Shortage
from services.shared.retention.limits import DAY_MS
from services.shared.retention.plan import BLOCK_BYTES, YOUNG_MS

NOW_MS = 1_900_000_000_000
ORIGINAL, LABELED, SIDE = (
    HeldFolder(1, "main", "original"),
    HeldFolder(2, "main", "labeled"),
    HeldFolder(3, "side", "original"),
)


class Shelf:
    """A Stock of what a list says."""

    def __init__(self, images: Sequence[Held], folders: Sequence[HeldFolder] = (ORIGINAL, LABELED, SIDE)) -> None:
        self.images = list(images)
        self._folders = folders

    def held_folders(self) -> Sequence[HeldFolder]:
        return self._folders

    def count_of(self, folder_id: int) -> int:
        return len(self._of(folder_id))

    def size_bytes_of(self, folder_id: int) -> int:
        return sum(one.size_bytes for one in self._of(folder_id))

    def oldest(self, folder_id: int) -> Iterator[Held]:
        return iter(sorted(self._of(folder_id), key=lambda one: (one.arrival, one.seq)))

    def captured_before(self, folder_id: int, at_ms: int) -> Iterator[Held]:
        return (one for one in self._by_capture(folder_id) if one.captured_at_ms < at_ms)

    def captured_from(self, folder_id: int, at_ms: int) -> Iterator[Held]:
        return (one for one in self._by_capture(folder_id) if one.captured_at_ms >= at_ms)

    def frame(self, held: Held) -> tuple[Held, ...]:
        return tuple(one for one in self.images if frame_of(one) == frame_of(held))

    def newest_seqs(self, folder_id: int) -> set[int]:
        images = self._of(folder_id)
        orders = (lambda one: one.arrival, lambda one: one.captured_at_ms)
        return {max(images, key=order).seq for order in orders} if images else set()

    def _of(self, folder_id: int) -> list[Held]:
        return [one for one in self.images if one.folder_id == folder_id]

    def _by_capture(self, folder_id: int) -> list[Held]:
        return sorted(self._of(folder_id), key=lambda one: one.captured_at_ms)


def frame_of(held: Held) -> tuple[str, str | None, int]:
    return held.camera, held.coil, held.captured_at_ms


def held(seq: int, folder: HeldFolder = ORIGINAL, *, age_ms: int = DAY_MS, size: int = 100, coil: str = "1") -> Held:
    """An image that was captured, written and seen so long ago."""
    at_ms = NOW_MS - age_ms
    name = f"{seq}.jpg"
    return Held(seq, *folder, name, coil, at_ms, at_ms, size, at_ms * 1_000_000, seq, "image/jpeg")


def is_young(one: Held) -> bool:
    return one.arrival > 0 and NOW_MS - one.seen_at_ms < YOUNG_MS


def gone(
    images: Sequence[Held],
    *,
    limits: Limits = Limits(),  # noqa: B008
    pinned: Sequence[int] = (),
    shortages: Sequence[Shortage] = (),
) -> list[tuple[str, list[int]]]:
    plan = Plan(Shelf(images), lambda _: limits, lambda one: one.seq in pinned, NOW_MS, shortages)
    return [(going.reason, sorted(one.seq for one in going.images)) for going in plan]


def test_nothing_goes_without_a_limit() -> None:
    """However old it is."""
    assert gone([held(number, age_ms=10_000 * DAY_MS) for number in range(1, 5)]) == []


def test_the_oldest_go_until_the_limits_hold() -> None:
    """By age, by count, by bytes and by what a filesystem lacks; one image may be too much for several."""
    images = [held(number, age_ms=(10 - number) * DAY_MS, size=1000) for number in range(1, 10)]
    assert gone(images, limits=Limits(max_age_ms=int(6.5 * DAY_MS))) == [("age", [1]), ("age", [2]), ("age", [3])]
    assert gone(images, limits=Limits(max_count=7)) == [("count", [1]), ("count", [2])]
    assert gone(images, limits=Limits(max_bytes=7500)) == [("bytes", [1]), ("bytes", [2])]
    assert gone(images, limits=Limits(max_age_ms=8 * DAY_MS + 1, max_count=7)) == [("age", [1]), ("count", [2])]
    shortage = Shortage(frozenset({1}), 2 * BLOCK_BYTES)
    assert gone(images, shortages=[shortage]) == [("watermark", [1]), ("watermark", [2])]
    assert gone(images, shortages=[Shortage(frozenset({1}), 0, files=1)]) == [("watermark", [1])]
    assert gone(images, limits=Limits(max_count=8), shortages=[shortage]) == [("count", [1]), ("watermark", [2])]


def test_the_other_half_goes_along() -> None:
    """Where the stricter limit is one kind's, the same moment in the other kind goes with it."""
    images = [
        one
        for number in range(1, 5)
        for one in (
            held(2 * number, ORIGINAL, age_ms=(9 - number) * DAY_MS),
            held(2 * number + 1, LABELED, age_ms=(9 - number) * DAY_MS),
        )
    ]
    limits = {"original": Limits(max_count=2), "labeled": Limits()}
    plan = Plan(Shelf(images), lambda folder: limits[folder.kind], lambda _: False, NOW_MS)
    assert [sorted(one.seq for one in going.images) for going in plan] == [[2, 3], [4, 5]]


def test_what_has_only_just_come_stays() -> None:
    """Its other half may be on its way; an image of a clock that was set back is not held for ever."""
    images = [held(1, age_ms=YOUNG_MS - 1), held(2, age_ms=YOUNG_MS), held(3, age_ms=-DAY_MS), held(4, age_ms=1)]
    assert gone(images, limits=Limits(max_count=1)) == [("count", [2])]
    assert gone([*images, held(5, age_ms=-2 * DAY_MS)], limits=Limits(max_count=1)) == [("count", [2]), ("count", [3])]
    imported = [held(number, age_ms=number)._replace(arrival=-number) for number in (8, 9)]
    assert gone([*imported, *images], limits=Limits(max_count=4)) == [("count", [9]), ("count", [8])]


def test_a_camera_without_a_clock_loses_nothing_that_is_new() -> None:
    """Captured in 1970 by its own word and written a minute ago: not old, and not the oldest."""
    wrong = held(9, age_ms=60_000)._replace(captured_at_ms=0)
    images = [held(1, age_ms=3 * DAY_MS), held(2, age_ms=2 * DAY_MS), wrong, held(10, age_ms=30_000)]
    assert gone(images, limits=Limits(max_age_ms=int(2.5 * DAY_MS))) == [("age", [1])]
    assert gone(images, limits=Limits(max_count=3)) == [("count", [1])]
    ahead = held(3, age_ms=9 * DAY_MS)._replace(captured_at_ms=NOW_MS + 400 * DAY_MS)
    newer = held(4, age_ms=8 * DAY_MS)._replace(captured_at_ms=NOW_MS + 401 * DAY_MS)
    assert gone([*images, ahead, newer], limits=Limits(max_age_ms=5 * DAY_MS)) == [("age", [3])]


def test_what_came_lately_is_not_old_whatever_its_times_say() -> None:
    """A camera in 1970 whose files are copied with their times; not what was there first, nor by a clock that leapt."""
    wrong = held(9, age_ms=60_000)._replace(captured_at_ms=0, mtime_ns=0)
    limits = Limits(max_age_ms=2 * DAY_MS)
    newest = held(20, age_ms=1000)
    assert gone([wrong, newest], limits=limits) == []
    assert gone([wrong._replace(arrival=-9), newest], limits=limits) == [("age", [9])]
    assert gone([wrong._replace(seen_at_ms=NOW_MS - 2 * DAY_MS - 1), newest], limits=limits) == [("age", [9])]
    assert gone([wrong._replace(seen_at_ms=NOW_MS + DAY_MS), newest], limits=limits) == [("age", [9])]


def test_what_remains_short_is_told() -> None:
    """When all that may go has gone and it is still not enough."""
    plan = Plan(
        Shelf([held(1, age_ms=2 * DAY_MS), held(2)]),
        lambda _: Limits(),
        lambda _: False,
        NOW_MS,
        [Shortage(frozenset({1, 2}), 5 * BLOCK_BYTES)],
    )
    assert [one.seq for going in plan for one in going.images] == [1]
    assert plan.unmet == [Shortage(frozenset({1, 2}), 4 * BLOCK_BYTES, -1)]


def test_what_is_deleted_already_counts_as_gone() -> None:
    """Though the stock still has it; and what it took up is free by then."""
    images = [held(number, age_ms=(10 - number) * DAY_MS) for number in range(1, 6)]
    short = Shortage(frozenset({1}), BLOCK_BYTES)
    for limits, shortages, expected in [
        (Limits(max_count=3), [], []),
        (Limits(max_count=2), [], [3]),
        (Limits(), [short], [3]),
    ]:
        plan = Plan(Shelf(images), lambda _: limits, lambda _: False, NOW_MS, shortages, leaving=images[:2])  # noqa: B023
        assert [one.seq for going in plan for one in going.images] == expected


class Case(NamedTuple):
    """Any stock, with any limits."""

    images: list[Held]
    pinned: set[int]
    limits: dict[int, Limits]
    shortages: list[Shortage]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    moments = draw(st.lists(st.tuples(st.integers(0, 40), st.sampled_from("12")), min_size=1, max_size=25, unique=True))
    images: list[Held] = []
    for age, coil in moments:
        for folder in (ORIGINAL, LABELED, SIDE):
            if draw(st.booleans()):
                size = draw(st.integers(1, 9000))
                images.append(held(len(images) + 1, folder, age_ms=age * DAY_MS // 4, size=size, coil=coil))
    draw(st.randoms(use_true_random=False)).shuffle(images)
    images = [one._replace(arrival=number - len(images) // 2) for number, one in enumerate(images)]
    optional = st.none() | st.integers(1, 20)
    limits = {
        folder.id: Limits(
            (days * DAY_MS // 4 if (days := draw(optional)) else None),
            draw(optional),
            (kilobytes * 1000 if (kilobytes := draw(optional)) else None),
        )
        for folder in (ORIGINAL, LABELED, SIDE)
    }
    shortages = draw(
        st.lists(
            st.builds(
                Shortage,
                st.frozensets(st.sampled_from([1, 2, 3]), min_size=1),
                st.integers(0, 60_000),
                st.integers(0, 9),
            ),
            max_size=2,
        )
    )
    pinned = set(draw(st.lists(st.integers(1, 75), max_size=10)))
    return Case(images, pinned, limits, shortages)


@given(cases())
def test_the_promises_hold_whatever_there_is(case: Case) -> None:
    """The newest of each folder, the pinned and the young stay; frames go whole, once; all that can be met is met; and
    a watermark takes no frame more than it needs.
    """
    shelf = Shelf(case.images)
    plan = Plan(
        shelf, lambda folder: case.limits[folder.id], lambda one: one.seq in case.pinned, NOW_MS, case.shortages
    )
    goings = list(plan)
    going = [one.seq for each in goings for one in each.images]
    left = [one for one in case.images if one.seq not in going]
    assert len(going) == len(set(going))
    newest = {seq for folder in shelf.held_folders() for seq in shelf.newest_seqs(folder.id)}
    assert not newest & set(going)
    assert not case.pinned & set(going)
    assert not any(is_young(one) for one in case.images if one.seq in going)
    assert not {frame_of(one) for one in left} & {frame_of(one) for each in goings for one in each.images}
    _limits_hold(case, left, newest)
    _nothing_too_much(case, goings)


def _limits_hold(case: Case, left: list[Held], newest: set[int]) -> None:
    frames = defaultdict(list)
    for one in left:
        frames[frame_of(one)].append(one)

    def may_go(one: Held) -> bool:
        stays = (each.seq in newest or each.seq in case.pinned for each in frames[frame_of(one)])
        return not (any(stays) or any(map(is_young, frames[frame_of(one)])))

    for folder_id, limits in case.limits.items():
        images = [one for one in left if one.folder_id == folder_id]
        free = [one for one in images if may_go(one)]
        if limits.max_age_ms is not None:
            assert all(NOW_MS - one.captured_at_ms <= limits.max_age_ms for one in free)
        if limits.max_count is not None:
            assert len(images) <= limits.max_count or not free
        if limits.max_bytes is not None:
            assert sum(one.size_bytes for one in images) <= limits.max_bytes or not free
    for shortage in case.shortages:
        gone = [one for one in case.images if one not in left and one.folder_id in shortage.folder_ids]
        freed = sum(-(-one.size_bytes // BLOCK_BYTES) * BLOCK_BYTES for one in gone)
        is_met = freed >= shortage.size_bytes and len(gone) >= shortage.files
        assert is_met or not any(may_go(one) for one in left if one.folder_id in shortage.folder_ids)


def _nothing_too_much(case: Case, goings: list[Going]) -> None:
    """Without the last frame that went for a watermark, one of them would not be met."""
    if not goings or goings[-1].reason != "watermark":
        return
    gone = [one for going in goings[:-1] for one in going.images]

    def is_met(shortage: Shortage) -> bool:
        ours = [one for one in gone if one.folder_id in shortage.folder_ids]
        freed = sum(-(-one.size_bytes // BLOCK_BYTES) * BLOCK_BYTES for one in ours)
        return freed >= shortage.size_bytes and len(ours) >= shortage.files

    assert not all(map(is_met, case.shortages))
