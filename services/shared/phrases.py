"""Sentences for people, in the node's language."""

from __future__ import annotations

from typing import Any, Protocol

from services.shared.logs import Sentences, printable
from services.shared.settings import Language


class Phrase(Protocol):
    """A sentence in the node's language, by its code name and fields."""

    def __call__(self, key: str, /, **fields: Any) -> str: ...


def phrases(language: Language, sentences: Sentences) -> Phrase:
    """Fills `sentences` in `language`; what fields hold cannot break a line."""

    def phrase(key: str, /, **fields: Any) -> str:
        safe = {name: printable(value) if isinstance(value, str) else value for name, value in fields.items()}
        return sentences[key][0 if language == "ko" else 1].format(**safe)

    return phrase
