"""docs/settings.md and docs/settings.ko.md are what the settings are."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from services.shared.settings import LEGACY_NAMES, SECRET, Settings, defaults_file
from services.shared.settings_reference.entries import entries
from services.shared.settings_reference.korean import SETTINGS
from services.shared.settings_reference.page import markdown
from services.shared.settings_reference.sections import SECTIONS

DOCS = Path(__file__).parents[5] / "docs"
KEYS = [entry.key for entry in entries(defaults_file().read_text("utf-8"))]


@pytest.mark.parametrize(("language", "name"), [("en", "settings.md"), ("ko", "settings.ko.md")])
def test_the_pages_in_the_repository_are_these(language: str, name: str) -> None:
    """`python -m services.shared.settings_reference en > docs/settings.md`, and ko, make them again."""
    page = markdown("ko" if language == "ko" else "en")
    assert (DOCS / name).read_text("utf-8") == page


def test_every_setting_has_a_korean_sentence_and_every_sentence_a_setting() -> None:
    """In `services/shared/settings_reference/korean.py`; sections in `sections.py`."""
    assert sorted(SETTINGS) == sorted(KEYS)
    assert list(SECTIONS) == [name for name in Settings.__struct_fields__ if name != "state"]
    assert all(re.search("[가-힣]", sentence) for sentence in SETTINGS.values())


def test_every_setting_is_on_the_page_with_all_its_names() -> None:
    """Its own variable, the replaced service's where there is one, and that it is secret where it is."""
    page = markdown("en")
    for key in KEYS:
        section, name = key.split(".")
        row = next(line for line in page.splitlines() if f"`COILCAST_{section}_{name}`".upper() in line)
        assert row.startswith(f"| `{name}` |")
        assert row.count(" | ") == 4
        assert (f"`{LEGACY_NAMES.get(key)}`" in row) == (key in LEGACY_NAMES)
        assert ("Secret" in row) == (key in SECRET)


def test_types_and_ranges_are_those_of_the_settings() -> None:
    """In both languages, from one place."""
    rows = {line.split("`")[1]: line for line in markdown("en").splitlines() if line.startswith("| `")}
    assert "whole number, 1 to 65,535" in rows["port"] or "0 to 65,535" in rows["port"]
    assert "number, above 0" in rows["after_s"]
    assert "`inotify`" in rows["mode"]
    assert "`true` or `false`" in rows["demo_image"]
    assert "tables of `camera`, `type`" in rows["rules"]
    assert "list of: text" in rows["kinds"]
    assert "number, above 0, at most 1,000" in rows["rate_per_s"]
    korean = {line.split("`")[1]: line for line in markdown("ko").splitlines() if line.startswith("| `")}
    assert "정수, 1 ~ 64" in korean["workers"]


@pytest.mark.parametrize(
    ("toml", "word"),
    [
        ("[node]\nname = 1 # x\n", "node.language"),
        ("[node]\nnothing = 1 # x\n", "node.nothing"),
        (re.sub(r"# how often a polled.*", "", defaults_file().read_text("utf-8")), "watch.poll_interval_s"),
    ],
)
def test_a_setting_that_nothing_is_said_of_is_named(toml: str, word: str) -> None:
    """Whoever adds one and forgets its comment is told which."""
    with pytest.raises((ValueError, msgspec.ValidationError), match=word):
        entries(toml)
