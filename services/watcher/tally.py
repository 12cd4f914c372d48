"""What the watcher's heartbeat tells of each folder: the newest image, how many came, what was not taken, what is
coming.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from services.watcher.coming import Coming


@dataclass
class Tally:
    """Of one folder. `_ms` is Unix time."""

    last: tuple[int, int] | None = None
    """The newest live image: its seq, and when it was seen."""
    arrived: int = 0
    """Live images since this watcher's start."""
    rejected: tuple[str, int] | None = None
    """Why the last file was not taken, and when."""
    canary: tuple[int, int, int] | None = None
    """The last canary: its time, when it was seen, and when the catalog was proved writable after (0: it was not)."""
    coming: Coming = field(default_factory=Coming)

    def saw(self, seq: int, seen_ms: int) -> None:
        """A live image was recorded."""
        self.last = (seq, seen_ms)
        self.arrived += 1

    def told(self, waiting: int) -> dict[str, Any]:
        """For the heartbeat; so many files wait to become whole."""
        return {
            "last": self.last,
            "arrived": self.arrived,
            "rejected": self.rejected,
            "unfinished": (waiting, self.coming.at_ms),
            "canary": self.canary,
        }
