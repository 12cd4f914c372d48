"""What is newest, and what happened lately."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.gateway import live as live_module
from services.gateway.live import COILS, EVERYTHING, Filter, Key, Live, Ranked
from services.shared.messages import Event, Image
from tests.support.serving import event, image

KEY: Key = ("main", "original")


def live(*events: Event) -> Live:
    made = Live("e", 0, (), ())
    for happened in events:
        made.apply(happened)
    return made


def names(images: dict[str, Image]) -> dict[str, int]:
    return {name: one.seq for name, one in images.items()}


def test_the_newest_is_the_last_that_came() -> None:
    """Whatever its camera's clock says."""
    node = live(event(1, captured_at_ms=9000), event(2, captured_at_ms=1), event(3, kind="labeled"))
    assert names(node.current()) == {"original": 2, "labeled": 3}
    newest = node.newest(EVERYTHING)
    assert newest is not None
    assert newest.image.seq == 3


@pytest.mark.parametrize(
    ("wanted", "seq"),
    [
        (EVERYTHING, 6),
        (Filter(kind="labeled"), 5),
        (Filter(camera="main"), 4),
        (Filter(camera="c2", kind="original"), 6),
        (Filter(coil="1"), 5),
        (Filter(coil="1", kind="original"), 3),
        (Filter(coil="1", kind="original", camera="main"), 1),
        (Filter(coil="9"), None),
        (Filter(kind="other"), None),
        (Filter(camera="c2", coil="2"), 6),
    ],
)
def test_each_filter_has_its_newest(wanted: Filter, seq: int | None) -> None:
    """By camera, kind and coil."""
    node = live(
        event(1, coil="1"),
        event(2, kind="labeled", coil="2"),
        event(3, camera="c2", coil="1"),
        event(4, coil="2"),
        event(5, camera="c2", kind="labeled", coil="1"),
        event(6, camera="c2", coil="2"),
    )
    newest = node.newest(wanted)
    assert (newest and newest.image.seq) == seq


def test_current_has_the_newest_of_each_kind_and_of_each_coil_across_cameras() -> None:
    """As the replaced service named them."""
    node = live(event(1, coil="1"), event(2, camera="c2", coil="1"), event(3, coil="2"), event(4))
    assert names(node.current()) == {"original": 4, "original_1": 2, "original_2": 3}
    assert names(node.current(Filter(camera="c2"))) == {"original": 2, "original_1": 2}
    assert names(node.current(Filter(coil="1"))) == {"original": 2, "original_1": 2}
    assert names(node.current(Filter(kind="labeled"))) == {}


def test_a_new_version_of_the_newest_takes_its_place() -> None:
    """As newest of its folder and of its coil."""
    node = live(event(1, coil="1"), event(2, coil="2"), event(3, "changed", previous_seq=2, coil="2"))
    assert names(node.current()) == {"original": 3, "original_1": 1, "original_2": 3}


def test_a_new_version_of_an_old_image_is_never_the_newest() -> None:
    """But it is what is there of its coil."""
    node = live(event(1, coil="1"), event(2, coil="2"))
    node.apply(event(3, "changed", shown=False, previous_seq=1, coil="1"))
    assert names(node.current()) == {"original": 2, "original_1": 3, "original_2": 2}
    node.apply(event(4, coil="1"))
    node.apply(event(5, "changed", shown=False, previous_seq=3, coil="1"))
    assert names(node.current()) == {"original": 4, "original_1": 4, "original_2": 2}


def test_where_the_newest_went_is_asked_for() -> None:
    """And taken in, or nothing is there any more."""
    node = live(event(1, coil="1"), event(2, coil="1"), event(3, kind="labeled", coil="1"))
    assert node.apply(event(4, "removed", image(1, coil="1"))) == []
    assert node.apply(event(5, "removed", image(2, coil="1"))) == [(KEY, None), (KEY, "1")]
    node.replace(KEY, None, Ranked(-7, image(9)))
    node.replace(KEY, "1", None)
    assert names(node.current()) == {"original": 9, "labeled": 3, "labeled_1": 3}
    assert node.apply(event(6, "removed", image(3, kind="labeled", coil="1"))) == [
        (("main", "labeled"), None),
        (("main", "labeled"), "1"),
    ]
    node.replace(("main", "labeled"), None, None)
    node.replace(("main", "labeled"), "1", None)
    assert names(node.current()) == {"original": 9}
    assert not node.knows_coil("1")


def test_a_client_shows_the_newest_of_each_folder_by_arrival() -> None:
    """Also where its seq is smaller than that of an old import or an old image's new version."""
    node = Live("e", 9, [(-2, image(9, kind="labeled", coil="1")), (-1, image(5, kind="labeled", coil="2"))], ())
    node.apply(event(10, coil="1"))
    node.apply(event(11, coil="2"))
    node.apply(event(12, "changed", shown=False, previous_seq=10, coil="1"))
    assert sorted(node.shown(EVERYTHING)) == [(("main", "labeled"), 5), (KEY, 11)]
    assert sorted(node.shown(Filter(coil="1"))) == [(("main", "labeled"), 9), (KEY, 12)]
    assert node.shown(Filter(coil="9")) == []


