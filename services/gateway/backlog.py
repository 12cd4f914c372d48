"""What a client in mode `latest` is behind with: each folder's newest image, how many it skips, what went. Pure.

However long a client is away or blocked, this is at most two events a folder.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from services.gateway.live import Key
from services.gateway.news import News


class Behind:
    """One folder's part."""

    __slots__ = ("gone", "is_lost", "present", "skipped", "told", "update")

    def __init__(self, told: int | None) -> None:
        self.told = told
        """The version that the client shows; None when it is not known which."""
        self.present = told
        """The same image's version by now."""
        self.gone: News | None = None
        """What the client shows went."""
        self.update: News | None = None
        self.skipped = 0
        self.is_lost = False
        """The newest image went before the client was told of it: the one before may be news as well."""


class Backlog:
    """`shown`: the seq that the client was told of last in each folder. `known`: it knows nothing beyond this seq."""

    __slots__ = ("_folders", "_known", "_shown")

    def __init__(self, shown: Mapping[Key, int], known: int = 0) -> None:
        self._shown = shown
        self._known = known
        self._folders: dict[Key, Behind] = {}

    def __bool__(self) -> bool:
        return bool(self._folders)

    def clear(self, known: int) -> None:
        """Forget everything: the client has asked for something else, and knows of nothing beyond `known`."""
        self._known = known
        self._folders.clear()

    def add(self, news: News) -> None:
        """One more thing happened."""
        behind = self._folders.get(news.key) or Behind(self._shown.get(news.key))
        held = behind.update
        if news.is_removal:
            self._remove(behind, news)
        elif self._is_news(behind, news):
            behind.skipped += held is not None
            behind.update, behind.is_lost = news, False
        if behind.update or behind.gone or behind.is_lost or behind.present != behind.told:
            self._folders[news.key] = behind

    def take_update(self) -> tuple[News, int] | None:
        """The newest image of a folder and how many were skipped by it, None when there is none.

        It makes up for what went: nobody needs to be told of that any more.
        """
        for key, behind in self._folders.items():
            if behind.update is not None:
                del self._folders[key]
                return behind.update, behind.skipped
        return None

    def take_lost(self) -> tuple[Key, Behind] | None:
        """A folder whose newest image went before the client was told of it, None when there is none."""
        for key, behind in self._folders.items():
            if behind.is_lost:
                del self._folders[key]
                return key, behind
        return None

    def take_removal(self) -> News | None:
        """A removal that the client has to hear of, None when there is none. To be asked for when all else is told."""
        while self._folders:
            _, behind = self._folders.popitem()
            if behind.gone is not None:
                return behind.gone
        return None

    def _is_news(self, behind: Behind, news: News) -> bool:
        event, shown = news.event, False
        if event.previous_seq is not None and behind.gone is None:
            # Of what a client shows that is not known, at most a version that is shown as new can be a version.
            shown = self._shows(behind, event.previous_seq) and (behind.present is not None or event.shown)
        if shown:
            behind.told = event.previous_seq if behind.told is None else behind.told
            behind.present = news.image.seq
        if behind.update is not None:
            shown = behind.update.image.seq == event.previous_seq
        return event.shown or (shown and not behind.is_lost)

    def _remove(self, behind: Behind, news: News) -> None:
        seq = news.image.seq
        if behind.update is not None and behind.update.image.seq == seq:
            behind.update, behind.is_lost = None, True
            behind.skipped += 1
        if self._shows(behind, seq) and (behind.gone is None or seq > behind.gone.image.seq):
            behind.gone = news if behind.told in (None, seq) else _as_told(news, behind.told)

    def _shows(self, behind: Behind, seq: int) -> bool:
        """Whether this may be what the client shows: the newest of those it was told of."""
        return seq <= self._known if behind.present is None else seq == behind.present


def _as_told(removal: News, seq: int | None) -> News:
    """The removal of an image that the client knows as its version `seq`."""
    image = msgspec.structs.replace(removal.image, seq=seq)
    return News(msgspec.structs.replace(removal.event, image=image), removal.epoch, removal.at_ms)
