"""The page of metrics is made of their definitions."""

from __future__ import annotations

from pathlib import Path

from services.shared.metrics.pages import markdown

PAGE = Path(__file__).parents[5] / "docs" / "metrics.md"


def test_the_page_in_the_repository_is_of_the_definitions() -> None:
    """Else make it anew: python -m services.shared.metrics > docs/metrics.md"""
    assert PAGE.read_text("utf-8") == markdown(), "python -m services.shared.metrics > docs/metrics.md"
