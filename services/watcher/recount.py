"""What a predecessor had committed, and was killed before it counted."""

from __future__ import annotations

from services.shared.catalog import CatalogReader, CatalogWriter
from services.shared.metrics.figures import Figures
from services.shared.settings import Settings


def recount(figures: Figures, catalog: CatalogWriter, settings: Settings) -> None:
    """Count on from where counting ended; with a new node, from the end of the log. Raises CatalogError."""
    upto = figures.counted_upto(catalog.epoch)
    if upto == catalog.head:
        return
    reader = CatalogReader(settings.catalog_path)
    try:
        if upto is None:
            folders = [(camera, kind) for camera in reader.cameras() for kind in settings.images.kinds]
            newest = [image for camera, kind in folders for image in reader.newest(camera=camera, kind=kind)]
            figures.begin_at(catalog.epoch, catalog.head, newest)
        else:
            figures.logged(catalog.epoch, reader.events(max(upto, reader.trimmed()), catalog.head))
    finally:
        reader.close()
