"""Questions to the kernel that may never be answered: a mount that hangs, a process that does.

Each is asked by a thread of its own that holds up nobody, not even the end of this process.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class Probe(Generic[Answer]):
    """One question; while it waits for an answer it is not asked again."""

    def __init__(self, question: Callable[[], Answer]) -> None:
        self._question = question
        self._is_asking = False

    async def ask(self, patience_s: float) -> Answer | None:
        """None when there is no answer in time, or the last one is still waited for."""
        if self._is_asking:
            return None
        self._is_asking = True
        loop = asyncio.get_running_loop()
        answered: asyncio.Future[Answer | None] = loop.create_future()

        def give(answer: Answer | None) -> None:
            if not answered.done():
                answered.set_result(answer)

        def run() -> None:
            answer: Answer | None = None
            try:
                answer = self._question()
            except OSError:
                pass
            finally:
                # Before whoever waits goes on: the thread itself may be seen alive for a moment longer.
                self._is_asking = False
            # Too late, and there may be no loop any more.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(give, answer)

        threading.Thread(target=run, name="probe", daemon=True).start()
        with contextlib.suppress(TimeoutError):
            return await asyncio.wait_for(answered, patience_s)
        return None
