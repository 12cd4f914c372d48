"""Putting a backup back, on a node that does not run."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from orchestrator import leftovers
from orchestrator.backup import archive
from orchestrator.backup.making import Tell, known_members, remove_left
from orchestrator.backup.manifest import SETTINGS, Manifest
from orchestrator.databases import databases
from orchestrator.errors import BackupError
from services.shared.catalog.restored import leap
from services.shared.errors import DatabaseTooNew
from services.shared.operations.restored import take_over
from services.shared.runtime import RoleLock
from services.shared.settings import Settings
from services.shared.snapshot import refuse_damaged

KEPT = ".before-restore"
WORK = ".restore-"

_BESIDE = ("", "-wal", "-shm")
"""What belongs to a database besides its file: without the first, it is an older one; beside another, it ruins that."""


def restore(settings: Settings, source: Path, settings_file: Path | None, tell: Tell) -> Manifest:
    """Check all of `source`, then put its databases in place; and its settings in `settings_file`, if one is given.

    What was there stays beside it, named `*.before-restore`. Raises RoleTakenError while the node runs, BackupError,
    DatabaseError; what was there is still in place then.
    """
    settings.run_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = RoleLock(settings.run_dir, leftovers.NODE)
    try:
        leftovers.end_orphans(settings.run_dir)
        # With the lock, nobody else's.
        remove_left(settings.state, WORK, 0.0)
        with tempfile.TemporaryDirectory(prefix=WORK, dir=settings.state) as work:
            manifest = _unpacked(settings, source, Path(work), tell)
            _put(settings, manifest, Path(work), settings_file, tell)
    except OSError as error:
        raise BackupError(f"{source} cannot be put back: {error.strerror or error}; nothing was changed") from None
    finally:
        lock.release()
    return manifest


def _unpacked(settings: Settings, source: Path, work: Path, tell: Tell) -> Manifest:
    manifest = archive.read(source, known_members(settings), work)
    for database in databases(settings):
        member = manifest.member(database.name)
        if member is None:
            continue
        if member.version > database.knows:
            raise DatabaseTooNew(
                f"{source} was made by coilcast {manifest.coilcast}, whose {database.name} this one does not know; "
                "install that one, or a later one"
            )
        refuse_damaged(work / database.name)
        tell("checked", name=database.name)
    if manifest.member(settings.catalog_path.name) is not None:
        since_s = time.time() - manifest.made_at_ms / 1000
        leap(work / settings.catalog_path.name, settings.catalog_path, since_s)
    if manifest.member(settings.operations_path.name) is not None:
        kept = take_over(work / settings.operations_path.name, settings.operations_path)
        if kept is None:
            tell("decisions_lost", name=settings.operations_path.name)
        elif any(kept):
            tell("decisions_kept", pins=kept.pins, revoked=kept.revoked)
    return manifest


def _put(settings: Settings, manifest: Manifest, work: Path, settings_file: Path | None, tell: Tell) -> None:
    undo: list[Callable[[], object]] = []
    try:
        for database in databases(settings):
            if manifest.member(database.name) is not None:
                kept = _put_one(work / database.name, database.path, _BESIDE, undo)
                tell("put_back", name=database.name, kept=kept or "-")
        if settings_file is not None and manifest.member(SETTINGS) is not None:
            # Not renamed into place: it may be on another filesystem, and has an owner and rights of its own.
            fresh = settings_file.with_name(f"{settings_file.name}.new")
            fresh.write_bytes((work / SETTINGS).read_bytes())
            if settings_file.exists():
                fresh.chmod(settings_file.stat().st_mode & 0o777)
            kept = _put_one(fresh, settings_file, ("",), undo)
            tell("put_back", name=str(settings_file), kept=kept or "-")
    except BaseException:
        for step in reversed(undo):
            step()
        raise


def _put_one(fresh: Path, place: Path, endings: tuple[str, ...], undo: list[Callable[[], object]]) -> str:
    """What was in `place` steps aside, then `fresh` goes there; returns the name that the old one has now, if any."""
    kept = _free_name(place)
    for ending in endings:
        old, aside = place.with_name(f"{place.name}{ending}"), kept.with_name(f"{kept.name}{ending}")
        if old.exists():
            old.rename(aside)
            undo.append(partial(aside.rename, old))
    fresh.rename(place)
    undo.append(partial(place.rename, fresh))
    return kept.name if kept.exists() else ""


def _free_name(place: Path) -> Path:
    """That of an earlier restore is not written over."""
    kept, number = place.with_name(f"{place.name}{KEPT}"), 1
    while kept.exists():
        number += 1
        kept = place.with_name(f"{place.name}{KEPT}-{number}")
    return kept
