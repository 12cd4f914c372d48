"""The catalog: what is in the image folders and what happened to it, in one SQLite file. The watcher alone writes."""

from services.shared.catalog.reader import CatalogReader, Coil, History, Reject
from services.shared.catalog.writer import CatalogWriter, Change, FolderState, Gone, Known, Rejected, Sighting

__all__ = [
    "CatalogReader",
    "CatalogWriter",
    "Change",
    "Coil",
    "FolderState",
    "Gone",
    "History",
    "Known",
    "Reject",
    "Rejected",
    "Sighting",
]
