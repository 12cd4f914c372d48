"""What may happen has its series before it does."""

from __future__ import annotations

import importlib
import pkgutil

from orchestrator.monitor import deciders
from services.shared.metrics.metric import ALERTS


def test_every_alert_has_its_series() -> None:
    """Each name that a decider gives."""
    modules = [
        importlib.import_module(f"{deciders.__name__}.{one.name}") for one in pkgutil.iter_modules(deciders.__path__)
    ]
    names = {
        value
        for module in modules
        for constant, value in vars(module).items()
        if constant.isupper() and isinstance(value, str) and value == constant.lower()
    }
    assert names == set(ALERTS)
