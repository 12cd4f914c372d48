"""A million file names in little memory, to be taken out in the order of a number. Pure."""

from __future__ import annotations

import heapq
from array import array
from collections.abc import Iterator
from operator import itemgetter

RUN = 2048
"""Names sorted at a time, in about a millisecond: the caller is never held up for longer."""


class NameList:
    """Names with a key each, kept as sorted runs that are merged when they are read.

    1,000,000 names of 45 bytes take some 60 MB, where a list of strings with their keys takes three times as much.
    """

    def __init__(self) -> None:
        self._fresh: list[tuple[int, str]] = []
        self._runs: list[_Run] = []
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, filename: str, key: int) -> None:
        self._fresh.append((key, filename))
        self._count += 1
        if len(self._fresh) == RUN:
            self._seal()

    def descending(self) -> Iterator[str]:
        """Every name, largest key first. Nothing may be added from then on."""
        self._seal()
        merged = heapq.merge(*self._runs, key=itemgetter(0), reverse=True)
        return (filename for _, filename in merged)

    def _seal(self) -> None:
        if self._fresh:
            self._fresh.sort(reverse=True)
            self._runs.append(_Run(self._fresh))
            self._fresh = []


class _Run:
    """A few thousand (key, name), largest key first, packed. A name holds no slash, so a slash parts them."""

    def __init__(self, pairs: list[tuple[int, str]]) -> None:
        self._keys = array("q", [key for key, _ in pairs])
        self._names = "/".join(filename for _, filename in pairs).encode("utf-8", "surrogateescape")

    def __iter__(self) -> Iterator[tuple[int, str]]:
        start = 0
        for key in self._keys:
            end = self._names.find(b"/", start)
            end = len(self._names) if end < 0 else end
            yield key, self._names[start:end].decode("utf-8", "surrogateescape")
            start = end + 1
