"""A state folder with a catalog of some images and the other databases."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from services.shared.catalog import CatalogWriter, Sighting
from services.shared.deliveries import Delivery, DeliveryWriter
from services.shared.operations import Alerts, Said, Trouble
from services.shared.settings import Settings, load_settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Those of a node that has been at work and does not run."""
    made = load_settings({"COILCAST_STATE_PATH": str(tmp_path / "state"), "COILCAST_NODE_NAME": "line1"})
    made.state.mkdir()
    catalog = CatalogWriter(made.catalog_path, "line1")
    record(catalog, 0, 5)
    writer = DeliveryWriter(made.deliveries_path, catalog.epoch)
    writer.write([Delivery(seq=1, pushed_at_ms=1)])
    writer.close()
    catalog.close()
    alerts = Alerts(made.operations_path)
    alerts.raise_("a", Trouble(name="a", severity="info", summary=Said("가", "a"), advice=Said("나", "b")), 1)
    alerts.close()
    return made


def record(catalog: CatalogWriter, first: int, count: int) -> None:
    """So many more images, one transaction each."""
    folder = catalog.folder("main", "original", 0)
    now_ms = time.time_ns() // 1_000_000
    for number in range(first, first + count):
        sighting = Sighting(
            folder_id=folder.id,
            filename=f"{number}.jpg",
            coil=None,
            captured_at_ms=now_ms,
            written_at_ms=now_ms,
            seen_at_ms=now_ms,
            size_bytes=1,
            width=1,
            height=1,
            media_type="image/jpeg",
            mtime_ns=number,
            inode=number,
            fingerprint=number,
        )
        catalog.record([sighting])
