"""Why no images come."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.monitor.diagnosis import BLOCKING, RULES, STALL_REASONS, Finding, Seen, diagnose
from orchestrator.monitor.evidence import NO_DEVICE, DiskEvidence, FolderEvidence, Place
from orchestrator.monitor.telling import said, stall_summary

NOW_MS = 1_000_000_000
GB = 1 << 30

NAS = Place(0x2A, "/srv/images", "nfs4", "nas:/images")
DISK = Place(0x801, "/srv/images", "ext4", "/dev/sda1")
ROOT = Place(0x802, "/", "ext4", "/dev/sda2")

WELL: dict[str, Any] = {
    "camera": "main",
    "kind": "original",
    "place": DISK,
    "known_place": DISK,
    "free_bytes": 100 * GB,
    "total_bytes": 200 * GB,
    "free_inodes": 1000,
    "total_inodes": 2000,
    "mode": "inotify",
    "canary": "ok",
    "last_seq": 5,
    "last_image_ms": NOW_MS - 30_000,
}


def found(*, state_disk: DiskEvidence | None = None, **fields: Any) -> Finding:
    return diagnose(Seen(FolderEvidence(**WELL | fields), state_disk, NOW_MS, recent_ms=30_000))


UNMOUNTED = {"place": ROOT, "exists": False}
REPLACED = {"place": Place(0x55, "/srv/images", "tmpfs", "tmpfs")}
HANGS = {"answered": False}
FULL = {"free_bytes": 0}
NO_INODES = {"free_inodes": 0}
MISSING = {"exists": False, "error": "No such file or directory"}
UNREADABLE = {"error": "Permission denied"}
DEAD = {"watcher": "dead"}
HUNG = {"watcher": "hung"}
BLIND = {"canary": "lost", "canary_stage": "watcher"}
REJECTED = {"rejected": ("truncated", NOW_MS - 1000)}
UNFINISHED = {"unfinished": 1, "unfinished_at_ms": NOW_MS - 1000}
STOPPED = {"line": "stopped"}


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        (UNMOUNTED, "storage_unmounted"),
        ({"place": ROOT}, "storage_unmounted"),
        (REPLACED, "storage_replaced"),
        # Mounted over the place where the folder was a part of the root.
        ({"known_place": ROOT, "place": DISK}, "storage_replaced"),
        ({"place": Place(0x811, "/srv/images", "ext4", "/dev/sdb1")}, "storage_replaced"),
        ({"known_place": NAS, "place": DISK}, "storage_replaced"),
        (HANGS, "storage_hangs"),
        (FULL, "disk_full"),
        ({"free_bytes": 63 << 20}, "disk_full"),
        ({"free_bytes": 1 << 20, "total_bytes": 64 << 20}, "source_silent"),
        ({"free_bytes": 0, "total_bytes": 64 << 20}, "disk_full"),
        (NO_INODES, "inodes_full"),
        # Filesystems that count no inodes say 0 of 0.
        ({"free_inodes": 0, "total_inodes": 0}, "source_silent"),
        (MISSING, "folder_missing"),
        (UNREADABLE, "folder_unreadable"),
        (DEAD, "watcher_dead"),
        ({"watcher": "starting"}, "watcher_dead"),
        (HUNG, "watcher_hung"),
        (BLIND, "watcher_blind"),
        ({"canary": "lost", "canary_stage": "catalog"}, "watcher_blind"),
        ({"watch_problem": "inotify instance limit reached"}, "watcher_blind"),
        # What is lost behind the watcher keeps no image from the record.
        ({"canary": "lost", "canary_stage": "gateway"}, "source_silent"),
        ({"canary": "unplaced"}, "source_silent"),
        (REJECTED, "files_rejected"),
        # Before the last image, or long ago.
        ({"rejected": ("truncated", NOW_MS - 30_000)}, "source_silent"),
        ({"rejected": ("truncated", NOW_MS - 30_001), "last_image_ms": None}, "source_silent"),
        ({"rejected": ("truncated", NOW_MS - 30_000), "last_image_ms": None}, "files_rejected"),
        # Told before the clock was set back.
        ({"rejected": ("truncated", NOW_MS + 3_600_000)}, "source_silent"),
        (UNFINISHED, "files_unfinished"),
        ({"unfinished": 1, "unfinished_at_ms": NOW_MS - 30_000}, "source_silent"),
        (STOPPED, "line_stopped"),
        ({"line": "running"}, "source_silent"),
        ({}, "source_silent"),
    ],
)
def test_each_reason_is_found_by_looking(fields: dict[str, Any], reason: str) -> None:
    """What is known names it; what is not known is no reason."""
    assert found(**fields).reason == reason


def test_a_share_that_is_mounted_again_is_no_other_one() -> None:
    """It gets another device number each time."""
    assert found(known_place=NAS, place=Place(0x77, "/srv/images", "nfs4", "nas:/images")).reason == "source_silent"
    assert found(known_place=NAS, place=Place(0x77, "/srv/images", "nfs4", "old:/images")).reason == "storage_replaced"


@pytest.mark.parametrize(("fstype", "source"), [("btrfs", "/dev/sda1"), ("zfs", "tank/images")])
def test_so_is_a_filesystem_without_a_number_of_its_own(fstype: str, source: str) -> None:
    """Other than a disk whose number says which it is."""
    known = Place(0x2A, "/srv/images", fstype, source)
    assert found(known_place=known, place=Place(0x77, "/srv/images", fstype, source)).reason == "source_silent"
    assert found(known_place=known, place=Place(0x77, "/srv/images", fstype, "other")).reason == "storage_replaced"
    assert found(known_place=DISK, place=Place(0x77, "/srv/images", "ext4", "/dev/sda1")).reason == "storage_replaced"


def test_a_disk_may_have_another_number_after_a_start_of_the_machine() -> None:
    """Another kind of filesystem is another one all the same."""
    before = Place(NO_DEVICE, "/srv/images", "ext4", "/dev/sda1")
    assert found(known_place=before, place=Place(0x811, "/srv/images", "ext4", "/dev/sdb1")).reason == "source_silent"
    assert found(known_place=before, place=Place(0x811, "/srv/images", "xfs", "/dev/sdb1")).reason == "storage_replaced"


def test_a_full_state_folder_is_a_full_disk_when_nothing_can_be_recorded() -> None:
    """Otherwise it keeps no image from coming."""
    state = DiskEvidence(role="state", path="/var/lib/coilcast", free_bytes=0, total_bytes=GB)
    failing = found(state_disk=state, watch_problem="database or disk is full")
    assert (failing.reason, failing.fields["mount"]) == ("disk_full", "/var/lib/coilcast")
    assert found(state_disk=state).reason == "source_silent"


IN_ORDER: list[dict[str, Any]] = [
    UNMOUNTED, REPLACED, HANGS, FULL, NO_INODES, MISSING, UNREADABLE, DEAD, HUNG, BLIND, REJECTED, UNFINISHED, STOPPED,
    {},
]  # fmt: skip


def test_the_first_that_matches_is_the_reason() -> None:
    """Whatever else is true: a full disk behind a missing mount is not what ops should look at first."""
    assert [found(**fields).reason for fields in IN_ORDER] == list(STALL_REASONS)
    assert [reason for reason, _ in RULES] == list(STALL_REASONS[:-1])
    everything = {key: value for fields in reversed(IN_ORDER) for key, value in fields.items()}
    for fields, reason in zip(IN_ORDER, STALL_REASONS, strict=True):
        assert found(**everything).reason == reason
        for key in fields:
            everything.pop(key, None)
        everything |= {
            key: value for later in reversed(IN_ORDER[IN_ORDER.index(fields) + 1 :]) for key, value in later.items()
        }


def test_without_a_signal_nobody_guesses() -> None:
    """A line that is known to run makes it the source."""
    assert "source silent or line stopped" in stall_summary(found(), 30).en
    assert "the line runs, yet the source is silent" in stall_summary(found(line="running"), 30).en


def test_what_keeps_every_image_away_is_set_apart() -> None:
    """From what is the source's own."""
    assert set(STALL_REASONS) - BLOCKING == {"files_rejected", "files_unfinished", "line_stopped", "source_silent"}


