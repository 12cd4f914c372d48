"""The alerts as this gateway knows them: read by a thread, told to clients when one takes a transition.

Nothing here is on an image's way: a file that is damaged, locked or gone costs the alerts, and nothing else.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar

from msgspec import structs

from services.gateway.wire import now_ms
from services.shared.errors import DatabaseError
from services.shared.logs import Logger
from services.shared.operations import Alert, Alerts, Page
from services.shared.operations.alerts import Cursor

MAX_WAITING = 100
"""More questions than these are refused: people ask, and they are few."""

ANSWER_WITHIN_S = 10.0

Answer = TypeVar("Answer")


class AlertBoard:
    """Made inside the event loop. `tell` hears of each transition, this gateway's own included.

    What others change is noticed by look(), which is to be called once in a while.
    """

    def __init__(self, path: Path, tell: Callable[[Alert], None], log: Logger) -> None:
        self._path = path
        self._tell = tell
        self._log = log
        self._thread = ThreadPoolExecutor(1, "alerts")
        self._looking: asyncio.Task[None] | None = None
        self._waiting = 0
        self._failure = ""
        self._firing: dict[int, Alert] = {}
        self._loop = asyncio.get_running_loop()
        # The thread's own.
        self._store: Alerts | None = None
        self._file: tuple[int, int] | None = None
        self._version = 0
        self._change: int | None = None

    def look(self) -> None:
        """Find out what others have changed, unless somebody is at it. Returns at once."""
        if self._looking is None or self._looking.done():
            self._looking = self._loop.create_task(self._look())

    async def page(self, *, firing_only: bool, before: Cursor | None, limit: int) -> Page:
        """One page. Raises DatabaseError."""
        return await self._ask(lambda store: store.page(firing_only=firing_only, before=before, limit=limit))

    async def acknowledge(self, alert_id: int, by: str, note: str) -> Alert:
        """Somebody has taken notice; clients hear of it before this returns.

        Raises AlertUnknown, AlertOver, DatabaseError.
        """

        def acknowledge(store: Alerts) -> Alert:
            alert = store.acknowledge(alert_id, by, note, now_ms())
            self._catch_up(store)
            return alert

        return await self._ask(acknowledge)

    def close(self) -> None:
        """Answers what is being answered, forgets the rest."""
        if self._looking is not None:
            self._looking.cancel()
        self._thread.submit(self._leave)
        self._thread.shutdown(wait=True)

    async def _look(self) -> None:
        with contextlib.suppress(DatabaseError):  # _ask() has said so; the next look tries again.
            await self._ask(lambda store: None if store.version() == self._version else self._catch_up(store))

    def _hear(self, news: list[Alert], *, anew: bool) -> None:
        if anew:
            # Of what another file had firing nobody says any more that it is.
            here = {alert.id for alert in news}
            gone = [alert for number, alert in self._firing.items() if number not in here]
            news = [structs.replace(alert, resolved_at_ms=now_ms(), changed_at_ms=now_ms()) for alert in gone] + news
        for alert in news:
            if alert.is_firing:
                self._firing[alert.id] = alert
            else:
                self._firing.pop(alert.id, None)
            self._tell(alert)

    async def _ask(self, question: Callable[[Alerts], Answer]) -> Answer:
        if self._waiting >= MAX_WAITING:
            raise DatabaseError("too many questions wait for the alerts; ask again in a moment")
        self._waiting += 1
        try:
            answering = self._loop.run_in_executor(self._thread, self._answer, question)
            answer = await asyncio.wait_for(answering, ANSWER_WITHIN_S)
        except TimeoutError:
            self._failed(f"{self._path} did not answer for {ANSWER_WITHIN_S:g} s")
            raise DatabaseError("the alerts cannot be read in time; ask again in a moment") from None
        except DatabaseError as error:
            self._failed(str(error))
            raise
        finally:
            self._waiting -= 1
        self._failure = ""
        return answer

    def _failed(self, failure: str) -> None:
        """Said once, however often somebody asks."""
        if failure != self._failure:
            self._failure = failure
            self._log.error("alerts_failed", error=failure)

    # What follows runs in the thread.

    def _answer(self, question: Callable[[Alerts], Answer]) -> Answer:
        if self._store is not None and self._store.is_replaced():
            self._leave()
        if self._store is None:
            self._store = Alerts(self._path)
            self._version = 0
            if self._store.file != self._file:
                self._file, self._change = self._store.file, None
        try:
            return question(self._store)
        except DatabaseError:
            self._leave()
            raise

    def _catch_up(self, store: Alerts) -> None:
        """Have the loop hear of what took a transition since the last call; of a new file, of all that is firing."""
        # The version first: what happens after it is news again.
        version = store.version()
        anew = self._change is None
        if self._change is None:
            news, change = store.firing()[::-1], store.last_change()
        else:
            news = store.changed_since(self._change)
            change = news[-1].change if news else self._change
        self._version, self._change = version, change
        # Not by the answer: whoever asked may have been told to ask again, and this is told once.
        self._loop.call_soon_threadsafe(partial(self._hear, news, anew=anew))

    def _leave(self) -> None:
        if self._store is not None:
            self._store.close()
            self._store = None
