"""Which coilcast this is."""

from __future__ import annotations

from importlib.metadata import version

from services.shared.version import VERSION


def test_the_installed_package_is_of_this_version() -> None:
    """Said in one place."""
    assert version("coilcast") == VERSION
