"""The catalog: what is in the image folders and what happened to it, in one SQLite file. The watcher alone writes."""

from services.shared.catalog.history import Coil, Density, History, Order
from services.shared.catalog.holdings import Held, HeldFolder, Holding, Inflow
from services.shared.catalog.lately import Arrivals, Stamps
from services.shared.catalog.reader import CatalogReader, Reject
from services.shared.catalog.writer import CatalogWriter, Change, FolderState, Gone, Known, Rejected, Sighting

__all__ = [
    "Arrivals",
    "CatalogReader",
    "CatalogWriter",
    "Change",
    "Coil",
    "Density",
    "FolderState",
    "Gone",
    "Held",
    "HeldFolder",
    "History",
    "Holding",
    "Inflow",
    "Known",
    "Order",
    "Reject",
    "Rejected",
    "Sighting",
    "Stamps",
]
