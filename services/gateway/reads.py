"""Asking the catalog what takes longer, off the event loop: one thread with a reader of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from services.shared.catalog import CatalogReader
from services.shared.errors import CatalogError

MAX_WAITING = 1000
"""More questions than these are refused: answers would come too late for whoever asked."""

ANSWER_WITHIN_S = 20.0
"""Whoever has waited longer is told to ask again; a question that was not begun by then is dropped."""

Answer = TypeVar("Answer")


class Overloaded(CatalogError):
    """Too many questions wait already, or for too long."""


class Reads:
    """Questions about the catalog of `epoch` are answered in the order they were asked."""

    def __init__(self, path: Path, epoch: str) -> None:
        self._path = path
        self._epoch = epoch
        self._thread = ThreadPoolExecutor(1, "catalog")
        self._reader: CatalogReader | None = None
        self.waiting = 0

    async def ask(self, question: Callable[[CatalogReader], Answer]) -> Answer:
        """What `question` makes of the catalog. Raises CatalogError, Overloaded."""
        if self.waiting >= MAX_WAITING:
            raise Overloaded("too many questions wait for the catalog; ask again in a moment")
        self.waiting += 1
        try:
            answering = asyncio.get_running_loop().run_in_executor(self._thread, self._answer, question)
            return await asyncio.wait_for(answering, ANSWER_WITHIN_S)
        except TimeoutError:
            raise Overloaded(f"the catalog did not answer for {ANSWER_WITHIN_S:g} s; ask again in a moment") from None
        finally:
            self.waiting -= 1

    def close(self) -> None:
        """Answers what is being answered, forgets the rest."""
        self._thread.submit(self._close_reader)
        self._thread.shutdown(wait=True, cancel_futures=False)

    def _answer(self, question: Callable[[CatalogReader], Answer]) -> Answer:
        if self._reader is None:
            reader = CatalogReader(self._path)
            if reader.epoch != self._epoch:
                reader.close()
                raise CatalogError(f"{self._path} was replaced by another catalog; this process starts again")
            self._reader = reader
        return question(self._reader)

    def _close_reader(self) -> None:
        if self._reader is not None:
            self._reader.close()
