"""What is pinned, as of the moment of the question."""

from __future__ import annotations

from pathlib import Path

from services.shared.operations import Pinned, Pins


class PinBoard:
    """Raises DatabaseError when the pins cannot be read: then nobody knows what may go.

    As long as there is no file nothing was ever pinned: none is made, which a full disk would not let be.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._pins: Pins | None = None
        self._version = 0
        self._pinned = Pinned()

    def now(self) -> Pinned:
        """Costs next to nothing as long as nothing changes."""
        if self._pins is None:
            if not self._path.exists():
                return self._pinned
            self._pins = Pins(self._path)
            self._version = 0
        version = self._pins.version()
        if version != self._version:
            self._pinned, self._version = Pinned(self._pins.all()), version
        return self._pinned

    def renew(self) -> None:
        """Another file may have taken its place."""
        if self._pins is not None and self._pins.is_replaced():
            self.close()

    def close(self) -> None:
        if self._pins is not None:
            self._pins.close()
            self._pins = None
