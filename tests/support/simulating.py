"""Settings of a simulated line, small unless said otherwise."""

from __future__ import annotations

from typing import Any

import msgspec

from services.shared.settings import Simulator, load_settings


def line(**changes: Any) -> Simulator:
    """The defaults in a picture of 640 x 480, with these changes."""
    defaults = load_settings({"COILCAST_CONFIG": "/dev/null"}).simulator
    return msgspec.structs.replace(defaults, **{"width": 640, "height": 480, **changes})
