"""The contract to read."""

from __future__ import annotations

import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

from services.gateway.contract.documents import asyncapi
from services.gateway.contract.operations import OPERATIONS
from services.gateway.contract.pages import markdown, page

CHECKOUT = Path(__file__).resolve().parents[5]
API_PAGE = CHECKOUT / "docs" / "api.md"


def test_the_page_in_the_repository_is_the_contract() -> None:
    """Else make it anew: python -m services.gateway.contract > docs/api.md"""
    assert API_PAGE.read_text("utf-8") == markdown(), "python -m services.gateway.contract > docs/api.md"


def test_the_command_prints_it() -> None:
    """Nothing else."""
    command = [sys.executable, "-m", "services.gateway.contract"]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == markdown()


def test_it_names_everything() -> None:
    """Each address with its parameters, each message with its fields."""
    text = markdown()
    for operation in OPERATIONS:
        assert f"### {operation.method.upper()} {operation.path}\n" in text
        for parameter in operation.parameters:
            assert f"- `{parameter.name}`: " in text
    for message in asyncapi()["components"]["messages"].values():
        assert f"- `{message['name']}`: " in text


class _Balance(HTMLParser):
    """Whether what is opened is closed, in order."""

    VOID = ("meta", "link")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert not any(name == "style" or name.startswith("on") for name, _ in attrs), "the content policy forbids it"
        assert tag not in ("script", "style")
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_in_the_browser_says_the_same() -> None:
    """In sound HTML that the content policy lets through."""
    reader = _Balance()
    reader.feed(page())
    reader.close()
    assert reader.open == []
    for operation in OPERATIONS:
        assert operation.path in reader.text
        assert operation.about in reader.text
    for message in asyncapi()["components"]["messages"].values():
        assert message["summary"] in reader.text
