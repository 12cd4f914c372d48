"""What a node writes while images come: two lines for each, or none."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest

from services.shared.catalog import CatalogReader
from tests.support.wait import until
from tests.system.orchestrator.node import Node

IMAGES = 60


@pytest.mark.parametrize(("setting", "lines"), [("true", 2), ("false", 0)])
def test_no_line_for_each_image_but_the_two_that_are_known(setting: str, lines: int) -> None:
    """Seen, and told to clients; none with `[logs] images` off. Nothing else grows with the images or by retention."""
    folder = Path(tempfile.mkdtemp(prefix="cc-"))
    node = Node(
        folder,
        PYTHONPATH="",
        COILCAST_LOGS_IMAGES=setting,
        COILCAST_SIMULATOR_RATE_PER_S="10",
        COILCAST_SIMULATOR_WIDTH="96",
        COILCAST_SIMULATOR_HEIGHT="64",
        COILCAST_RETENTION_ENABLED="true",
        COILCAST_RETENTION_KEEP_FREE_PERCENT="0",
        COILCAST_RETENTION_MAX_COUNT="10",
        COILCAST_RETENTION_INTERVAL_S="1",
    )
    try:
        node.up("demo")
        until(lambda: head(node) >= IMAGES * 2, 60, "images that came and went")
        node.down()
        written = {path.name: path.read_text("utf-8") for path in (node.state / "logs").glob("*.log")}
        named = sum(text.count(".jpg") for text in written.values())
        images = written["watcher-0.log"].count("new image file (")
        assert images > IMAGES if lines else images == 0
        # Each is named where it is seen and where it is told, and nowhere else; at the end one may be seen only.
        assert abs(named - lines * images) <= 4
        for name, text in written.items():
            assert len(text.splitlines()) < IMAGES or name in ("watcher-0.log", "gateway-0.log"), name
    finally:
        node.end()
        shutil.rmtree(folder)


def head(node: Node) -> int:
    """The last number that the catalog has given out: each image that comes and each that goes takes one."""
    reader = CatalogReader(node.state / "catalog.db")
    try:
        return reader.head()
    finally:
        reader.close()
