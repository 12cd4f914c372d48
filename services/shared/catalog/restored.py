"""A catalog that was put back from a copy: what was given out after the copy was made is never given out again."""

from __future__ import annotations

import contextlib
from pathlib import Path

from services.shared.catalog.schema import translated
from services.shared.database import unversioned

SEQS_PER_S = 1000
"""More than a node gives out for long."""

LEAST_SEQS = 1_000_000
"""For an import, which gives out many at once."""


def leap(path: Path, since_s: float) -> int:
    """Take the head of the copy at `path` beyond all that `since_s` seconds can have given out; returns it.

    A (node, epoch, seq) means one version of an image for ever, also in the caches of browsers; what is skipped looks
    like an import of nothing. Raises CatalogError.
    """
    skipped = max(LEAST_SEQS, int(since_s * SEQS_PER_S))
    with translated(path), contextlib.closing(unversioned(path, write=True)) as database:
        ((head,),) = database.execute("UPDATE log SET head = head + ? RETURNING head", (skipped,)).fetchall()
    return int(head)
