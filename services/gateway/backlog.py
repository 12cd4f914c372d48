"""What a client in mode `latest` is behind with: each folder's newest image, how many it skips, what went. Pure.

However long a client is away or blocked, this is at most two events a folder.
"""

from __future__ import annotations

from collections.abc import Mapping

from services.gateway.live import Key
from services.gateway.news import News


class Backlog:
    """`shown`: the seq that the client was told of last in each folder. `known`: it knows nothing beyond this seq."""

    __slots__ = ("_known", "_lost", "_removed", "_shown", "_skipped", "_updates")

    def __init__(self, shown: Mapping[Key, int], known: int = 0) -> None:
        self._shown = shown
        self._known = known
        self._updates: dict[Key, News] = {}
        self._skipped: dict[Key, int] = {}
        self._removed: dict[Key, News] = {}
        self._lost: dict[Key, None] = {}

    def __bool__(self) -> bool:
        return bool(self._updates or self._removed or self._lost)

    def clear(self, known: int) -> None:
        """Forget everything: the client has asked for something else, and knows of nothing beyond `known`."""
        self._known = known
        for held in (self._updates, self._skipped, self._removed, self._lost):
            held.clear()

    def add(self, news: News) -> None:
        """One more thing happened."""
        key = news.key
        if news.is_removal:
            self._remove(key, news)
            return
        held = self._updates.pop(key, None)
        before = self._shown.get(key) if held is None else held.image.seq
        if held is not None and not (news.event.shown or before == news.event.previous_seq):
            self._updates[key] = held
            return
        if not (news.event.shown or before == news.event.previous_seq):
            return
        if held is not None:
            self._skipped[key] = self._skipped.get(key, 0) + 1
        self._updates[key] = news
        self._removed.pop(key, None)
        self._lost.pop(key, None)

    def take_removal(self) -> News | None:
        """A removal that the client has to hear of, None when there is none."""
        return self._removed.pop(next(iter(self._removed))) if self._removed else None

    def take_update(self) -> tuple[News, int] | None:
        """The newest image of a folder and how many were skipped by it, None when there is none."""
        if not self._updates:
            return None
        key = next(iter(self._updates))
        return self._updates.pop(key), self._skipped.pop(key, 0)

    def take_lost(self) -> Key | None:
        """A folder whose newest image went before the client was told of it, None when there is none."""
        return self._lost.popitem()[0] if self._lost else None

    def take_skipped(self, key: Key) -> int:
        """How many images of the folder the client was not told of."""
        return self._skipped.pop(key, 0)

    def _remove(self, key: Key, news: News) -> None:
        held = self._updates.get(key)
        if held is not None and held.image.seq == news.image.seq:
            del self._updates[key]
            self._skipped[key] = self._skipped.get(key, 0) + 1
            self._lost[key] = None
        # Only the image that the client shows concerns it: the newest of those it was told of.
        before, shown, seq = self._removed.get(key), self._shown.get(key), news.image.seq
        is_shown = seq <= self._known if shown is None else seq == shown
        if is_shown and (before is None or seq > before.image.seq):
            self._removed[key] = news
