"""The alerts as this gateway knows them: read by a thread, told to clients when one takes a transition.

Nothing here is on an image's way: a file that is damaged, locked or gone costs the alerts, and nothing else.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar

from msgspec import Struct, structs

from services.gateway.wire import now_ms
from services.shared.errors import DatabaseError
from services.shared.logs import Logger
from services.shared.operations import Alert, Alerts, Page, Scope, Silence, Silences, silenced_until
from services.shared.operations.alerts import Cursor

MAX_WAITING = 100
"""More questions than these are refused: people ask, and they are few."""

ANSWER_WITHIN_S = 10.0

LATEST = 1000
"""So many silences are listed when all are asked for."""

Answer = TypeVar("Answer")

News = tuple[Alert, int | None]
"""An alert, and until when it is silenced."""


class _Files(Struct, frozen=True):
    """One file, two of its tables."""

    alerts: Alerts
    silences: Silences

    def close(self) -> None:
        self.alerts.close()
        self.silences.close()


def until(alert: Alert, silences: Iterable[Silence], now_ms: int) -> int | None:
    """Until when an alert is silenced; None when it is not, and when it is over."""
    return silenced_until(alert.trouble, silences, now_ms) if alert.is_firing else None


class AlertBoard:
    """Made inside the event loop. `tell` hears of each transition, this gateway's own included: the alert, and when its
    silence ends.

    What others change is noticed by look(), which is to be called once in a while.
    """

    def __init__(self, path: Path, tell: Callable[[Alert, int | None], None], log: Logger) -> None:
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
        self._store: _Files | None = None
        self._file: tuple[int, int] | None = None
        self._version = 0
        self._change: int | None = None
        self._silenced: dict[int, News] = {}
        """What fires, and what was told of its silence."""
        self._silence_ends_ms: int | None = None

    def look(self) -> None:
        """Find out what others have changed, unless somebody is at it. Returns at once."""
        if self._looking is None or self._looking.done():
            self._looking = self._loop.create_task(self._look())

    async def page(self, *, firing_only: bool, before: Cursor | None, limit: int) -> tuple[Page, list[Silence]]:
        """One page, and the silences that last. Raises DatabaseError."""
        return await self._ask(
            lambda files: (
                files.alerts.page(firing_only=firing_only, before=before, limit=limit),
                files.silences.lasting(now_ms()),
            )
        )

    async def acknowledge(self, alert_id: int, by: str, note: str) -> News:
        """Somebody has taken notice; clients hear of it before this returns.

        Raises AlertUnknown, AlertOver, DatabaseError.
        """

        def acknowledge(files: _Files) -> News:
            alert = files.alerts.acknowledge(alert_id, by, note, now_ms())
            self._catch_up(files)
            return alert, until(alert, files.silences.lasting(now_ms()), now_ms())

        return await self._ask(acknowledge)

    async def silences(self, *, lasting_only: bool) -> list[Silence]:
        """The newest first. Raises DatabaseError."""
        return await self._ask(
            lambda files: files.silences.lasting(now_ms()) if lasting_only else files.silences.latest(LATEST)
        )

    async def silence(self, scope: Scope, for_s: int, by: str, note: str) -> Silence:
        """Nothing of what is in `scope` is sent for so long; clients hear of it before this returns.

        Raises DatabaseError.
        """

        def silence(files: _Files) -> Silence:
            at_ms = now_ms()
            made = files.silences.add(scope, from_ms=at_ms, until_ms=at_ms + for_s * 1000, by=by, note=note)
            self._catch_up(files)
            return made

        return await self._ask(silence)

    async def end_silence(self, silence_id: int, by: str) -> Silence:
        """Over before its time; clients hear of it before this returns.

        Raises SilenceUnknown, SilenceOver, DatabaseError.
        """

        def end(files: _Files) -> Silence:
            ended = files.silences.end(silence_id, by, now_ms())
            self._catch_up(files)
            return ended

        return await self._ask(end)

    def close(self) -> None:
        """Answers what is being answered, forgets the rest."""
        if self._looking is not None:
            self._looking.cancel()
        self._thread.submit(self._leave)
        self._thread.shutdown(wait=True)

    async def _look(self) -> None:
        with contextlib.suppress(DatabaseError):  # _ask() has said so; the next look tries again.
            await self._ask(lambda files: self._catch_up(files) if self._is_news(files) else None)

    def _hear(self, news: list[News], *, anew: bool) -> None:
        if anew:
            # Of what another file had firing nobody says any more that it is.
            here = {alert.id for alert, _ in news}
            gone = [alert for number, alert in self._firing.items() if number not in here]
            over = [structs.replace(alert, resolved_at_ms=now_ms(), changed_at_ms=now_ms()) for alert in gone]
            news = [(alert, None) for alert in over] + news
        for alert, until_ms in news:
            if alert.is_firing:
                self._firing[alert.id] = alert
            else:
                self._firing.pop(alert.id, None)
            self._tell(alert, until_ms)

    async def _ask(self, question: Callable[[_Files], Answer]) -> Answer:
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

    def _answer(self, question: Callable[[_Files], Answer]) -> Answer:
        if self._store is not None and self._store.alerts.is_replaced():
            self._leave()
        if self._store is None:
            self._store = _Files(Alerts(self._path), Silences(self._path))
            self._version = 0
            if self._store.alerts.file != self._file:
                self._file, self._change = self._store.alerts.file, None
        try:
            return question(self._store)
        except DatabaseError:
            self._leave()
            raise

    def _is_news(self, files: _Files) -> bool:
        """Somebody has changed something, or a silence has ended by itself."""
        ends_ms = self._silence_ends_ms
        return files.alerts.version() != self._version or (ends_ms is not None and now_ms() >= ends_ms)

    def _catch_up(self, files: _Files) -> None:
        """Have the loop hear of what took a transition since the last call; of a new file, of all that is firing."""
        # The version first: what happens after it is news again.
        version = files.alerts.version()
        anew = self._change is None
        if self._change is None:
            changed, change = files.alerts.firing()[::-1], files.alerts.last_change()
            self._silenced = {}
        else:
            changed = files.alerts.changed_since(self._change)
            change = changed[-1].change if changed else self._change
        at_ms = now_ms()
        silences = files.silences.lasting(at_ms)
        news = [(alert, until(alert, silences, at_ms)) for alert in changed]
        news += self._silenced_anew(silences, {alert.id for alert in changed}, at_ms)
        for alert, until_ms in news:
            self._silenced.pop(alert.id, None)
            if alert.is_firing:
                self._silenced[alert.id] = (alert, until_ms)
        self._version, self._change = version, change
        self._silence_ends_ms = min((silence.until_ms for silence in silences), default=None)
        # Not by the answer: whoever asked may have been told to ask again, and this is told once.
        self._loop.call_soon_threadsafe(partial(self._hear, news, anew=anew))

    def _silenced_anew(self, silences: list[Silence], but: set[int], at_ms: int) -> list[News]:
        """Of what fires, all but some, what is silenced otherwise than was told."""
        judged = [(alert, told, until(alert, silences, at_ms)) for alert, told in self._silenced.values()]
        return [(alert, now) for alert, told, now in judged if alert.id not in but and now != told]

    def _leave(self) -> None:
        if self._store is not None:
            self._store.close()
            self._store = None
