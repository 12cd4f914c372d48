"""What holds for every test: it sees no setting of whoever runs it, nor of the machine."""

from __future__ import annotations

import os

import hypothesis

from services.shared.settings import LEGACY_NAMES

FOR_TESTS = ("COILCAST_SCREENSHOTS",)

for name in list(os.environ):
    if (name.startswith(("COILCAST_", "IMAGE_")) or name in LEGACY_NAMES.values()) and name not in FOR_TESTS:
        del os.environ[name]
os.environ["COILCAST_CONFIG"] = "/dev/null"

# A machine that is busy with something else fails no example.
hypothesis.settings.register_profile("coilcast", deadline=None)
hypothesis.settings.load_profile("coilcast")
