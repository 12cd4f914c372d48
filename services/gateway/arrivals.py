"""Long polls: whoever waits for the next image that matches."""

from __future__ import annotations

import asyncio

from services.gateway.live import Filter
from services.shared.messages import Event, Image

MAX_WAITING = 10_000


class TooManyWait(Exception):
    """No more long polls are taken."""


class Arrivals:
    """The questions that have no answer yet."""

    def __init__(self) -> None:
        self._waiting: dict[asyncio.Future[Image | None], Filter] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    async def next(self, wanted: Filter, timeout_s: float) -> Image | None:
        """The next image that matches, None when none came in time or the gateway ends. Raises TooManyWait."""
        if len(self._waiting) >= MAX_WAITING:
            raise TooManyWait
        answer: asyncio.Future[Image | None] = asyncio.get_running_loop().create_future()
        self._waiting[answer] = wanted
        try:
            return await asyncio.wait_for(answer, timeout_s)
        except TimeoutError:
            return None
        finally:
            del self._waiting[answer]

    def answer_all(self) -> None:
        """The gateway ends: nothing comes any more."""
        for answer in self._waiting:
            if not answer.done():
                answer.set_result(None)

    def tell(self, event: Event) -> bool:
        """Something has happened: new images are answers. Whether somebody got one."""
        is_answer = False
        if event.type == "removed" or not event.shown:
            return is_answer
        for answer, wanted in self._waiting.items():
            if wanted.wants(event.image) and not answer.done():
                answer.set_result(event.image)
                is_answer = True
        return is_answer
