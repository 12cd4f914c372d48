"""Whose token it is: asked of `operations.db` by a thread, before a byte of an upload is read."""

from __future__ import annotations

import asyncio
import contextlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from services.gateway.wire import now_ms
from services.shared.errors import DatabaseError
from services.shared.operations import Token, Tokens
from services.shared.operations.tokens import USED_EVERY_MS, looks_like_token

MAX_WAITING = 100
ANSWER_WITHIN_S = 5.0

SCHEME = "bearer"


class Gatekeeper:
    """One thread with the file open; another file in its place is noticed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = ThreadPoolExecutor(1, "tokens")
        self._waiting = 0
        self._noted_ms: dict[int, int] = {}
        # The thread's own.
        self._tokens: Tokens | None = None

    async def who(self, authorization: str) -> Token | None:
        """Whose token the header has; None when it has none that counts. Raises DatabaseError."""
        scheme, _, secret = authorization.partition(" ")
        secret = secret.strip()
        if scheme.lower() != SCHEME or not looks_like_token(secret):
            return None
        if self._waiting >= MAX_WAITING:
            raise DatabaseError("too many ask whether they may upload")
        self._waiting += 1
        try:
            asked = asyncio.get_running_loop().run_in_executor(self._thread, self._find, secret)
            return await asyncio.wait_for(asked, ANSWER_WITHIN_S)
        except TimeoutError:
            raise DatabaseError(f"{self._path} did not answer for {ANSWER_WITHIN_S:g} s") from None
        finally:
            self._waiting -= 1

    def used(self, token: Token) -> None:
        """It has let somebody in; written down by the thread, once a minute at most, if it can be."""
        at_ms = now_ms()
        if at_ms - self._noted_ms.get(token.id, 0) >= USED_EVERY_MS:
            self._noted_ms[token.id] = at_ms
            self._thread.submit(self._note, token, at_ms)

    def close(self) -> None:
        self._thread.submit(self._leave)
        self._thread.shutdown(wait=True)

    # What follows runs in the thread.

    def _find(self, secret: str) -> Token | None:
        try:
            return self._store().find(secret)
        except DatabaseError:
            self._leave()
            raise

    def _note(self, token: Token, at_ms: int) -> None:
        with contextlib.suppress(DatabaseError):  # The next question says so.
            self._store().used(token, at_ms)

    def _store(self) -> Tokens:
        if self._tokens is not None and self._tokens.is_replaced():
            self._leave()
        if self._tokens is None:
            self._tokens = Tokens(self._path)
        return self._tokens

    def _leave(self) -> None:
        if self._tokens is not None:
            self._tokens.close()
            self._tokens = None
