"""What is to be an alert, and when it is over. Pure: what fires already comes in, what is to change goes out.

As what fires is read from where alerts are kept, another monitor goes on where this one ended, and an order that could
not be carried out is simply given again. Each sort of alert is decided on by a file of `deciders/`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from orchestrator.monitor.deciders.canary import Canary
from orchestrator.monitor.deciders.clock import Clock
from orchestrator.monitor.deciders.damage import Damage
from orchestrator.monitor.deciders.delivery import Delivery
from orchestrator.monitor.deciders.disks import Disks
from orchestrator.monitor.deciders.janitor import Retention
from orchestrator.monitor.deciders.loops import Loops
from orchestrator.monitor.deciders.previews import Previews
from orchestrator.monitor.deciders.stalls import Stalls
from orchestrator.monitor.deciders.view import Firing, View
from orchestrator.monitor.flows import Flows
from services.shared.operations import Trouble
from services.shared.settings import Settings


@dataclass(frozen=True)
class Raise:
    """`key` is in `trouble`, or in another than before."""

    key: str
    trouble: Trouble


@dataclass(frozen=True)
class Resolve:
    """`key` is well again."""

    key: str


Order = Raise | Resolve


class Decider(Protocol):
    """Decides on the alerts of `names`; given what of those fires, returns what should.

    A trouble that it gives back as it was changes nothing.
    """

    names: frozenset[str]

    def __call__(self, view: View, firing: Firing) -> Firing: ...


def all_deciders(settings: Settings, flows: Flows) -> list[Decider]:
    """One for each sort of alert."""
    retention = settings.retention
    return [
        Stalls(flows, settings.stall.after_s),
        Loops(settings.supervision.stable_after_s),
        Damage(),
        Canary(settings.canary.interval_s, settings.canary.timeout_s),
        Previews(),
        Disks(retention.keep_free_percent if retention.enabled else 0.0),
        Clock(),
        Retention(),
        Delivery(),
    ]


def decide(deciders: Iterable[Decider], view: View, firing: Firing) -> list[Order]:
    """What is to change. Alerts of names that no decider knows are another version's, and left alone.

    Another wording of the same is no news: only what is graver or less grave, or has another reason.
    """
    orders: list[Order] = []
    for decider in deciders:
        known = {key: trouble for key, trouble in firing.items() if trouble.name in decider.names}
        wanted = decider(view, known)
        orders += [Raise(key, trouble) for key, trouble in wanted.items() if _is_news(known.get(key), trouble)]
        orders += [Resolve(key) for key in known if key not in wanted]
    return orders


def _is_news(before: Trouble | None, trouble: Trouble) -> bool:
    return before is None or (before.severity, before.reason) != (trouble.severity, trouble.reason)
