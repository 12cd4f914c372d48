"""Tokens: shown once, kept as a hash, good until they are revoked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.shared.errors import TokenTaken, TokenUnknown
from services.shared.operations import Tokens
from services.shared.operations.tokens import USED_EVERY_MS, looks_like_token


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "operations.db"


@pytest.fixture
def tokens(path: Path) -> Iterator[Tokens]:
    tokens = Tokens(path)
    yield tokens
    tokens.close()


def test_a_token_is_found_until_it_is_revoked(tokens: Tokens) -> None:
    """By its text alone, among others."""
    secrets = {name: tokens.add(name, 1000) for name in ("a", "b", "c")}
    assert [tokens.find(secret).name for secret in secrets.values() if tokens.find(secret)] == ["a", "b", "c"]  # type: ignore[union-attr]
    tokens.revoke("b", 2000)
    assert tokens.find(secrets["b"]) is None
    assert tokens.find(secrets["a"]) is not None
    assert tokens.find("") is None
    assert [(token.name, token.revoked_at_ms) for token in tokens.all()] == [("a", None), ("b", 2000), ("c", None)]


def test_the_text_of_a_token_is_kept_nowhere(tokens: Tokens, path: Path) -> None:
    """Whoever has the file cannot upload."""
    secret = tokens.add("camera", 1000)
    assert looks_like_token(secret)
    assert len(secret) >= 43
    tokens.close()
    for file in path.parent.iterdir():
        assert secret.encode() not in file.read_bytes()
        assert secret.removeprefix("coilcast_").encode() not in file.read_bytes()


def test_a_name_is_one_token_at_a_time(tokens: Tokens) -> None:
    """It is free again once that one is revoked; the old one stays in the list."""
    first = tokens.add("camera", 1000)
    with pytest.raises(TokenTaken, match="camera"):
        tokens.add("camera", 2000)
    tokens.revoke("camera", 3000)
    with pytest.raises(TokenUnknown, match="camera"):
        tokens.revoke("camera", 4000)
    second = tokens.add("camera", 5000)
    assert first != second
    assert [token.revoked_at_ms for token in tokens.all()] == [3000, None]


def test_use_is_noted_once_a_minute(tokens: Tokens) -> None:
    """A camera of 20 images a second costs no 20 writes."""
    found = tokens.find(tokens.add("camera", 0))
    assert found is not None
    for at_ms, noted in [(100_000, 100_000), (100_000 + USED_EVERY_MS - 1, 100_000), (160_000, 160_000)]:
        tokens.used(found, at_ms)
        assert tokens.all()[0].used_at_ms == noted


@pytest.mark.parametrize("text", ["", "x", "coilcast_short", "coilcast_" + "ü" * 43, "coilcast_" + "a" * 44])
def test_what_is_no_token_is_known_by_its_looks(text: str) -> None:
    """Nobody asks the disk for it."""
    assert not looks_like_token(text)
