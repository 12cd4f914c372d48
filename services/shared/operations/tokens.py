"""Who may upload: tokens, shown once when they are made. Of each only its SHA-256 is kept."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from services.shared.errors import TokenTaken, TokenUnknown
from services.shared.operations._store import Store

PREFIX = "coilcast_"
"""So that whoever finds one in a log or a repository knows what it is."""

SECRET_BYTES = 32
USED_EVERY_MS = 60_000
"""When a token was used last is written down so often at most."""

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", re.ASCII)
_SECRET = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}", re.ASCII)

_COLUMNS = "id, name, created_at_ms, used_at_ms, revoked_at_ms"


class Token(Struct, frozen=True, kw_only=True):
    """What is known of a token besides itself. Times are Unix ms."""

    id: int
    name: str
    created_at_ms: int
    used_at_ms: int | None
    revoked_at_ms: int | None


class Tokens(Store):
    """All tokens; any process, also several at once. Every method raises DatabaseError when it cannot be done."""

    def add(self, name: str, at_ms: int) -> str:
        """A new token's text, which nobody can tell again. Raises TokenTaken when a token that counts has the name."""
        secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
        made = self._all(
            "INSERT INTO tokens (name, hash, created_at_ms) VALUES (?, ?, ?) "
            "ON CONFLICT (name) WHERE revoked_at_ms IS NULL DO NOTHING RETURNING id",
            name,
            _hash(secret),
            at_ms,
        )
        if not made:
            raise TokenTaken(f"there is a token called {name} already; revoke it first, or take another name")
        return secret

    def all(self) -> list[Token]:
        """Every token, revoked ones included, the newest last."""
        return [_from_row(row) for row in self._all(f"SELECT {_COLUMNS} FROM tokens ORDER BY id")]

    def revoke(self, name: str, at_ms: int) -> None:
        """From now on it lets nobody in. Raises TokenUnknown."""
        changed = self._all(
            "UPDATE tokens SET revoked_at_ms = ? WHERE name = ? AND revoked_at_ms IS NULL RETURNING id", at_ms, name
        )
        if not changed:
            raise TokenUnknown(f"there is no token called {name} that counts")

    def find(self, secret: str) -> Token | None:
        """Whose token this is; None when it is nobody's, or revoked. Takes as long whichever it is."""
        wanted, found = _hash(secret), None
        for row in self._all(f"SELECT {_COLUMNS}, hash FROM tokens WHERE revoked_at_ms IS NULL"):
            if hmac.compare_digest(row[5], wanted):
                found = _from_row(row)
        return found

    def used(self, token: Token, at_ms: int) -> None:
        """It has let somebody in."""
        self._all(
            "UPDATE tokens SET used_at_ms = ? WHERE id = ? AND ifnull(used_at_ms, 0) <= ?",
            at_ms,
            token.id,
            at_ms - USED_EVERY_MS,
        )


def looks_like_token(text: str) -> bool:
    """Whether it is worth to ask for it."""
    return _SECRET.fullmatch(text) is not None


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _from_row(row: Sequence[Any]) -> Token:
    return Token(id=row[0], name=row[1], created_at_ms=row[2], used_at_ms=row[3], revoked_at_ms=row[4])
