"""Backups: whole or not there, of one moment, checked before anything is touched."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
import threading
from pathlib import Path
from typing import Any

import pytest

from orchestrator.backup import archive
from orchestrator.backup.making import known_members, make
from orchestrator.backup.restoring import restore
from orchestrator.databases import refuse_newer
from orchestrator.errors import BackupError
from services.shared.catalog import CatalogReader, CatalogWriter
from services.shared.database import unversioned
from services.shared.errors import CatalogError, DatabaseDamaged, DatabaseTooNew, RoleTakenError
from services.shared.operations import Alerts, Pins
from services.shared.runtime import RoleLock
from services.shared.settings import Settings
from tests.unit.orchestrator.backup.conftest import record


def silent(*_: Any, **__: Any) -> None:
    """Nobody listens."""


def names(settings: Settings) -> list[str]:
    reader = CatalogReader(settings.catalog_path)
    try:
        return sorted(image.filename for image in reader.newest(limit=1000))
    finally:
        reader.close()


def test_what_was_backed_up_comes_back(settings: Settings, tmp_path: Path) -> None:
    """Images, alerts and settings as they were, whatever has become of them since; that is kept beside it."""
    own = tmp_path / "my.toml"
    own.write_text("[gateway]\nport = 9000\n")
    target = tmp_path / "a.tar.gz"
    make(settings, own, target, silent)
    before = names(settings)
    catalog = CatalogWriter(settings.catalog_path, "line1")
    record(catalog, 100, 3)
    epoch, head = catalog.epoch, catalog.head
    catalog.close()
    settings.operations_path.write_bytes(b"wrecked")
    own.write_text("nonsense")
    manifest = restore(settings, target, own, silent)
    assert (manifest.node, manifest.epoch) == ("line1", epoch)
    assert names(settings) == before
    alerts = Alerts(settings.operations_path)
    assert [alert.key for alert in alerts.firing()] == ["a"]
    alerts.close()
    assert own.read_text() == "[gateway]\nport = 9000\n"
    assert own.with_name("my.toml.before-restore").read_text() == "nonsense"
    assert settings.operations_path.with_name("operations.db.before-restore").read_bytes() == b"wrecked"
    # No seq that was given out after the backup is ever given out again.
    catalog = CatalogWriter(settings.catalog_path, "line1")
    assert catalog.epoch == epoch
    assert catalog.head > head
    catalog.close()


def test_a_backup_can_be_read_by_its_owner_only(settings: Settings, tmp_path: Path) -> None:
    """There may be passwords in the settings; and nothing but the file is left in its folder."""
    folder = tmp_path / "out"
    make(settings, None, folder / "a.tar.gz", silent)
    assert (folder / "a.tar.gz").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in folder.iterdir()] == ["a.tar.gz"]


def test_a_copy_is_of_one_moment_while_others_write(settings: Settings, tmp_path: Path) -> None:
    """What is in it is an unbroken beginning of what was written, and it does not begin anew with each image."""
    catalog, over = CatalogWriter(settings.catalog_path, "line1"), threading.Event()
    record(catalog, 100, 2000)
    catalog.close()

    def write() -> None:
        writer, number = CatalogWriter(settings.catalog_path, "line1"), 10_000
        while not over.is_set():
            record(writer, number, 1)
            number += 1
        writer.close()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        manifest = make(settings, None, tmp_path / "a.tar.gz", silent)
    finally:
        over.set()
        thread.join()
    archive.read(tmp_path / "a.tar.gz", known_members(settings), tmp_path)
    copied = unversioned(tmp_path / "catalog.db")
    seqs = [row[0] for row in copied.execute("SELECT seq FROM images ORDER BY seq")]
    copied.close()
    assert seqs == list(range(1, manifest.head + 1))
    assert manifest.head > 2000


def test_nothing_to_back_up_is_an_error(settings: Settings, tmp_path: Path) -> None:
    """As is a file that is there already: nobody's backup is written over."""
    target = tmp_path / "a.tar.gz"
    target.write_text("older")
    with pytest.raises(BackupError, match="there already"):
        make(settings, None, target, silent)
    assert target.read_text() == "older"
    make(settings, None, target, silent, replace=True)
    assert archive.read(target, known_members(settings)).node == "line1"
    for path in settings.state.glob("*.db*"):
        path.unlink()
    with pytest.raises(BackupError, match="nothing to back up"):
        make(settings, None, tmp_path / "b.tar.gz", silent)


