"""Pins: what people want to stay."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.shared.errors import PinUnknown
from services.shared.operations import Pinned, Pins


@pytest.fixture
def pins(tmp_path: Path) -> Iterator[Pins]:
    pins = Pins(tmp_path / "operations.db")
    yield pins
    pins.close()


def test_a_file_or_a_coil_is_pinned_once(pins: Pins) -> None:
    """Pinned again, it is the same pin with the last word on it; the newest is first."""
    first = pins.pin_file("main", "original", "a.jpg", "Kim", "claim 7", 1000)
    pins.pin_coil("2891", "박", "", 2000)
    again = pins.pin_file("main", "original", "a.jpg", "Lee", "", 3000)
    assert (again.id, again.by, again.note, again.at_ms) == (first.id, "Lee", "", 3000)
    assert [(pin.filename, pin.coil) for pin in pins.all()] == [("a.jpg", None), (None, "2891")]


def test_what_is_pinned_is_told_image_by_image(pins: Pins) -> None:
    """By its place and name, or by its coil; nothing is pinned by having no coil."""
    pins.pin_file("main", "original", "a.jpg", "Kim", "", 1000)
    pins.pin_coil("2891", "Kim", "", 1000)
    pinned = Pinned(pins.all())
    assert pinned.holds("main", "original", "a.jpg", None)
    assert pinned.holds("side", "labeled", "b.jpg", "2891")
    assert not pinned.holds("main", "labeled", "a.jpg", None)
    assert not pinned.holds("main", "original", "b.jpg", None)
    assert not pinned.holds("main", "original", "b.jpg", "2892")
    assert not Pinned().holds("main", "original", "a.jpg", "2891")


def test_a_pin_ends_once(pins: Pins) -> None:
    """After that it is unknown, and its number is nobody else's."""
    pin = pins.pin_coil("2891", "Kim", "", 1000)
    assert pins.end(pin.id) == pin
    assert pins.all() == []
    with pytest.raises(PinUnknown, match=f"there is no pin {pin.id}"):
        pins.end(pin.id)
    assert pins.pin_coil("2891", "Kim", "", 1000).id > pin.id


def test_another_process_is_noticed(pins: Pins, tmp_path: Path) -> None:
    """By a look that costs next to nothing."""
    other = Pins(tmp_path / "operations.db")
    version = other.version()
    assert other.version() == version
    pins.pin_coil("2891", "Kim", "", 1000)
    assert other.version() != version
    other.close()
