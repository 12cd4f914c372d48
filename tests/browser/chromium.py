"""Which Chromium the browser tests drive. As a program: exit code 0 when there is one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")


def find() -> Path | None:
    """The first that answers; Ubuntu's `chromium-browser` does not before its snap is installed."""
    for name in NAMES:
        path = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/bin:/snap/bin")
        if path is not None and _answers(path):
            return Path(path)
    return None


def _answers(path: str) -> bool:
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=30, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


if __name__ == "__main__":
    sys.exit(find() is None)
