"""Who makes the previews of which image: one process each, and a claim goes with its process, however that ends."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from services.shared.errors import StateError

SWEEP = 0
"""Claimed like an image by whoever deletes what nobody needs any more. No image has this number."""


class Claims:
    """Record locks of the kernel (fcntl(2)) on one file, a byte for each seq.

    They belong to the process, so that one process must have no more than one Claims. Raises StateError.
    """

    def __init__(self, run_dir: Path) -> None:
        path = run_dir / "previews.claims"
        try:
            self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StateError(
                f"{path} cannot be opened: {error.strerror}; check the rights of the state folder"
            ) from None

    def take(self, seq: int) -> bool:
        """Whether it is ours now. Raises OSError when the kernel has no locks left."""
        try:
            fcntl.lockf(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, seq)
        except BlockingIOError:
            return False
        return True

    def give_back(self, seq: int) -> None:
        fcntl.lockf(self._fd, fcntl.LOCK_UN, 1, seq)

    def close(self) -> None:
        """Gives all claims back."""
        os.close(self._fd)
