"""The queue between whoever hears of files and the one loop that looks at them."""

from __future__ import annotations

from collections import deque
from typing import Literal, NamedTuple

CAPACITY = 50_000

NoticeKind = Literal["closed", "touched", "chmod", "gone", "lost", "removed", "canary"]


class Notice(NamedTuple):
    """Something happened to `filename` in the watched folder `watch_id`.

    closed: its writer closed it, or it was moved in; touched: it came or changed, and may be unfinished; chmod: its
    rights or times changed; gone: unlinked or moved out; lost: events were dropped, only a rescan finds what; removed:
    the watched folder itself went away; canary: the monitor has written its canary.
    """

    watch_id: int
    kind: NoticeKind
    filename: str
    at_ms: int


class Inbox:
    """Bounded; when it is full it says "lost" instead, once. put() is safe from any thread."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._notices: deque[Notice] = deque()
        self._overflowed: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._notices) + len(self._overflowed)

    def put(self, notice: Notice) -> None:
        if len(self._notices) < self._capacity:
            self._notices.append(notice)
        else:
            self._overflowed[notice.watch_id] = notice.at_ms

    def take(self, limit: int) -> list[Notice]:
        """The oldest notices, at most `limit`; a loss is told once all that came before it is taken."""
        notices = [self._notices.popleft() for _ in range(min(limit, len(self._notices)))]
        while self._overflowed and not self._notices:
            watch_id, at_ms = self._overflowed.popitem()
            notices.append(Notice(watch_id, "lost", "", at_ms))
        return notices
