"""Nothing secret leaves: what the settings keep secret, each piece of it, and whatever looks like a secret."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from services.shared.settings import SECRET, Settings

MASK = "*****"

SHORTEST_PIECE = 4
"""Shorter pieces are in too many words, and nobody's password."""

HARMLESS = frozenset(
    {"http", "https", "mailto", "mailtos", "slack", "msteams", "tgram", "discord", "json", "jsons", "mail"}
)

PATTERNS = (
    re.compile(r"(?<=://)[^/\s@'\"]+(?=@)"),
    re.compile(r"(?i)(?<=bearer )[^\s'\",]+"),
    re.compile(r"(?i)(?<=basic )[a-z0-9+/]{8,}=*"),
    re.compile(
        r"(?i)\b(?:pass(?:word|wd)?|secret|token|api[_-]?key|credentials?)[\"']?\s*[=:]\s*[\"']?([^\s\"',;&]{3,})"
    ),
    re.compile(r"\b(?=[\w-]*[a-z])(?=[\w-]*[A-Z])(?=[\w-]*\d)[A-Za-z0-9_-]{32,}\b"),
)
"""User and password in an address; what proves who asks; `password=...`; random letters and digits as of a token."""


class Mask:
    """Takes secrets out of text."""

    def __init__(self, secrets: Iterable[str]) -> None:
        pieces = {piece for secret in secrets for piece in _pieces(secret)}
        # The longest first: what is left of a piece after a shorter one is masked would not be found any more.
        self._pieces = sorted(pieces, key=len, reverse=True)

    def __call__(self, text: str) -> str:
        for piece in self._pieces:
            text = text.replace(piece, MASK)
        for pattern in PATTERNS:
            text = pattern.sub(_masked, text)
        return text


def secrets_of(settings: Settings, env: Mapping[str, str], settings_file: Path | None) -> list[str]:
    """Every secret that the settings have, also where they cannot be used as they are."""
    found: list[str] = []
    for key in SECRET:
        section, name = key.split(".")
        found += _texts(getattr(getattr(settings, section), name))
        found += _texts(env.get(f"COILCAST_{section}_{name}".upper(), ""))
    if settings_file is not None:
        found += _in_file(settings_file)
    return found


def _in_file(path: Path) -> list[str]:
    try:
        text = path.read_text("utf-8", "replace")
    except OSError:
        return []
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        # Whatever address stands in a file that cannot be read may be one.
        return re.findall(r"\w+://[^\s\"']+", text)
    found = []
    for key in SECRET:
        section, name = key.split(".")
        values = content.get(section)
        if isinstance(values, dict):
            found += _texts(values.get(name, ""))
    return found


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value, *re.findall(r"\w+://[^\s\"',\]]+", value)] if value else []
    return [text for one in value for text in _texts(one)] if isinstance(value, list | tuple) else []


def _pieces(secret: str) -> list[str]:
    pieces = [secret, *re.split(r"[/:@?&=,\s]+", secret)]
    return [piece for piece in pieces if len(piece) >= SHORTEST_PIECE and piece.lower() not in HARMLESS]


def _masked(match: re.Match[str]) -> str:
    if not match.groups():
        return MASK
    whole, start = match.group(0), match.start(1) - match.start(0)
    return whole[:start] + MASK
