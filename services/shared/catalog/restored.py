"""A catalog that was put back from a copy: what was given out after the copy was made is never given out again."""

from __future__ import annotations

import contextlib
from pathlib import Path

from services.shared.catalog.schema import translated
from services.shared.database import unversioned
from services.shared.errors import CatalogError

SEQS_PER_S = 1000
"""More than a node gives out for long."""

LEAST_SEQS = 1_000_000
"""For an import, which gives out many at once."""

UNWRITTEN_SEQS = 100_000
"""More than a catalog whose write-ahead log was lost can have forgotten."""


def leap(path: Path, replaced: Path, since_s: float) -> int:
    """Take the head of the copy at `path` beyond all that was given out after it was made; returns it.

    The catalog that it takes the place of, `replaced`, knows how many those were. Where that one is damaged, gone or
    another's, it is as many as `since_s` seconds can have given out.

    A (node, epoch, seq) means one version of an image for ever, also in the caches of browsers; what is skipped looks
    like an import of nothing. Raises CatalogError.
    """
    with translated(path), contextlib.closing(unversioned(path, write=True)) as database:
        ((epoch, head),) = database.execute("SELECT epoch, head FROM log").fetchall()
        given_out = _given_out(replaced, epoch)
        if given_out is None:
            beyond = head + max(LEAST_SEQS, int(since_s * SEQS_PER_S))
        else:
            beyond = max(head, given_out) + UNWRITTEN_SEQS
        database.execute("UPDATE log SET head = ?", (beyond,))
    return int(beyond)


def _given_out(path: Path, epoch: str) -> int | None:
    """The head of the catalog at `path`, None when it cannot be read or is of another epoch."""
    if not path.exists():
        return None
    try:
        with translated(path), contextlib.closing(unversioned(path)) as database:
            rows = database.execute("SELECT epoch, head FROM log").fetchall()
    except CatalogError:
        return None
    return int(rows[0][1]) if len(rows) == 1 and rows[0][0] == epoch else None
