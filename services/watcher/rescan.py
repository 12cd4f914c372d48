"""Comparing a folder with the catalog, in steps so small that a live image never waits for them."""

from __future__ import annotations

import datetime
import os
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from services.shared.catalog import CatalogWriter, FolderState, Known
from services.shared.names import captured_at_ms, is_ignored
from services.watcher.namelist import NameList

CHUNK = 100
"""Names between two yields: some 0.3 ms."""

PAGE = 1000
"""Names that are only read from the catalog, in a millisecond."""


@dataclass
class Listing:
    """What a folder holds that the catalog does not know as it is, in the order in which it is to be recorded."""

    imports: NameList = field(default_factory=NameList)
    """There before the catalog was: newest capture first."""
    live: NameList = field(default_factory=NameList)
    """New or changed since: oldest first."""
    expected: int = 0
    """How many images of the folder the catalog had when the listing began,"""
    matched: int = 0
    """and how many of those were met."""
    listed: int = 0


def list_all(path: Path, zone: datetime.tzinfo) -> Generator[None, None, Listing]:
    """A folder of which the catalog knows nothing: everything is imported. Raises OSError."""
    listing = Listing()
    with os.scandir(path) as entries:
        while chunk := _next_chunk(entries):
            listing.listed += len(chunk)
            for entry in chunk:
                _add_import(listing, entry, zone)
            yield
    return listing


def list_new(
    path: Path, row: FolderState, catalog: CatalogWriter, zone: datetime.tzinfo
) -> Generator[None, None, Listing]:
    """What came, by name alone. Raises OSError, CatalogError.

    Asking the catalog for a million names takes 6 s; reading all it has takes less than 1, and a hash of each 70 MB.
    """
    listing = Listing()
    known = {hash(os.fsdecode(name)) for name in catalog.rejected_names(row.id)}
    after = ""
    while page := catalog.filenames(row.id, after, PAGE):
        known.update([hash(name) for name, _ in page])
        listing.expected += len(page)
        after = page[-1][0]
        yield
    rejected = len(known) - listing.expected
    with os.scandir(path) as entries:
        while chunk := _next_chunk(entries):
            listing.listed += len(chunk)
            for entry in chunk:
                if hash(entry.name) in known:
                    listing.matched += 1
                else:
                    _compare(listing, entry, None, row, zone)
            yield
    listing.matched -= rejected
    return listing


def list_changes(
    path: Path, row: FolderState, catalog: CatalogWriter, zone: datetime.tzinfo
) -> Generator[None, None, Listing]:
    """What came and what changed under its name, at the price of a stat each. Raises OSError, CatalogError."""
    listing = Listing(expected=catalog.count(row.id))
    head = catalog.head
    with os.scandir(path) as entries:
        while chunk := _next_chunk(entries):
            listing.listed += len(chunk)
            known = catalog.known(row.id, [entry.name for entry in chunk])
            for entry in chunk:
                there = known.get(entry.name)
                if there is not None and there.seq is not None and there.seq <= head:
                    listing.matched += 1
                _compare(listing, entry, there, row, zone)
            yield
    return listing


def find_gone(path: Path, row: FolderState, catalog: CatalogWriter) -> Generator[None, None, list[str]]:
    """The names of images in the catalog that are no longer in the folder. Raises CatalogError."""
    gone: list[str] = []
    after = ""
    while page := catalog.filenames(row.id, after, CHUNK):
        gone += [name for name, _ in page if not os.path.lexists(f"{path}/{name}")]
        after = page[-1][0]
        yield
    return gone


def find_gone_rejects(path: Path, row: FolderState, catalog: CatalogWriter) -> Generator[None, None, list[str]]:
    """The names of rejected files that are no longer in the folder. Raises CatalogError."""
    gone: list[str] = []
    rejected = map(os.fsdecode, catalog.rejected_names(row.id))
    while chunk := list(islice(rejected, CHUNK)):
        gone += [name for name in chunk if not os.path.lexists(f"{path}/{name}")]
        yield
    return gone


def _next_chunk(entries: Iterator[os.DirEntry[str]]) -> list[os.DirEntry[str]]:
    ours = (entry for entry in entries if not is_ignored(entry.name) and not entry.is_dir(follow_symlinks=False))
    return list(islice(ours, CHUNK))


def _compare(
    listing: Listing, entry: os.DirEntry[str], there: Known | None, row: FolderState, zone: datetime.tzinfo
) -> None:
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError:
        # It went since the folder was read, or cannot be told about; in both cases looking at it says what it is.
        listing.live.add(entry.name, 0)
        return
    if there is not None and _is_same(there, status):
        return
    if there is None and status.st_ctime_ns < row.import_before_ns:
        _add_import(listing, entry, zone)
    else:
        listing.live.add(entry.name, -status.st_ctime_ns)


def _is_same(there: Known, status: os.stat_result) -> bool:
    same = (there.size_bytes, there.mtime_ns) == (status.st_size, status.st_mtime_ns)
    return same and there.inode in (None, status.st_ino)


def _add_import(listing: Listing, entry: os.DirEntry[str], zone: datetime.tzinfo) -> None:
    captured_ms = captured_at_ms(entry.name, zone)
    if captured_ms is None:
        try:
            captured_ms = entry.stat(follow_symlinks=False).st_mtime_ns // 1_000_000
        except OSError:
            captured_ms = 0
    listing.imports.add(entry.name, captured_ms)
