"""Somebody says that what looks like a mistake is none: a service that would remove more than half may go on, once.

A file in the run folder, put there by the command and taken away by whoever was waiting for it.
"""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

from services.shared.errors import StateError

FLOOR = 1000
"""So many may always go: a small folder is emptied by hand, and a mount that is missing has more."""

HOLDS_S = 600.0
"""What nobody was waiting for does not lie in wait for the next mistake."""


def is_too_many(going: int, held: int) -> bool:
    """Whether removing so many of so many needs somebody's word."""
    return going > FLOOR and 2 * going > held


def confirm(run_dir: Path, service: str) -> None:
    """Raises StateError."""
    try:
        _path(run_dir, service).touch()
    except OSError as error:
        raise StateError(f"{_path(run_dir, service)} cannot be made: {error.strerror}; is the node up?") from None


def take(run_dir: Path, service: str) -> bool:
    """Whether it was confirmed lately; counts once."""
    path = _path(run_dir, service)
    try:
        age_s = time.time() - path.stat().st_mtime
    except OSError:
        return False
    with contextlib.suppress(OSError):
        path.unlink()
    return 0 <= age_s < HOLDS_S


def _path(run_dir: Path, service: str) -> Path:
    return run_dir / f"{service}.confirmed"