def test_the_newest_coils_are_kept() -> None:
    """So many; the one that was seen longest ago goes, not the one that came first."""
    node = live(*(event(seq, coil=str(seq)) for seq in range(1, COILS + 1)))
    node.apply(event(100, kind="labeled", coil="1"))
    node.apply(event(101, coil="new"))
    assert node.knows_coil("1")
    assert node.knows_coil("new")
    assert not node.knows_coil("2")
    assert len(node.current()) == 2 + COILS + 1


def test_memory_does_not_grow_with_coils(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor with events."""
    monkeypatch.setattr(live_module, "RECENT_EVENTS", 10)
    node = live(*(event(seq, coil=str(seq)) for seq in range(1, 500)))
    assert len(node._coils) == COILS
    assert len(node._recent) == 10


def test_what_happened_lately_is_remembered_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond it the answer is that nobody knows, never a part."""
    monkeypatch.setattr(live_module, "RECENT_EVENTS", 5)
    node = live(*(event(seq) for seq in range(1, 6)))
    assert [one.seq for one in node.since(0) or ()] == [1, 2, 3, 4, 5]
    node.apply(event(6))
    assert node.since(0) is None
    assert [one.seq for one in node.since(1) or ()] == [2, 3, 4, 5, 6]
    assert [one.seq for one in node.since(3, 2) or ()] == [4, 5]
    assert node.since(1, 0) == []
    assert node.since(6) == []
    assert node.since(99) == []
    assert node.since(-1) is None


def test_seqs_without_an_event_are_imports() -> None:
    """They are no hole in what is remembered."""
    node = Live("e", 20, (), [event(12), event(15)])
    assert [one.seq for one in node.since(11) or ()] == [12, 15]
    assert [one.seq for one in node.since(13) or ()] == [15]
    assert node.since(10) is None
    node.advance(30)
    node.advance(25)
    assert node.head == 30
    assert node.since(20) == []
    node.apply(event(31))
    assert [one.seq for one in node.since(12) or ()] == [15, 31]


def test_a_start_without_events_remembers_nothing() -> None:
    """Only what comes from then on."""
    node = Live("e", 20, (), ())
    assert node.since(19) is None
    assert node.since(20) == []


def test_the_catalogs_word_is_taken_over() -> None:
    """What was newest before is forgotten; the version says that something else may be."""
    node = live(event(1, coil="1"))
    version = node.version
    node.load([(-5, image(7, coil="2")), (-4, image(6, coil="3")), (-6, image(8, kind="labeled"))])
    assert node.version != version
    assert names(node.current()) == {"original": 6, "labeled": 8, "original_2": 7, "original_3": 6}
    assert not node.knows_coil("1")


def test_only_the_newest_of_a_folder_is_found_by_its_seq() -> None:
    """A preview of another is shown by nobody."""
    node = live(event(1), event(2), event(3, kind="labeled"))
    found = [node.newest_image(seq) for seq in (1, 2, 3, 4)]
    assert found == [None, image(2), image(3, kind="labeled"), None]
    assert node.newest_of(KEY) == image(2)
    assert node.newest_of(("c2", "original")) is None


@settings(max_examples=200)
@given(st.lists(st.tuples(st.sampled_from(["write", "remove"]), st.integers(0, 11)), max_size=80))
def test_memory_says_what_a_look_at_all_images_would(acts: list[tuple[str, int]]) -> None:
    """Whatever came, changed and went."""
    node = Live("e", 0, (), ())
    present: dict[int, tuple[int, Image]] = {}

    def newest(key: Key, coil: str | None) -> Ranked | None:
        found = [
            Ranked(rank, one)
            for rank, one in present.values()
            if (one.camera, one.kind) == key and coil in (None, one.coil)
        ]
        return max(found, default=None)

    for act, number in acts:
        key = ("main", ("original", "labeled")[number % 2])
        made = image(node.head + 1, kind=key[1], coil=str(number // 2 % 3), filename=str(number))
        before = present.get(number)
        if act == "write":
            top = newest(key, None)
            shown = before is None or (top is not None and top.rank == before[0])
            present[number] = (made.seq if before is None or shown else before[0], made)
            gone = node.apply(
                event(made.seq, "new", made)
                if before is None
                else event(made.seq, "changed", made, shown=shown, previous_seq=before[1].seq)
            )
        elif before is not None:
            del present[number]
            gone = node.apply(event(made.seq, "removed", before[1]))
        else:
            continue
        for folder, coil in gone:
            node.replace(folder, coil, newest(folder, coil))
        for wanted in (EVERYTHING, Filter(kind="original"), Filter(coil="1"), Filter(kind="labeled", coil="2")):
            matching = [Ranked(rank, one) for rank, one in present.values() if wanted.wants(one)]
            assert node.newest(wanted) == max(matching, default=None)
