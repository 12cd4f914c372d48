"""Whether a listing of a folder still holds, as the folder's mtime tells. Pure: time is an argument."""

from __future__ import annotations

from dataclasses import dataclass

RACY_S = 2.0
"""An mtime that moved this lately may hide another change in the same tick of the filesystem's clock."""


@dataclass
class Quiet:
    """Judged by our own clock alone: a file server's may differ."""

    _mtime_ns: int = -1
    _moved_s: float = 0.0
    _is_listed: bool = False

    def holds(self, mtime_ns: int, now_s: float) -> bool:
        """Whether nothing can have come or gone since the listing that listed() told of."""
        if mtime_ns != self._mtime_ns:
            self._mtime_ns, self._moved_s, self._is_listed = mtime_ns, now_s, False
        return self._is_listed

    def listed(self, began_s: float) -> None:
        """The folder was listed, from `began_s` on; holds() was asked before."""
        self._is_listed = began_s - self._moved_s > RACY_S

    def forget(self) -> None:
        """Whatever was listed does not hold."""
        self._mtime_ns = -1
