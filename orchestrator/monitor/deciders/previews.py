"""Previews fall behind: more new images wait for theirs than are made, for longer than a burst lasts."""

from __future__ import annotations

from orchestrator.monitor.deciders.since import since
from orchestrator.monitor.deciders.view import Firing, View
from orchestrator.monitor.telling import trouble
from orchestrator.topology import parse

PREVIEWS_BEHIND = "previews_behind"

BEHIND = 50
BEHIND_FOR_S = 30.0
"""So many images wait for so long: at two a second nobody has a preview of the last half minute."""

CAUGHT_UP = 10
CAUGHT_UP_FOR_S = 10.0


class Previews:
    """Each worker counts the new images that it has not made previews of yet; the one with the fewest is right, as what
    another has made is struck out late. While no worker says anything, nothing changes.
    """

    names = frozenset({PREVIEWS_BEHIND})

    def __init__(self) -> None:
        self._behind_since_s: float | None = None
        self._well_since_s: float | None = None

    def __call__(self, view: View, firing: Firing) -> Firing:
        waiting = [
            int(ward.detail["live"])
            for ward in view.wards
            if parse(ward.name).service == "thumbnailer" and ward.state == "ready" and "live" in ward.detail
        ]
        if waiting:
            self._behind_since_s = since(self._behind_since_s, view.now_s, holds=min(waiting) >= BEHIND)
            self._well_since_s = since(self._well_since_s, view.now_s, holds=min(waiting) <= CAUGHT_UP)
        before = firing.get(PREVIEWS_BEHIND)
        if before is not None:
            is_well = self._well_since_s is not None and view.now_s - self._well_since_s >= CAUGHT_UP_FOR_S
            return {} if is_well else {PREVIEWS_BEHIND: before}
        if self._behind_since_s is None or view.now_s - self._behind_since_s < BEHIND_FOR_S:
            return {}
        return {PREVIEWS_BEHIND: trouble(PREVIEWS_BEHIND, "warning", PREVIEWS_BEHIND, {}, service="thumbnailer")}
