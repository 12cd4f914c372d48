"""Which files of a polled folder are worth a look at each poll. Pure.

A poll of a million files takes seconds and a snapshot of them a gigabyte, yet only what came lately is still changing.
So a file stays in view until it has not changed for a while; what happens to it later is found by the rescans.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from services.shared.names import OWN, is_ignored
from services.watcher.coming import Coming

IN_VIEW_S = 60.0

PASSED_OVER = 1000
"""So many hidden and temporary names are remembered; where more lie about, nobody is told of new ones."""


class Stat(NamedTuple):
    """What a snapshot needs of a stat_result, in a fraction of its memory."""

    st_mode: int
    st_ino: int
    st_dev: int
    st_size: int
    st_mtime: float


class PassedOver:
    """The names in a polled folder that are none of ours; of those that appear `coming` hears."""

    def __init__(self, coming: Coming) -> None:
        self._coming = coming
        self._names: set[str] | None = None

    def sift(self, names: Iterable[str], now_ns: int) -> Iterator[str]:
        """All others, once they were all gone through."""
        before, self._names = self._names, set()
        for name in names:
            if not is_ignored(name):
                yield name
            elif not name.startswith(OWN) and len(self._names) < PASSED_OVER:
                self._names.add(name)
                if before is not None and name not in before:
                    self._coming.came(name, now_ns // 1_000_000)


@dataclass
class View:
    """The names to be watched closely. Of all others only a hash is kept: a name costs some 70 bytes."""

    _settled: set[int] | None = None
    _in_view: dict[str, tuple[Stat | None, float]] = field(default_factory=dict)

    def show(self, names: Iterable[str], now_s: float) -> None:
        """The folder holds these now. What it held at the first call never comes into view: the rescan sees to that."""
        if self._settled is None:
            self._settled = {hash(name) for name in names}
            return
        before, self._in_view = self._in_view, {}
        for name in names:
            if name in before:
                self._in_view[name] = before[name]
            elif hash(name) not in self._settled:
                self._in_view[name] = (None, now_s)

    def retire(self, now_s: float) -> set[str]:
        """Take out of view what has not changed for a while, and return it."""
        retired = {name for name, (_, since_s) in self._in_view.items() if now_s - since_s > IN_VIEW_S}
        for name in retired:
            del self._in_view[name]
        if self._settled is not None:
            self._settled.update(map(hash, retired))
        return retired

    def names(self) -> list[str]:
        """What is in view."""
        return list(self._in_view)

    def seen(self, name: str, stat: Stat, now_s: float) -> Stat:
        """A file in view is like this. Returns the object of last time if it is equal, so that it is in memory once."""
        last, _ = self._in_view.get(name, (None, 0.0))
        if last == stat:
            return last
        self._in_view[name] = (stat, now_s)
        return stat
