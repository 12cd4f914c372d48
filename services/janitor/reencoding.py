"""Old originals become smaller JPEGs, one after the other: a new version of the image under the name of the old one.

The new bytes lie whole and verified beside the old ones before they take their name by rename(2). Only a JPEG can: a
BMP that became one would have to be called otherwise, and so be another image.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from services.janitor.folders import ImageFolder, ImageFolders, is_version
from services.janitor.render import NotWorth, reencode
from services.janitor.report import Report
from services.shared.catalog import CatalogReader, Held, HeldFolder
from services.shared.logs import Logger
from services.shared.names import OWN

HIDDEN = f"{OWN}smaller.part"
"""Where the new bytes lie until they are whole; the watcher overlooks it."""

SHARE = 0.15
"""Of a core at most, so that the previews, which are made again, find time as well."""


class Place(Struct):
    """How far one folder is looked through: up to this image in the order of arrival."""

    arrival: int
    seq: int


class Progress(Struct):
    """How far all are, with one quality and in one catalog."""

    epoch: str
    quality: int
    places: dict[str, Place] = {}


class Reencoder:
    """step() sees to one image. Every method raises CatalogError, DatabaseError, OSError when it cannot be done now."""

    def __init__(
        self,
        path: Path,
        catalog: CatalogReader,
        folders: ImageFolders,
        kind: str,
        quality: int,
        after_ms: int,
        is_kept: Callable[[Held], bool],
        report: Report,
        log: Logger,
    ) -> None:
        self._path = path
        self._catalog = catalog
        self._folders = folders
        self._kind = kind
        self._after_ms = after_ms
        self._is_kept = is_kept
        self._report = report
        self._log = log
        self._progress = self._load(catalog.epoch, quality)
        self._cleared: set[str] = set()

    def step(self) -> float | None:
        """How long to rest before the next one; None when there is none for now."""
        began_s = time.monotonic()
        for folder in self._catalog.held_folders():
            if folder.kind != self._kind:
                continue
            for held in self._due(folder):
                # Before it is touched: a file that ends the process does so once.
                self._pass(folder, held)
                if self._see_to(held):
                    return (time.monotonic() - began_s) * (1 / SHARE - 1)
                if time.monotonic() - began_s > 0.1:
                    return 0.0
        return None

    def _due(self, folder: HeldFolder) -> Iterator[Held]:
        place = self._progress.places.get(folder.name)
        before_ms = time.time_ns() // 1_000_000 - self._after_ms
        for held in self._catalog.oldest(folder.id, (place.arrival, place.seq) if place else None):
            times_ms = (held.captured_at_ms, held.mtime_ns // 1_000_000)
            if min(times_ms) > before_ms or (max(times_ms) > before_ms and held.seen_at_ms > before_ms):
                return
            yield held

    def _see_to(self, held: Held) -> bool:
        """False when there was nothing to do."""
        newest = self._catalog.newest_seqs(held.folder_id)
        frame = self._catalog.frame(held)
        if held.media_type != "image/jpeg" or held.seq in newest or any(map(self._is_kept, frame)):
            return False
        folder = self._folders.at(held.camera, held.kind)
        self._clear(folder)
        status = folder.find(held.filename)
        if status is None or not is_version(held, status) or status.st_nlink > 1:
            return False
        data = _read(folder, held)
        try:
            smaller = reencode(data, self._progress.quality)
        except NotWorth as error:
            self._log.debug("not_reencoded", kind=held.kind, filename=held.filename, why=str(error))
            return True
        if _replace(folder, held, status, smaller):
            self._report.reencoded(held, len(data) - len(smaller))
        return True

    def _clear(self, folder: ImageFolder) -> None:
        """What a killed predecessor left."""
        if str(folder.path) not in self._cleared:
            folder.unlink(HIDDEN)
            self._cleared.add(str(folder.path))

    def _pass(self, folder: HeldFolder, held: Held) -> None:
        self._progress.places[folder.name] = Place(held.arrival, held.seq)
        beside = self._path.with_suffix(".new")
        beside.write_bytes(msgspec.json.encode(self._progress))
        beside.replace(self._path)

    def _load(self, epoch: str, quality: int) -> Progress:
        try:
            progress = msgspec.json.decode(self._path.read_bytes(), type=Progress)
        except (OSError, msgspec.MsgspecError):
            # From the beginning: what is done already is told from its own bytes.
            return Progress(epoch, quality)
        return progress if (progress.epoch, progress.quality) == (epoch, quality) else Progress(epoch, quality)


def _read(folder: ImageFolder, held: Held) -> bytes:
    fd = os.open(held.filename, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder.fd)
    with open(fd, "rb") as file:
        return file.read(held.size_bytes)


def _replace(folder: ImageFolder, held: Held, before: os.stat_result, data: bytes) -> bool:
    """Whole and on the disk first, then under the name, with the times and rights of the old one. False when the old
    one is no longer what was read.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
    fd = os.open(HIDDEN, flags, 0o600, dir_fd=folder.fd)
    try:
        with open(fd, "wb") as file:
            file.write(data)
            file.flush()
            if os.geteuid() == 0:
                os.fchown(fd, before.st_uid, before.st_gid)
            os.fchmod(fd, before.st_mode & 0o7777)
            os.fsync(fd)
        os.utime(HIDDEN, ns=(before.st_atime_ns, before.st_mtime_ns), dir_fd=folder.fd, follow_symlinks=False)
        now = folder.find(held.filename)
        if now is None or not is_version(held, now) or now.st_ino != before.st_ino:
            folder.unlink(HIDDEN)
            return False
        os.rename(HIDDEN, held.filename, src_dir_fd=folder.fd, dst_dir_fd=folder.fd)
    except OSError:
        folder.unlink(HIDDEN)
        raise
    return True
