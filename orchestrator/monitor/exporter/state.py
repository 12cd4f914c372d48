"""What the monitor knows at a moment, as far as the figures go: the loop puts it here, a scrape takes it from here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from orchestrator.monitor.evidence import DiskEvidence, FolderEvidence
from services.shared.messages import Health
from services.shared.operations import Trouble


@dataclass(frozen=True)
class State:
    """Nothing in it is changed any more: a scrape reads it in a thread of its own."""

    health: Health | None = None
    firing: Mapping[str, Trouble] | None = None
    """None as long as it is not known: a monitor that has just begun has not read it yet."""
    folders: tuple[FolderEvidence, ...] = ()
    disks: tuple[DiskEvidence, ...] = ()
    canary: Mapping[str, float] = field(default_factory=dict)
    """When each stage last saw one, Unix time."""
    since_s: float = 0.0
    """When the monitor began, Unix time."""
