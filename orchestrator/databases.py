"""The databases of a node: where they are, and up to which version this coilcast knows them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from services.shared import deliveries
from services.shared.catalog import schema as catalog
from services.shared.errors import DatabaseTooNew
from services.shared.operations import schema as operations
from services.shared.settings import Settings
from services.shared.snapshot import version_of


@dataclass(frozen=True)
class Database:
    """One file; `knows` is its version as this coilcast leaves it."""

    path: Path
    knows: int

    @property
    def name(self) -> str:
        return self.path.name


def databases(settings: Settings) -> list[Database]:
    """Every one that a node may have, there or not, the catalog first."""
    return [
        Database(settings.catalog_path, len(catalog.MIGRATIONS)),
        Database(settings.operations_path, len(operations.MIGRATIONS)),
        Database(settings.deliveries_path, len(deliveries.MIGRATIONS)),
    ]


def refuse_newer(settings: Settings) -> None:
    """Raises DatabaseTooNew for a file that a later coilcast has made or migrated, DatabaseError."""
    for database in databases(settings):
        if database.path.exists() and (version := version_of(database.path)) > database.knows:
            raise DatabaseTooNew(
                f"{database.path} is of a newer coilcast (version {version}, this one knows {database.knows}); install "
                "that one again, or go back to the backup that its installation made: `service-orchestrator restore`"
            )
