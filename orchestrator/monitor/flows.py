"""How the images of every camera and kind come, why they do not, and which of that is an alert of its own. Pure.

`kinds[0]` is the source; the others are made from it. While the source is late or stalled nothing else is to be
expected of them, so theirs is no further alert; while it advances and they do not, the model has stopped.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from orchestrator.monitor.diagnosis import Finding, Seen, diagnose
from orchestrator.monitor.evidence import DiskEvidence, FolderEvidence
from orchestrator.monitor.stall import FlowTrack, Limits
from services.shared.messages import FlowState

FOUND_AFTER_S = 2.0
"""A reason that holds for so long is told; what passes, such as a service that is being replaced, is not the cause."""

FOUND_AT_LAST_S = 5.0
"""So long after the limit the reason of the moment is told, however new it is."""

CHANGED_AFTER_S = 5.0
"""Another reason has to hold for so long: it is a message to people."""

NEWS_S = 10.0
"""What happened so long ago still says something of now, however short the limit is."""

STILL_NEWS_S = 300.0
"""Where files are rejected again and again the next may be so long in coming: the reason does not change in between."""

FORGOTTEN_AFTER_S = 600.0
"""A folder that the watcher has not known for so long was taken away on purpose."""

Due = Literal["no", "keep", "yes"]
"""Whether a stall is to be an alert: no; only if it is one already; yes."""


@dataclass(frozen=True)
class FlowView:
    """One camera and kind at this moment."""

    camera: str
    kind: str
    source: str | None
    """The kind that this one is made from; None for the source itself, and where that has never had an image."""
    state: FlowState
    since_ms: int
    last_image_ms: int | None
    due: Due
    finding: Finding | None
    """Why no images come, once that is known."""
    source_finding: Finding | None
    """The same of the source: where that has stalled, there is no need for another reason."""

    @property
    def name(self) -> str:
        return f"{self.camera}/{self.kind}"


class Flows:
    """All of them, from one look to the next. `_s` is monotonic."""

    def __init__(self, kinds: Sequence[str], after_s: float, grace_s: float, started_s: float) -> None:
        self._kinds = kinds
        self._limits = Limits(after_s, started_s + grace_s)
        self._followed: dict[str, _Followed] = {}
        self._heard_s = started_s

    def forgive(self, lost_s: float) -> None:
        """The monitor, or the machine, stood still for `lost_s`: nobody's silence in that time counts."""
        for one in self._followed.values():
            one.track.forgive(lost_s)

    def knows(self, name: str, now_s: float) -> bool:
        """False for what is no longer followed, or was never met though there was time."""
        return name in self._followed or now_s < self._limits.grace_over_s + FORGOTTEN_AFTER_S

    def look(
        self,
        folders: Iterable[FolderEvidence],
        state_disk: DiskEvidence | None,
        now_s: float,
        now_ms: int,
        stalled: Collection[str] = (),
    ) -> list[FlowView]:
        """Take what is known now. For `stalled` an alert fires, which an earlier monitor may have raised."""
        for evidence in folders:
            one = self._followed.setdefault(evidence.name, _Followed(FlowTrack(self._limits), evidence))
            one.evidence, one.met_s = evidence, now_s
            self._heard_s = now_s if evidence.watcher == "ok" else self._heard_s
        self._forget()
        for one in sorted(self._followed.values(), key=lambda one: one.evidence.kind != self._kinds[0]):
            source = self._source_of(one.evidence)
            one.track.look(one.evidence, now_s, now_ms, None if source is None else source.track)
            if one.evidence.name in stalled:
                one.track.restore(now_s, now_ms, one.evidence.last_image_ms)
            self._weigh(one, state_disk, now_s, now_ms)
        return [self._view(one, now_s) for one in self._followed.values()]

    def _forget(self) -> None:
        for name, one in list(self._followed.items()):
            if self._heard_s - one.met_s > FORGOTTEN_AFTER_S:
                del self._followed[name]

    def _weigh(self, one: _Followed, state_disk: DiskEvidence | None, now_s: float, now_ms: int) -> None:
        track = one.track
        if track.state not in ("late", "stalled"):
            one.weighed = one.rejected = None
            one.finding = None
            return
        rejects_again = one.rejected is not None and one.evidence.rejected != one.rejected
        news_s = max(self._limits.after_s, NEWS_S, STILL_NEWS_S if rejects_again else 0.0)
        finding = diagnose(Seen(one.evidence, state_disk, now_ms, int(news_s * 1000)))
        if finding.reason == "files_rejected" and one.rejected is None:
            one.rejected = one.evidence.rejected
        if one.weighed is None or one.weighed[0].variant != finding.variant:
            one.weighed = finding, now_s
        if track.stalled_since_s is None or now_s < self._limits.grace_over_s:
            return
        held_s = now_s - one.weighed[1]
        if one.finding is None:
            if held_s >= FOUND_AFTER_S or now_s - track.stalled_since_s >= FOUND_AT_LAST_S:
                one.finding = finding
        elif finding.variant != one.finding.variant and held_s >= CHANGED_AFTER_S:
            one.finding = finding

    def _view(self, one: _Followed, now_s: float) -> FlowView:
        evidence, track = one.evidence, one.track
        source = self._source_of(evidence)
        return FlowView(
            camera=evidence.camera,
            kind=evidence.kind,
            source=None if source is None else source.evidence.kind,
            state=track.state,
            since_ms=track.since_ms,
            last_image_ms=evidence.last_image_ms,
            due=self._due(one, source, now_s),
            finding=one.finding,
            source_finding=None if source is None else source.finding,
        )

    def _due(self, one: _Followed, source: _Followed | None, now_s: float) -> Due:
        track = one.track
        if track.state != "stalled":
            return "no"
        if source is None:
            return "yes" if one.finding is not None else "keep"
        is_due = source.track.state == "live" and track.owes(now_s) and one.finding is not None
        return "yes" if is_due else "keep"

    def _source_of(self, evidence: FolderEvidence) -> _Followed | None:
        if evidence.kind == self._kinds[0]:
            return None
        source = self._followed.get(f"{evidence.camera}/{self._kinds[0]}")
        # Where the source has never had an image, nothing is made from it.
        return source if source is not None and source.track.last_s is not None else None


@dataclass
class _Followed:
    track: FlowTrack
    evidence: FolderEvidence
    met_s: float = 0.0
    weighed: tuple[Finding, float] | None = None
    """What a look finds, and since when it does."""
    finding: Finding | None = None
    rejected: tuple[str, int] | None = None
    """The first file that was rejected since images are late."""