PLACES = st.one_of(st.none(), st.builds(Place, st.integers(0, 3), st.sampled_from(["/", "/srv", "/srv/images"]),
                                        st.sampled_from(["ext4", "nfs4"]), st.sampled_from(["", "a"])))  # fmt: skip
MAYBE = st.one_of(st.none(), st.integers(0, 2 * NOW_MS))


@given(
    st.builds(
        FolderEvidence,
        camera=st.just("main"),
        kind=st.just("original"),
        place=PLACES,
        known_place=PLACES,
        error=st.sampled_from(["", "Permission denied", "{x}\n"]),
        free_bytes=MAYBE,
        total_bytes=MAYBE,
        free_inodes=MAYBE,
        total_inodes=MAYBE,
        rejected=st.one_of(st.none(), st.tuples(st.sampled_from(["truncated", "new_reason"]), st.integers(0, NOW_MS))),
    )
)
def test_there_is_always_one_reason_and_it_can_be_said(evidence: FolderEvidence) -> None:
    """In both languages, on one line, with advice, whatever is known."""
    finding = diagnose(Seen(evidence, None, NOW_MS, 30_000))
    assert finding.reason in STALL_REASONS
    summary, advice = stall_summary(finding, 30), said(f"{finding.variant}_advice", finding.fields)
    for text in (summary.ko, summary.en, advice.ko, advice.en):
        assert text.isprintable()
        assert "{" not in text.replace("{x}", "")
