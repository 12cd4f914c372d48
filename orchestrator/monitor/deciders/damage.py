"""The catalog is damaged: the watcher, its one writer, has ended with that code and cannot go on."""

from __future__ import annotations

from orchestrator.monitor.deciders.view import Firing, View
from orchestrator.monitor.lifeguard import Ward
from orchestrator.monitor.telling import trouble
from orchestrator.topology import parse
from services.shared.errors import CatalogDamaged

CATALOG_DAMAGED = "catalog_damaged"


class Damage:
    """Over when the watcher is ready again: it opens the catalog before it says so."""

    names = frozenset({CATALOG_DAMAGED})

    def __call__(self, view: View, firing: Firing) -> Firing:
        for ward in view.wards:
            if parse(ward.name).service != "watcher":
                continue
            before = firing.get(CATALOG_DAMAGED)
            if before is not None and ward.state != "ready":
                return {CATALOG_DAMAGED: before}
            if is_damaged(ward):
                return {CATALOG_DAMAGED: trouble(CATALOG_DAMAGED, "critical", CATALOG_DAMAGED, {}, service=ward.name)}
        return {}


def is_damaged(ward: Ward) -> bool:
    """Whether it has ended with that code, and is not back."""
    return ward.state != "ready" and ward.exit_code == CatalogDamaged.exit_code
