"""The built panel's files."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.gateway.panel import DEMO_IMAGE, INDEX, Panel


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A panel as Vite builds it."""
    built = tmp_path / "panel"
    (built / "assets").mkdir(parents=True)
    (built / INDEX).write_text("<!doctype html>")
    (built / "favicon.svg").write_text("<svg/>")
    (built / "assets" / "index-a1b2.js").write_text("let a")
    (built / "assets" / "index-a1b2.css").write_text("a{}")
    (built / "assets" / "font-c3.woff2").write_bytes(b"wOF2")
    (tmp_path / "secret.txt").write_text("secret")
    return built


@pytest.mark.parametrize(
    ("path", "media_type", "is_immutable"),
    [
        (INDEX, "text/html; charset=utf-8", False),
        ("favicon.svg", "image/svg+xml", False),
        ("assets/index-a1b2.js", "text/javascript; charset=utf-8", True),
        ("assets/index-a1b2.css", "text/css; charset=utf-8", True),
        ("assets/font-c3.woff2", "font/woff2", True),
    ],
)
def test_each_file_has_its_type_and_may_be_kept_when_its_name_says_its_content(
    folder: Path, path: str, media_type: str, is_immutable: bool
) -> None:
    """The page itself is asked for each time."""
    found = Panel(folder).find(path)
    assert found is not None
    assert (found.media_type, found.is_immutable, found.path) == (media_type, is_immutable, folder / path)


@pytest.mark.parametrize(
    "path", ["", ".", "..", "../secret.txt", "assets", "assets/", "assets/../index.html", "/index.html", "index.htm"]
)
def test_nothing_else_can_be_named(folder: Path, path: str) -> None:
    """Names are looked up, never joined to a path."""
    assert Panel(folder).find(path) is None


def test_another_content_has_another_tag(folder: Path) -> None:
    """By its bytes."""
    before = Panel(folder).find(INDEX)
    (folder / INDEX).write_text("<!doctype html><title>new</title>")
    after = Panel(folder).find(INDEX)
    assert before is not None
    assert after is not None
    assert before.etag != after.etag


def test_without_a_build_there_is_no_panel(tmp_path: Path) -> None:
    """Which is known at the start."""
    assert not Panel(tmp_path / "none")
    assert not Panel(tmp_path)
    (tmp_path / INDEX).write_text("x")
    assert Panel(tmp_path)


def test_the_demo_image_is_there() -> None:
    """A JPEG."""
    assert DEMO_IMAGE.read_bytes().startswith(b"\xff\xd8\xff")
