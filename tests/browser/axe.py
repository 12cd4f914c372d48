"""axe-core, as the front end's dependencies bring it: what a page has that somebody cannot use."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"


def violations(page: Page) -> list[str]:
    """The serious and critical ones, each with the elements it is about."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate(
        """async () => (await axe.run()).violations
             .filter(each => ['serious', 'critical'].includes(each.impact))
             .map(each => `${each.id}: ${each.nodes.map(node => node.html.slice(0, 200)).join(' | ')}`)"""
    )
    return [str(each) for each in found]
