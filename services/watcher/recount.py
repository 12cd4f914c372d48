"""What a predecessor had committed, and was killed before it counted."""

from __future__ import annotations

from pathlib import Path

from services.shared.catalog import CatalogReader, CatalogWriter
from services.shared.metrics.figures import Figures


def recount(figures: Figures, catalog: CatalogWriter, path: Path) -> None:
    """Count on from where counting ended; with a new node, from the end of the log at `path`. Raises CatalogError."""
    upto = figures.counted_upto(catalog.epoch)
    if upto is None:
        figures.begin_at(catalog.epoch, catalog.head)
    elif upto < catalog.head:
        reader = CatalogReader(path)
        try:
            figures.logged(catalog.epoch, reader.events(max(upto, reader.trimmed()), catalog.head))
        finally:
            reader.close()
