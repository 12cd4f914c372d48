"""The addresses that alerts go to: what they may be called where anybody can read it. Pure."""

from __future__ import annotations

import hashlib
import re
import urllib.parse
from collections.abc import Iterable
from dataclasses import dataclass

SHORTEST_SECRET = 4
"""Parts of an address that are shorter are no secret, and would be found in every word."""

_SEPARATORS = re.compile(r"[:/@?&=#,;|\s]+")


@dataclass(frozen=True)
class Address:
    """`url` lets in whoever knows it; `name` says which it is, `channel` the same for ever, and neither tells it."""

    url: str
    name: str
    channel: str


def addresses(urls: Iterable[str]) -> list[Address]:
    """In the order of `alerts.urls`, each once: `#1 mailto`, `#2 slack`."""
    return [
        Address(url, f"#{number} {url.partition('://')[0]}", hashlib.sha256(url.encode()).hexdigest()[:32])
        for number, url in enumerate(dict.fromkeys(urls), 1)
    ]


def without_secrets(text: str, url: str) -> str:
    """`text` without anything that stands in `url` after its scheme, as a library's errors repeat it."""
    rest = url.partition("://")[2]
    parts = {rest, *_SEPARATORS.split(rest)}
    parts |= {urllib.parse.unquote(part) for part in parts} | {urllib.parse.quote(part, safe="") for part in parts}
    for part in sorted(parts, key=len, reverse=True):
        if len(part) >= SHORTEST_SECRET:
            text = re.sub(re.escape(part), "***", text, flags=re.IGNORECASE)
    return text
