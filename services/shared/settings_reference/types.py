"""Types in words, Korean and English."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from msgspec import inspect

from services.shared.settings import Language

_WORDS: Mapping[str, tuple[str, str]] = {
    "bool": ("`true` 또는 `false`", "`true` or `false`"),
    "int": ("정수", "whole number"),
    "float": ("수", "number"),
    "str": ("문자열", "text"),
    "list": ("목록: {item}", "list of: {item}"),
    "fields": ("{fields} 중에서", "tables of {fields}"),
    "between": ("{low} ~ {high}", "{low} to {high}"),
    "least": ("{low} 이상", "at least {low}"),
    "most": ("{high} 이하", "at most {high}"),
    "above": ("{low} 초과", "above {low}"),
    "pattern": ("형식 {pattern}", "like {pattern}"),
    "not_empty": ("비울 수 없음", "not empty"),
}


_EXAMPLES = {
    "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$": "`side-2`",
    "^([A-Za-z0-9][A-Za-z0-9_.-]{0,63})?$": "`line-1`",
    r"^https?://[^/\s]+$": "`https://panel.example`",
    r"^[a-z0-9]+://\S+$": "`mailto://...`",
    r"^(https?://\S+)?$": "`https://...`",
}
"""Of patterns: what they are for says more than how they are written."""


def in_words(of: inspect.Type, language: Language) -> str:
    """`whole number, 1 to 65535`."""

    def word(key: str, **fields: Any) -> str:
        return _WORDS[key][0 if language == "ko" else 1].format(**fields)

    if isinstance(of, inspect.BoolType):
        return word("bool")
    if isinstance(of, inspect.LiteralType):
        return ", ".join(f"`{value}`" for value in of.values)
    if isinstance(of, inspect.IntType | inspect.FloatType):
        limits = _limits(of, word)
        return ", ".join((word("int" if isinstance(of, inspect.IntType) else "float"), *limits))
    if isinstance(of, inspect.StrType):
        return ", ".join((word("str"), *_form(of, word)))
    if isinstance(of, inspect.VarTupleType):
        text = word("list", item=in_words(of.item_type, language))
        return f"{text}, {word('not_empty')}" if of.min_length else text
    if isinstance(of, inspect.StructType):
        return word("fields", fields=", ".join(f"`{field.encode_name}`" for field in of.fields))
    raise TypeError(f"no words for {of}")


def _limits(of: inspect.IntType | inspect.FloatType, word: Any) -> list[str]:
    low, high = (f"{limit:,}" if limit is not None else None for limit in (of.ge, of.le))
    if of.gt is not None and of.le is not None:
        return [word("above", low=of.gt), word("most", high=high)]
    if of.gt is not None:
        return [word("above", low=of.gt)]
    if low is not None and high is not None:
        return [word("between", low=low, high=high)]
    return [word("least", low=low)] if low is not None else [word("most", high=high)] if high is not None else []


def _form(of: inspect.StrType, word: Any) -> list[str]:
    if of.pattern is not None:
        return [word("pattern", pattern=_EXAMPLES.get(of.pattern, f"`{of.pattern}`"))]
    return [word("not_empty")] if of.min_length else []


def shown(default: str) -> str:
    """A default as it stands in the file, numbers with their thousands apart."""
    return f"`{default}`" if not default.isdigit() or len(default) < 5 else f"`{default}` ({json.loads(default):,})"
