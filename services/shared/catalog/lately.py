"""What was seen lately, by the order in which it came: how many images in each minute, and when a sample of them.

Found by seq, which counts up with the time of the look; only a clock that was set back leaves something out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from services.shared.catalog.rows import Rows

MINUTE_MS = 60_000


class Stamps(NamedTuple):
    """When the image `seq` was captured, written and seen, in Unix ms."""

    seq: int
    captured_ms: int
    written_ms: int
    seen_ms: int


class Arrivals(NamedTuple):
    """The images that came to a folder, imported ones aside: (start of the minute in Unix ms, how many)."""

    camera: str
    kind: str
    minutes: list[tuple[int, int]]


class Lately(Rows):
    """Queries by arrival."""

    def seen_since(self, at_ms: int) -> int:
        """The first seq that was seen at `at_ms` or later; one beyond the last when none was."""
        return self._seen_since(at_ms, 1)

    def minutes(self, from_ms: int, to_ms: int) -> list[Arrivals]:
        """What came to each folder in each minute that has something of from_ms..to_ms.

        An old image that was written again counts when it came first.
        """
        folders = self._all("SELECT id, camera, kind FROM folders ORDER BY camera <> 'main', camera, kind")
        starts_ms = range(from_ms - from_ms % MINUTE_MS, to_ms + MINUTE_MS, MINUTE_MS)
        seqs = [self.seen_since(from_ms)]
        for start_ms in starts_ms[1:]:
            seqs.append(self._seen_since(start_ms, seqs[-1]))
        return [Arrivals(camera, kind, self._counted(number, starts_ms, seqs)) for number, camera, kind in folders]

    def stamps(self, first: int, step: int = 1) -> list[Stamps]:
        """About every `step`-th image from `first` on, the same ones that deliveries.py samples.

        Without what was never news: imported images, and new versions of old ones.
        """
        rows: list[Stamps] = []
        for (folder_id,) in self._all("SELECT id FROM folders"):
            # By the index of arrivals: all others are left out before anybody looks at them.
            found = self._all(
                "SELECT seq, captured_at_ms, written_at_ms, seen_at_ms FROM images WHERE folder_id = ? "
                "AND arrival >= ? AND arrival = seq AND ((arrival * 40503) & 65535) * ? < 65536",
                folder_id,
                max(first, 1),
                step,
            )
            rows += map(Stamps._make, found)
        return rows

    def _counted(self, folder_id: int, starts_ms: Sequence[int], seqs: Sequence[int]) -> list[tuple[int, int]]:
        """`seqs`: where each minute begins, and one more."""
        minutes = []
        for start_ms, first, end in zip(starts_ms, seqs, seqs[1:], strict=False):
            if first < end:
                # A live image's arrival is its seq: counted in the index alone.
                query = "SELECT count(*) FROM images WHERE folder_id = ? AND arrival >= ? AND arrival < ?"
                count = int(self._all(query, folder_id, first, end)[0][0])
                if count:
                    minutes.append((start_ms, count))
        return minutes

    def _seen_since(self, at_ms: int, low: int) -> int:
        """Bisected: `low` is at most the answer."""
        high = int(self._all("SELECT ifnull(max(seq), 0) FROM images")[0][0]) + 1
        while low < high:
            middle = (low + high) // 2
            seq, seen_ms = self._all("SELECT seq, seen_at_ms FROM images WHERE seq >= ? ORDER BY seq LIMIT 1", middle)[
                0
            ]
            if seen_ms < at_ms:
                low = seq + 1
            else:
                high = middle
        return low
