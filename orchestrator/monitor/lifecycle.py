"""The life of a service process as a table of state × event. What is not in the table does not happen. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from services.shared.messages import ServiceState

LifeEvent = Literal["launched", "proved", "fell_silent", "asked_to_stop", "exited", "held_back"]
"""`proved`: its first beat that says ready. `held_back`: it has died too often to be started again at once."""

TABLE: Mapping[tuple[ServiceState, LifeEvent], ServiceState] = {
    ("stopped", "launched"): "starting",
    ("dead", "launched"): "starting",
    ("slowed", "launched"): "starting",
    ("starting", "proved"): "ready",
    ("starting", "fell_silent"): "hung",
    ("ready", "fell_silent"): "hung",
    ("starting", "asked_to_stop"): "stopping",
    ("ready", "asked_to_stop"): "stopping",
    ("hung", "asked_to_stop"): "stopping",
    ("dead", "asked_to_stop"): "stopped",
    ("slowed", "asked_to_stop"): "stopped",
    ("starting", "exited"): "dead",
    ("ready", "exited"): "dead",
    ("hung", "exited"): "dead",
    ("stopping", "exited"): "stopped",
    ("dead", "held_back"): "slowed",
}


def after(state: ServiceState, event: LifeEvent) -> ServiceState:
    """The state after `event`; the same where the table has nothing."""
    return TABLE.get((state, event), state)
