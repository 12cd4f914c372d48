"""Whether the line runs: said and asked in `operations.db`, by a thread, as rarely as a line starts and stops."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from services.gateway.wire import now_ms
from services.shared.errors import DatabaseError
from services.shared.operations import Line, LineState, LineWord

MAX_WAITING = 100
ANSWER_WITHIN_S = 10.0


class LineDesk:
    """Both raise DatabaseError."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = ThreadPoolExecutor(1, "line")
        self._waiting = 0

    async def lines(self) -> list[LineState]:
        """What was said last of each."""
        return await self._ask(None)

    async def say(self, camera: str | None, state: LineWord, by: str) -> list[LineState]:
        """The line is so from now on; returns what lines() would."""
        return await self._ask((camera, state, by))

    def close(self) -> None:
        """Answers what is being answered, forgets the rest."""
        self._thread.shutdown(wait=True, cancel_futures=True)

    async def _ask(self, word: tuple[str | None, LineWord, str] | None) -> list[LineState]:
        if self._waiting >= MAX_WAITING:
            raise DatabaseError("too many ask about the line; ask again in a moment")
        self._waiting += 1
        try:
            asked = asyncio.get_running_loop().run_in_executor(self._thread, self._answer, word)
            return await asyncio.wait_for(asked, ANSWER_WITHIN_S)
        except TimeoutError:
            raise DatabaseError(f"{self._path} did not answer for {ANSWER_WITHIN_S:g} s") from None
        finally:
            self._waiting -= 1

    def _answer(self, word: tuple[str | None, LineWord, str] | None) -> list[LineState]:
        """In the thread. The file is opened each time: it may be another by then."""
        line = Line(self._path)
        try:
            if word is not None:
                camera, state, by = word
                line.say(camera, state, by, now_ms())
            return line.lines()
        finally:
            line.close()
