"""Alerts do not reach anybody: shown on the panels and exported, as it cannot be sent itself."""

from __future__ import annotations

from orchestrator.monitor.deciders.view import Firing, View
from orchestrator.monitor.telling import trouble

DELIVERY_FAILING = "delivery_failing"

FAILURES = 3
"""So many in a row are no hiccup."""


class Delivery:
    """Over with the first one that arrives."""

    names = frozenset({DELIVERY_FAILING})

    def __call__(self, view: View, firing: Firing) -> Firing:
        before = firing.get(DELIVERY_FAILING)
        if before is not None:
            return {} if view.delivery_failures == 0 else {DELIVERY_FAILING: before}
        if view.delivery_failures is None or view.delivery_failures < FAILURES:
            return {}
        return {
            DELIVERY_FAILING: trouble(DELIVERY_FAILING, "warning", DELIVERY_FAILING, {"error": view.delivery_error})
        }
