"""What every decider is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from orchestrator.monitor.evidence import DiskEvidence, FolderEvidence
from orchestrator.monitor.flows import FlowView
from orchestrator.monitor.lifeguard import Ward
from services.shared.operations import Trouble

Firing = Mapping[str, Trouble]
"""By key."""


@dataclass(frozen=True)
class View:
    """The node at one moment."""

    now_s: float
    """Monotonic."""
    now_ms: int
    """Unix time."""
    boot_s: float = 0.0
    """Since the machine was started, its sleep included."""
    wards: Sequence[Ward] = ()
    folders: Sequence[FolderEvidence] = ()
    disks: Sequence[DiskEvidence] = ()
    flows: Sequence[FlowView] = ()
    delivery_failures: int | None = None
    """So many in a row could not be delivered; None before the first that was tried."""
    delivery_error: str = ""
