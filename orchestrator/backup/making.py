"""Making a backup, of a node that runs or does not."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from orchestrator.backup import archive
from orchestrator.backup.manifest import FORMAT, SETTINGS, Manifest, Member
from orchestrator.databases import Database, databases
from orchestrator.errors import BackupError
from services.shared.catalog import CatalogReader
from services.shared.errors import CatalogMissing
from services.shared.settings import Settings
from services.shared.snapshot import Progress, refuse_damaged, size_of, snapshot, version_of
from services.shared.version import VERSION

TELL_EVERY_S = 2.0
SPARE_BYTES = 64 << 20

SHARE = 0.25
"""Of one core, for what is work: the images are on their way at the same time."""

REST_EVERY_S = 0.005


WORK = ".coilcast-backup-"
"""How the folder of a backup that is being made begins."""

OLD_S = 12 * 3600.0
"""Nobody is at a backup any more whose folder nothing was written to for so long."""


class Tell(Protocol):
    """Takes a sentence of `orchestrator.backup.wording` by its code name and fields."""

    def __call__(self, key: str, /, **fields: Any) -> object: ...


def known_members(settings: Settings) -> list[str]:
    """What can be in a backup."""
    return [*(database.name for database in databases(settings)), SETTINGS]


def make(
    settings: Settings, settings_file: Path | None, target: Path, tell: Tell, *, replace: bool = False
) -> Manifest:
    """Copy the databases that are there, and the settings file, into `target`: all of it, checked, or nothing.

    With `replace` an older `target` stays until the new one is whole; without, it is an error.

    Raises BackupError, DatabaseError.
    """
    present = [database for database in databases(settings) if database.path.exists()]
    if not present:
        raise BackupError(f"there is nothing to back up in {settings.state} yet; is it the right COILCAST_STATE_PATH?")
    if target.exists() and not replace:
        raise BackupError(f"{target} is there already; name another file, or --replace it")
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        remove_left(target.parent, WORK, OLD_S)
        _refuse_small(target.parent, present)
        with tempfile.TemporaryDirectory(prefix=WORK, dir=target.parent) as work:
            return _make(settings, settings_file, target, Path(work), present, tell)
    except OSError as error:
        raise BackupError(f"{target} cannot be made: {error.strerror or error}") from None


def remove_left(folder: Path, prefix: str, older_s: float) -> None:
    """What was left in `folder` by those who were killed. What cannot be removed stays."""
    for left in folder.glob(f"{prefix}*"):
        with contextlib.suppress(OSError):
            newest_s = max(path.lstat().st_mtime for path in (left, *left.iterdir()))
            if time.time() - newest_s >= older_s:
                shutil.rmtree(left)


def _make(
    settings: Settings, settings_file: Path | None, target: Path, work: Path, present: list[Database], tell: Tell
) -> Manifest:
    rest = _rests()
    members = [_copy(database, work, tell, rest) for database in present]
    if settings_file is not None:
        shutil.copyfile(settings_file, work / SETTINGS)
        members.append(archive.describe(work / SETTINGS))
    epoch, head = _identity(work / settings.catalog_path.name)
    manifest = Manifest(
        format=FORMAT,
        coilcast=VERSION,
        node=settings.node_name,
        made_at_ms=time.time_ns() // 1_000_000,
        epoch=epoch,
        head=head,
        settings_file=str(settings_file or ""),
        members=members,
    )
    tell("packing", size=_megabytes(sum(member.size_bytes for member in members)))
    packed = work / target.name
    archive.write(packed, manifest, work, rest)
    archive.read(packed, known_members(settings), rest=rest)
    packed.rename(target)
    _flush_folder(target.parent)
    tell("made", path=str(target), size=_megabytes(target.stat().st_size))
    return manifest


def _copy(database: Database, work: Path, tell: Tell, rest: archive.Rest) -> Member:
    copy = work / database.name
    snapshot(
        database.path, copy, _every(TELL_EVERY_S, lambda percent: tell("copying", name=copy.name, percent=percent))
    )
    refuse_damaged(copy, alive=rest)
    tell("copied", name=copy.name, size=_megabytes(copy.stat().st_size))
    return archive.describe(copy, version_of(copy), rest)


def _identity(catalog: Path) -> tuple[str, int]:
    """Epoch and head of the copy; of none, empty ones."""
    try:
        reader = CatalogReader(catalog)
    except CatalogMissing:
        return "", 0
    try:
        return reader.epoch, reader.head()
    finally:
        reader.close()


def _refuse_small(folder: Path, present: list[Database]) -> None:
    """The copies and what becomes of them have to fit in."""
    needed = 2 * sum(size_of(database.path) for database in present) + SPARE_BYTES
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise BackupError(f"{folder} has {_megabytes(free)} free, needs {_megabytes(needed)}; name a file elsewhere")


def _every(seconds: float, say: Callable[[int], object]) -> Progress:
    told_s = time.monotonic()

    def progress(done: int, total: int) -> None:
        nonlocal told_s
        if time.monotonic() - told_s >= seconds and total:
            told_s = time.monotonic()
            say(100 * done // total)

    return progress


def _rests() -> archive.Rest:
    """After each spell of work a rest that is so much longer."""
    began_s = time.thread_time()

    def rest() -> None:
        nonlocal began_s
        spent_s = time.thread_time() - began_s
        if spent_s >= REST_EVERY_S:
            time.sleep(spent_s * (1 / SHARE - 1))
            began_s = time.thread_time()

    return rest


def _flush_folder(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _megabytes(size_bytes: int) -> str:
    return f"{size_bytes / 1e6:.1f} MB"
