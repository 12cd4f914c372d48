"""Where images were stored when they flowed last."""

from __future__ import annotations

from orchestrator.monitor.evidence import NO_DEVICE, Place
from orchestrator.monitor.places import FORGOTTEN_AFTER_MS, KEPT_EVERY_MS, PlaceKept, Places

NAS = Place(50, "/mnt/nas", "nfs4", "nas:/images")
ROOT = Place(1, "/", "ext4", "/dev/sda1")
FOLDER = "main/original"


def test_an_image_says_where_the_folder_is() -> None:
    """If it came after the folder was found there."""
    places = Places()
    places.found(FOLDER, NAS, 1000)
    assert places.known(FOLDER) is None
    places.flowed(FOLDER, 900)
    assert places.known(FOLDER) is None
    places.flowed(FOLDER, 1100)
    assert places.known(FOLDER) == NAS


def test_the_last_image_before_a_mount_went_says_nothing_of_what_is_below() -> None:
    """It is told of after the probe has looked, or again and again."""
    places = Places()
    places.found(FOLDER, NAS, 1000)
    places.flowed(FOLDER, 1500)
    places.found(FOLDER, ROOT, 2000)
    places.flowed(FOLDER, 1900)
    assert places.known(FOLDER) == NAS
    places.found(FOLDER, None, 3000)
    places.flowed(FOLDER, 3100)
    assert places.known(FOLDER) == NAS


def test_images_that_flow_again_make_the_new_place_the_known_one() -> None:
    """Somebody replaced the storage on purpose."""
    places = Places()
    places.found(FOLDER, NAS, 1000)
    places.flowed(FOLDER, 1500)
    places.found(FOLDER, ROOT, 2000)
    places.flowed(FOLDER, 2100)
    assert places.known(FOLDER) == ROOT


def test_what_an_earlier_monitor_knew_counts_until_it_is_too_old() -> None:
    """And what this one found meanwhile counts more."""
    places = Places()
    places.found("main/labeled", ROOT, 1000)
    places.flowed("main/labeled", FORGOTTEN_AFTER_MS + 1)
    earlier = {
        FOLDER: PlaceKept(NAS, 2),
        "main/labeled": PlaceKept(NAS, 2),
        "old/original": PlaceKept(NAS, 1),
    }
    places.recall(earlier, FORGOTTEN_AFTER_MS + 1)
    assert (places.known(FOLDER), places.known("main/labeled"), places.known("old/original")) == (NAS, ROOT, None)


def test_it_is_written_down_when_it_changes_and_once_an_hour() -> None:
    """Never before it is known what was written down before."""
    places = Places()
    places.found(FOLDER, NAS, 0)
    places.flowed(FOLDER, 1000)
    assert places.to_keep() is None
    places.recall({}, 1000)
    assert places.to_keep() == {FOLDER: PlaceKept(NAS, 1000)}
    places.flowed(FOLDER, 2000)
    assert places.to_keep() is None
    places.flowed(FOLDER, 1000 + KEPT_EVERY_MS)
    assert places.to_keep() == {FOLDER: PlaceKept(NAS, 1000 + KEPT_EVERY_MS)}
    places.found(FOLDER, ROOT, 1001 + KEPT_EVERY_MS)
    places.flowed(FOLDER, 1002 + KEPT_EVERY_MS)
    assert places.to_keep() == {FOLDER: PlaceKept(ROOT, 1002 + KEPT_EVERY_MS)}


def test_a_start_of_the_machine_numbers_its_disks_anew() -> None:
    """What was known before it is known by its mount only."""
    places = Places()
    places.recall({"main/original": PlaceKept(ROOT, 5000), "main/labeled": PlaceKept(NAS, 6000)}, 7000, booted_ms=5500)
    assert places.known("main/original") == Place(NO_DEVICE, ROOT.mount_point, ROOT.fstype, ROOT.source)
    assert places.known("main/labeled") == NAS
