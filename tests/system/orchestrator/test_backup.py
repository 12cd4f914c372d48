"""backup and restore of a real node: while images come, and after the worst."""

from __future__ import annotations

import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.shared.catalog import CatalogReader
from services.shared.catalog.schema import MIGRATIONS as CATALOG
from services.shared.database import unversioned
from services.shared.operations.schema import MIGRATIONS as OPERATIONS
from services.shared.settings import load_settings
from tests.support.wait import until
from tests.system.orchestrator.node import Node


@pytest.fixture
def plant() -> Iterator[Node]:
    """A real node with a camera that writes 20 small images a second; not started."""
    folder = Path(tempfile.mkdtemp(prefix="cc-"))
    node = Node(
        folder,
        PYTHONPATH="",
        COILCAST_SIMULATOR_RATE_PER_S="10",
        COILCAST_SIMULATOR_WIDTH="96",
        COILCAST_SIMULATOR_HEIGHT="64",
        COILCAST_PREVIEWS_AHEAD="0",
    )
    try:
        yield node
    finally:
        node.end()
        shutil.rmtree(folder)


def files(node: Node) -> set[str]:
    return {f"{path.parent.name}/{path.name}" for path in node.images.glob("*/*.jpg")}


def catalogued(node: Node) -> dict[str, int]:
    """The seq of each image that the catalog has; nothing while there is none."""
    if not (node.state / "catalog.db").exists():
        return {}
    reader = CatalogReader(node.state / "catalog.db")
    try:
        return {f"{image.kind}/{image.filename}": image.seq for image in reader.newest(limit=100_000)}
    finally:
        reader.close()


def test_a_node_comes_back_from_a_backup_made_under_load(plant: Node) -> None:
    """Nothing of the images is missing after its state was wrecked, and links to those of before stay right."""
    plant.up("demo")
    until(lambda: len(catalogued(plant)) > 60, 30, "images")
    target = plant.state.parent / "out" / "line1.tar.gz"
    answer = plant.run("backup", str(target))
    assert answer.returncode == 0, answer.stderr
    assert f"backup made: {target}" in answer.stdout
    assert [path.name for path in target.parent.iterdir()] == ["line1.tar.gz"]
    with tarfile.open(target) as archive:
        assert {"manifest.json", "catalog.db", "operations.db"} <= set(archive.getnames())
    refused = plant.run("restore", str(target))
    assert refused.returncode == 1
    assert "end it first" in refused.stderr
    seen = catalogued(plant)
    until(lambda: len(catalogued(plant)) > len(seen) + 20, 30, "images after the backup")
    plant.down()
    before = catalogued(plant)

    (plant.state / "catalog.db").write_bytes(b"wrecked" * 1000)
    (plant.state / "operations.db").unlink()
    answer = plant.run("restore", str(target))
    assert answer.returncode == 0, answer.stderr
    assert "catalog.db: put back (what was there: catalog.db.before-restore)" in answer.stdout
    restored = catalogued(plant)
    assert restored.items() <= before.items()
    assert len(restored) > 60
    plant.up()
    until(lambda: set(catalogued(plant)) == files(plant), 30, "a catalog that is like the folder")
    now = catalogued(plant)
    assert restored.items() <= now.items()
    # What came after the backup has numbers that nothing else ever had.
    assert not (set(now.values()) - set(restored.values())) & set(before.values())
    plant.down()


def test_an_older_coilcast_does_not_start_on_a_newer_state(plant: Node) -> None:
    """One line that says what to do, at once; nothing is written."""
    plant.up()
    until(lambda: (plant.state / "operations.db").exists(), 15, "the databases")
    plant.down()
    database = unversioned(plant.state / "catalog.db", write=True)
    database.execute("PRAGMA user_version = 99")
    database.close()
    answer = plant.run("up")
    assert answer.returncode == 2
    assert "newer coilcast (version 99" in answer.stderr
    assert "service-orchestrator restore" in answer.stderr
    assert answer.stderr.count("\n") == 1


def test_an_early_catalog_is_opened_by_this_version(plant: Node) -> None:
    """With every image in it and its numbers, and the alerts in the other file; both are brought up to date."""
    plant.up("demo")
    until(lambda: len(catalogued(plant)) > 30, 30, "images")
    plant.down()
    before = catalogued(plant)
    _as_first_version(plant.state / "catalog.db", CATALOG[0], ("log", "folders", "images", "events", "rejects"))
    _as_first_version(plant.state / "operations.db", OPERATIONS[0], ("alerts",))
    plant.up()
    until(lambda: set(catalogued(plant)) == files(plant), 15, "the catalog")
    assert catalogued(plant) == before
    plant.down()
    settings = load_settings(plant.env)
    for path, migrations in ((settings.catalog_path, CATALOG), (settings.operations_path, OPERATIONS)):
        database = unversioned(path)
        assert database.execute("PRAGMA user_version").fetchone() == (len(migrations),)
        database.close()


def _as_first_version(path: Path, schema: str, tables: tuple[str, ...]) -> None:
    """Make the file anew as the first version made it, with the rows that it has."""
    old = path.with_name(f"{path.name}.old")
    path.rename(old)
    database = unversioned(path, write=True)
    database.execute("PRAGMA journal_mode = WAL")
    database.executescript(schema)
    database.execute("ATTACH ? AS old", (str(old),))
    for table in tables:
        columns = ", ".join(row[1] for row in database.execute(f"PRAGMA table_info({table})"))
        database.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM old.{table}")
    database.execute("PRAGMA user_version = 1")
    database.close()
    old.unlink()
