"""Whether images of a camera and kind come: a table of state × event, and who makes the events. Pure.

            an image           silent for half the limit      silent for the limit
    waiting ────────▶ live ─────────────────────────▶ late ────────────────────────▶ stalled
                       ▲ ◀──────── an image ─────────── │                               │
                       └───────────────── two images within the limit ──────────────────┘

One image alone ends no stall: a camera that is switched on and off would be an alert and a recovery each time. Nothing
is late or stalled before the grace is over, and a kind that never had an image waits for ever. A kind that is made from
another is silent since the first image of its source that it did not answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from orchestrator.monitor.evidence import FolderEvidence
from services.shared.messages import FlowState

FlowEvent = Literal["image", "fell_late", "fell_silent", "resumed"]
"""`resumed`: the second image within the limit of the first."""

TABLE: Mapping[tuple[FlowState, FlowEvent], FlowState] = {
    ("waiting", "image"): "live",
    # It had images before this monitor began, and none has come since.
    ("waiting", "fell_silent"): "stalled",
    ("live", "fell_late"): "late",
    ("live", "fell_silent"): "stalled",
    ("late", "image"): "live",
    ("late", "fell_silent"): "stalled",
    ("stalled", "resumed"): "live",
}


def after(state: FlowState, event: FlowEvent) -> FlowState:
    """The state after `event`; the same where the table has nothing."""
    return TABLE.get((state, event), state)


@dataclass(frozen=True)
class Limits:
    """`after_s` without an image is a stall; nothing is one before `grace_over_s`, a moment of the monotonic clock."""

    after_s: float
    grace_over_s: float


class FlowTrack:
    """How the images of one camera and kind come, from one look at the evidence to the next. `_s` is monotonic."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._seq: int | None = None
        self._arrived: int | None = None
        self._first_back_s: float | None = None
        self._came = 0
        self._owes_since_s: float | None = None
        self.state: FlowState = "waiting"
        self.since_ms = 0
        self.last_s: float | None = None
        """When an image came last, as far as is known; None when there never was one."""
        self.was_live = False
        self.stalled_since_s: float | None = None

    def look(self, evidence: FolderEvidence, now_s: float, now_ms: int, source: FlowTrack | None = None) -> None:
        """Take what is known now. Images are counted by what the watcher says, and so judged by no wall clock.

        `source` is what this kind is made from; it has looked already.
        """
        before = self.state
        self._came = self._count(evidence)
        if self._came:
            self._take(now_s)
        elif self.last_s is None:
            self._recall(evidence, now_s, now_ms)
        if not self._came and source is not None and source._came and self._owes_since_s is None:
            self._owes_since_s = now_s
        self._fall(now_s, source)
        self.since_ms = now_ms if self.state != before or not self.since_ms else self.since_ms

    def restore(self, now_s: float, now_ms: int, last_image_ms: int | None) -> None:
        """A stall fires that an earlier monitor has found: as long as no image was seen here, it goes on."""
        if not self.was_live and self.state != "stalled":
            self.state, self.stalled_since_s = "stalled", now_s
            began_ms = now_ms if last_image_ms is None else last_image_ms + int(self._limits.after_s * 1000)
            self.since_ms = min(now_ms, began_ms)

    def forgive(self, lost_s: float) -> None:
        """The monitor, or the machine, stood still for `lost_s`: nobody's silence in that time counts."""
        if self.last_s is not None:
            self.last_s += lost_s
        if self._owes_since_s is not None:
            self._owes_since_s += lost_s

    def owes(self, now_s: float) -> bool:
        """Whether images of the source have gone unanswered for the limit."""
        return self._owes_since_s is not None and now_s - self._owes_since_s >= self._limits.after_s

    def _count(self, evidence: FolderEvidence) -> int:
        """How many images have come since the last look; what a watcher tells first of was there before."""
        if not (evidence.mode or evidence.watch_problem or evidence.last_seq is not None):
            return 0
        arrived, seq = self._arrived, self._seq
        self._arrived = evidence.arrived
        self._seq = seq if evidence.last_seq is None else evidence.last_seq
        if arrived is None:
            return 0
        # Another watcher counts from 0 again.
        images = evidence.arrived - arrived if evidence.arrived >= arrived else evidence.arrived
        if not images and seq is not None and self._seq is not None and self._seq > seq:
            return 1
        return images

    def _take(self, now_s: float) -> None:
        self.last_s, self._owes_since_s = now_s, None
        if self.state != "stalled":
            self._step("image", now_s)
        elif self._came > 1 or (self._first_back_s is not None and now_s - self._first_back_s <= self._limits.after_s):
            self._step("resumed", now_s)
        else:
            self._first_back_s = now_s

    def _recall(self, evidence: FolderEvidence, now_s: float, now_ms: int) -> None:
        """Images came before this monitor began; how long ago, the wall clock has to say."""
        if evidence.last_image_ms is not None:
            self.last_s = now_s - max(0, now_ms - evidence.last_image_ms) / 1000
        elif evidence.known_place is not None:
            self.last_s = now_s

    def _fall(self, now_s: float, source: FlowTrack | None) -> None:
        if self.last_s is None or now_s < self._limits.grace_over_s:
            return
        silent_s = self._silent_s(now_s, now_s - self.last_s, source)
        if silent_s >= self._limits.after_s:
            self._step("fell_silent", now_s)
        elif silent_s >= self._limits.after_s / 2:
            self._step("fell_late", now_s)

    def _silent_s(self, now_s: float, own_s: float, source: FlowTrack | None) -> float:
        """While the source advances its pauses are no silence of this kind; it is not stalled before its source is."""
        if source is None or source.state in ("stalled", "waiting"):
            return own_s
        owing_s = 0.0 if self._owes_since_s is None else now_s - self._owes_since_s
        return owing_s if source.state == "live" else max(owing_s, min(own_s, self._limits.after_s / 2))

    def _step(self, event: FlowEvent, now_s: float) -> None:
        before, self.state = self.state, after(self.state, event)
        if self.state == before:
            return
        if self.state == "live":
            self.was_live = True
            self._first_back_s = self.stalled_since_s = None
        elif self.state == "stalled":
            self.stalled_since_s = now_s