def test_a_damaged_database_is_not_backed_up_as_if_it_were_well(settings: Settings, tmp_path: Path) -> None:
    """It is said, and there is no file."""
    data = bytearray(settings.catalog_path.read_bytes())
    data[4096 * 3 : 4096 * 6] = bytes(4096 * 3)
    settings.catalog_path.write_bytes(data)
    with pytest.raises((DatabaseDamaged, CatalogError)):
        make(settings, None, tmp_path / "out" / "a.tar.gz", silent)
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("spoil", ["cut", "bytes", "member", "nothing", "stranger"])
def test_a_spoilt_backup_touches_nothing(settings: Settings, tmp_path: Path, spoil: str) -> None:
    """Cut short, altered, with a member missing or one too many, or no backup at all: one line, everything in place."""
    target = tmp_path / "a.tar.gz"
    make(settings, None, target, silent)
    data = target.read_bytes()
    if spoil == "cut":
        target.write_bytes(data[: len(data) // 2])
    elif spoil == "nothing":
        target.write_text("hello")
    else:
        target.write_bytes(_altered(data, spoil))
    before = {path.name: path.read_bytes() for path in settings.state.glob("*.db*")}
    with pytest.raises(BackupError, match=r"a\.tar\.gz"):
        restore(settings, target, None, silent)
    assert {path.name: path.read_bytes() for path in settings.state.glob("*.db*")} == before
    assert not list(settings.state.glob(".restore-*"))


@pytest.mark.parametrize("is_damaged", [False, True])
def test_what_was_pinned_since_stays_pinned(settings: Settings, tmp_path: Path, is_damaged: bool) -> None:
    """The next start would delete it otherwise; where nobody knows, that is said."""
    target = tmp_path / "a.tar.gz"
    make(settings, None, target, silent)
    pins = Pins(settings.operations_path)
    pins.pin_coil("2891", "Kim", "claim", 1)
    pins.close()
    if is_damaged:
        settings.operations_path.write_bytes(b"wrecked")
    told: list[str] = []

    def tell(key: str, /, **_: Any) -> None:
        told.append(key)

    restore(settings, target, None, tell)
    pins = Pins(settings.operations_path)
    assert [pin.coil for pin in pins.all()] == ([] if is_damaged else ["2891"])
    pins.close()
    assert [key for key in told if key.startswith("decisions")] == [
        "decisions_lost" if is_damaged else "decisions_kept"
    ]


def test_what_was_left_by_those_who_were_killed_goes(settings: Settings, tmp_path: Path) -> None:
    """A backup's once nobody can be at it any more, a restore's at the next; others' folders stay."""
    old, young, other = (tmp_path / name for name in (".coilcast-backup-old", ".coilcast-backup-young", ".other"))
    restoring = settings.state / ".restore-killed"
    for folder in (old, young, other, restoring):
        folder.mkdir()
        (folder / "catalog.db").write_bytes(b"half")
        os.utime(folder, (0, 0))
        if folder != young:
            os.utime(folder / "catalog.db", (0, 0))
    make(settings, None, tmp_path / "a.tar.gz", silent)
    assert [folder.exists() for folder in (old, young, other, restoring)] == [False, True, True, True]
    restore(settings, tmp_path / "a.tar.gz", None, silent)
    assert not restoring.exists()


def test_a_second_restore_keeps_what_the_first_kept(settings: Settings, tmp_path: Path) -> None:
    """Under another name."""
    target = tmp_path / "a.tar.gz"
    make(settings, None, target, silent)
    for _ in range(2):
        restore(settings, target, None, silent)
    kept = {path.name for path in settings.state.glob("catalog.db.before-restore*")}
    assert {"catalog.db.before-restore", "catalog.db.before-restore-2"} <= kept


def test_a_running_node_is_not_touched(settings: Settings, tmp_path: Path) -> None:
    """Its lock says that it runs."""
    target = tmp_path / "a.tar.gz"
    make(settings, None, target, silent)
    settings.run_dir.mkdir()
    lock = RoleLock(settings.run_dir, "node")
    try:
        with pytest.raises(RoleTakenError):
            restore(settings, target, None, silent)
    finally:
        lock.release()


def test_a_backup_of_a_newer_coilcast_is_refused(settings: Settings, tmp_path: Path) -> None:
    """With the version that made it."""
    database = unversioned(settings.operations_path, write=True)
    database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(DatabaseTooNew, match=r"operations\.db is of a newer coilcast \(version 99"):
        refuse_newer(settings)
    target = tmp_path / "a.tar.gz"
    make(settings, None, target, silent)
    with pytest.raises(DatabaseTooNew, match=r"made by coilcast \d"):
        restore(settings, target, None, silent)


def _altered(data: bytes, spoil: str) -> bytes:
    """The same archive with its last member changed, gone, or joined by another."""
    out = io.BytesIO()
    with tarfile.open(fileobj=io.BytesIO(data)) as old, tarfile.open(fileobj=out, mode="w") as new:
        members = old.getmembers()
        for info in members:
            content = old.extractfile(info)
            assert content is not None
            body = content.read()
            if info is members[-1] and spoil == "member":
                continue
            if info is members[-1] and spoil == "bytes":
                body = body[:-1] + bytes([body[-1] ^ 1])
            new.addfile(info, io.BytesIO(body))
        if spoil == "stranger":
            new.addfile(tarfile.TarInfo("../../etc/passwd"))
    return gzip.compress(out.getvalue())
