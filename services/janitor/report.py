"""What retention did and what keeps it from more: for the log, the heartbeats and the figures."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

from services.shared.catalog import Held
from services.shared.logs import Logger
from services.shared.metrics.figures import Figures
from services.shared.phrases import Phrase
from services.shared.retention import Reason, Space

SAID_EVERY_S = 60.0
"""While images go, the log has a line about it so often."""

SHORT_FOR_S = 15.0
"""What came last may not go for some seconds: only what lasts longer is a want of images that may."""

WAITS_S = 5.0


class Report:
    """Written by the thread that deletes, read by the loop that beats."""

    def __init__(self, log: Logger, figures: Figures, phrase: Phrase) -> None:
        self._log = log
        self._phrase = phrase
        self._figures = figures
        self._count = 0
        self._bytes = 0
        self._reencoded = 0
        self._saved_bytes = 0
        self._unsaid: Counter[Reason] = Counter()
        self._unsaid_bytes = 0
        self._next_said_s = 0.0
        self._free: dict[str, float] = {}
        self._short_since_s: float | None = None
        self._waits_since_s: float | None = None
        self._error = ""
        self._stuck = ""
        self._is_judged = False
        self._withheld = ""
        self._note_error = ""
        self._small_error = ""

    @property
    def is_stuck(self) -> bool:
        """Whether looking again at once is in vain."""
        return bool(self._stuck)

    @property
    def sofar(self) -> tuple[int, int]:
        """How many files and bytes were deleted."""
        return self._count, self._bytes

    def in_vain(self) -> str:
        """That deleting makes no room."""
        return self._phrase("frees_nothing")

    def measured(self, spaces: Sequence[Space]) -> None:
        """How much is free."""
        self._free = {space.path: round(space.free_percent, 2) for space in spaces}

    def deleted(self, held: Held, reason: Reason) -> None:
        """An image went."""
        self._count += 1
        self._bytes += held.size_bytes
        if not self._unsaid:
            self._next_said_s = time.monotonic() + SAID_EVERY_S
        self._unsaid[reason] += 1
        self._unsaid_bytes += held.size_bytes
        self._waits_since_s = None
        self._figures.deleted(held.camera, held.kind, reason, held.size_bytes)
        if time.monotonic() >= self._next_said_s:
            self.say()

    def reencoded(self, held: Held, saved_bytes: int) -> None:
        """An image became smaller by so much."""
        self._reencoded += 1
        self._saved_bytes += saved_bytes
        self._figures.reencoded(held.camera, held.kind, saved_bytes)
        self._log.debug("reencoded", kind=held.kind, filename=held.filename, saved_bytes=saved_bytes)

    def waits(self) -> None:
        """The watcher has to log first what went."""
        if self._waits_since_s is None:
            self._waits_since_s = time.monotonic()

    def ended(self, *, unmet: bool, error: str) -> None:
        """A round is over: too little room is left and nothing may go; or something could not be deleted."""
        self.say()
        self._waits_since_s = None
        now_s = time.monotonic()
        self._short_since_s = (self._short_since_s or now_s) if unmet else None
        lasts = self._short_since_s is not None and now_s - self._short_since_s >= SHORT_FOR_S
        self.stuck("cannot_delete" if error else "nothing_left" if lasts else "", error)

    def stuck(self, reason: str, error: str = "") -> None:
        """Said once, as long as it is the same."""
        self._is_judged = True
        if (reason, error) == (self._stuck, self._error):
            return
        if reason:
            self._log.error(reason, error=error)
        elif self._stuck:
            self._log.info("unstuck")
        self._stuck, self._error = reason, error

    def withheld(self, text: str) -> None:
        """What others would have to remove and do not, as it is too much to be right; empty when there is nothing."""
        if text != self._withheld:
            self._withheld = text
            if text:
                self._log.error("too_many", error=text)

    def not_smaller(self, error: str) -> None:
        """Why an image could not be read or written that was to become smaller. Said once."""
        if error != self._small_error:
            self._small_error = error
            self._log.warning("not_smaller", error=error)

    def noted(self, error: str) -> None:
        """Why nothing can be written down; empty when it can. Said once."""
        if error != self._note_error:
            self._note_error = error
            if error:
                self._log.warning("not_noted", error=error)

    def hangs(self, for_s: float) -> None:
        """Storage has not answered for so long; the next round that ends says otherwise."""
        self.stuck("cannot_delete", self._phrase("storage_hangs", for_s=f"{for_s:g}"))

    def say(self) -> None:
        """A line of what went since the last."""
        if not self._unsaid:
            return
        unsaid, size_bytes = self._unsaid, self._unsaid_bytes
        self._unsaid, self._unsaid_bytes = Counter(), 0
        why = ", ".join(f"{reason} {count}" for reason, count in sorted(unsaid.items()))
        self._log.info("deleted", count=sum(unsaid.values()), megabytes=f"{size_bytes / 1e6:.1f}", why=why)

    def detail(self) -> dict[str, Any]:
        """For a heartbeat. `stuck` is left out until a round has shown whether it is: a start is no end of trouble."""
        waits_s = self._waits_since_s
        told = {"stuck": self._stuck or ("too_many" if self._withheld else "")} if self._is_judged else {}
        return told | {
            "deleted": self._count,
            "deleted_bytes": self._bytes,
            "reencoded": self._reencoded,
            "saved_bytes": self._saved_bytes,
            "free_percent": self._free,
            "waits_for_watcher": waits_s is not None and time.monotonic() - waits_s > WAITS_S,
            "error": self._error or self._withheld,
        }
