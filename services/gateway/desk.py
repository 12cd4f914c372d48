"""One table of `operations.db`, asked by a thread of its own: nothing of it is on an image's way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from services.shared.errors import DatabaseError
from services.shared.logs import Logger

MAX_WAITING = 100
"""More questions than these are refused: people ask, and they are few."""

ANSWER_WITHIN_S = 10.0


class Table(Protocol):
    """A store of `services.shared.operations`."""

    def is_replaced(self) -> bool: ...
    def close(self) -> None: ...


Asked = TypeVar("Asked", bound=Table)
Answer = TypeVar("Answer")


class Desk(Generic[Asked]):
    """`make` opens the table. Another file in its place is noticed."""

    def __init__(self, path: Path, make: Callable[[Path], Asked], log: Logger) -> None:
        self._path = path
        self._make = make
        self._log = log
        self._thread = ThreadPoolExecutor(1, path.stem)
        self._waiting = 0
        self._failure = ""
        # The thread's own.
        self._table: Asked | None = None

    async def ask(self, question: Callable[[Asked], Answer]) -> Answer:
        """What `question` makes of the table. Raises DatabaseError, and whatever `question` raises."""
        if self._waiting >= MAX_WAITING:
            raise DatabaseError("too many questions wait; ask again in a moment")
        self._waiting += 1
        try:
            answering = asyncio.get_running_loop().run_in_executor(self._thread, self._answer, question)
            answer = await asyncio.wait_for(answering, ANSWER_WITHIN_S)
        except TimeoutError:
            self._failed(f"{self._path} did not answer for {ANSWER_WITHIN_S:g} s")
            raise DatabaseError("there is no answer in time; ask again in a moment") from None
        except DatabaseError as error:
            self._failed(str(error))
            raise
        finally:
            self._waiting -= 1
        self._failure = ""
        return answer

    def close(self) -> None:
        """Answers what is being answered, forgets the rest."""
        self._thread.submit(self._leave)
        self._thread.shutdown(wait=True)

    def _failed(self, failure: str) -> None:
        """Said once, however often somebody asks."""
        if failure != self._failure:
            self._failure = failure
            self._log.error("operations_failed", error=failure)

    # What follows runs in the thread.

    def _answer(self, question: Callable[[Asked], Answer]) -> Answer:
        if self._table is not None and self._table.is_replaced():
            self._leave()
        if self._table is None:
            self._table = self._make(self._path)
        try:
            return question(self._table)
        except DatabaseError:
            self._leave()
            raise

    def _leave(self) -> None:
        if self._table is not None:
            self._table.close()
            self._table = None
