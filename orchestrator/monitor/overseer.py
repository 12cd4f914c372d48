"""From what is known to what is said of it: the flows of images, and the alerts."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from orchestrator.monitor.alerts import all_deciders, decide
from orchestrator.monitor.bulletin import Bulletin
from orchestrator.monitor.deciders.stalls import MODEL_STOPPED, STALL, folder_of, why_stalled
from orchestrator.monitor.deciders.view import View
from orchestrator.monitor.evidence import DiskEvidence, FolderEvidence
from orchestrator.monitor.flows import Flows, FlowView
from orchestrator.monitor.lifeguard import Ward
from services.shared.logs import Logger
from services.shared.messages import Flow
from services.shared.metrics.figures import Figures
from services.shared.settings import Settings

LOOK_EVERY_S = 0.5


class Overseer:
    """Looks twice a second at most. Nothing waits here: alerts are kept by the bulletin's thread."""

    def __init__(self, settings: Settings, log: Logger, figures: Figures) -> None:
        self._log = log
        self._korean = settings.node.language == "ko"
        self._after_s = settings.stall.after_s
        self._flows = Flows(settings.images.kinds, self._after_s, settings.stall.grace_s, time.monotonic())
        self._deciders = all_deciders(settings, self._flows)
        self._states: dict[str, str] = {}
        self._next_s = 0.0
        self.bulletin = Bulletin(settings.operations_path, log, figures)
        self.flows: dict[str, Flow] = {}

    def look(self, view: View) -> None:
        """Judge what is known, once it is time again. `view.flows` is put together here."""
        if view.now_s < self._next_s:
            return
        self._next_s = view.now_s + LOOK_EVERY_S
        firing = self.bulletin.firing
        stalled = {folder_of(key) for key, one in (firing or {}).items() if one.name in (STALL, MODEL_STOPPED)}
        views = self._flows.look(view.folders, _state_disk(view.disks), view.now_s, view.now_ms, stalled)
        self.flows = {one.name: self._flow(one) for one in views}
        self._tell(self.flows)
        view = replace(view, flows=views)
        orders = [] if firing is None else decide(self._deciders, view, firing)
        self.bulletin.tend(orders, view.now_s)

    def forgive(self, lost_s: float) -> None:
        """The monitor, or the machine, stood still for `lost_s`: nobody's silence in that time counts."""
        self._flows.forgive(lost_s)

    def close(self) -> None:
        self.bulletin.close()

    def _flow(self, view: FlowView) -> Flow:
        why = why_stalled(view, self._after_s)
        return Flow(
            state=view.state,
            since_ms=view.since_ms,
            reason=None if why is None else why.reason or why.name,
            text=None if why is None else why.summary.ko if self._korean else why.summary.en,
            severity=None if why is None else why.severity,
            last_image_ms=view.last_image_ms,
        )

    def _tell(self, flows: dict[str, Flow]) -> None:
        for name, flow in flows.items():
            if self._states.get(name, "waiting") != flow.state:
                self._log.info("flow", folder=name, state=flow.state)
            self._states[name] = flow.state


def view_of(
    wards: Sequence[Ward],
    folders: Sequence[FolderEvidence],
    disks: Sequence[DiskEvidence],
    *,
    delivery_failures: int | None = None,
    delivery_error: str = "",
) -> View:
    """What is known at this moment."""
    return View(
        now_s=time.monotonic(),
        now_ms=time.time_ns() // 1_000_000,
        boot_s=time.clock_gettime(time.CLOCK_BOOTTIME),
        wards=wards,
        folders=folders,
        disks=disks,
        delivery_failures=delivery_failures,
        delivery_error=delivery_error,
    )


def _state_disk(disks: Sequence[DiskEvidence]) -> DiskEvidence | None:
    return next((disk for disk in disks if disk.role == "state"), None)
