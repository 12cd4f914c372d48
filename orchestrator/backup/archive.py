"""The file: a .tar.gz whose members are held to the manifest in it."""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from orchestrator.backup.manifest import LONGEST_BYTES, MANIFEST, Manifest, Member, decode, encode
from orchestrator.errors import BackupError

GZIP_LEVEL = 3
"""Of the higher ones each takes much longer for little."""

BLOCK_BYTES = 1 << 18

Rest = Callable[[], None]
"""Called after each block, to leave the machine to others for a while."""


def hurry() -> None:
    """Take no rest."""


def describe(path: Path, version: int = 0, rest: Rest = hurry) -> Member:
    """The member that `path` will be. Raises OSError."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            digest.update(block)
            rest()
        size_bytes = file.tell()
    return Member(name=path.name, size_bytes=size_bytes, sha256=digest.hexdigest(), version=version)


def write(target: Path, manifest: Manifest, folder: Path, rest: Rest = hurry) -> None:
    """Make `target`, for its owner only, of the members in `folder`; it is on the disk then. Raises OSError."""
    fd = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(fd, "wb") as file:
        with tarfile.open(fileobj=file, mode="w:gz", compresslevel=GZIP_LEVEL) as archive:
            said = encode(manifest)
            info = tarfile.TarInfo(MANIFEST)
            info.size, info.mode, info.mtime = len(said), 0o600, manifest.made_at_ms // 1000
            archive.addfile(info, io.BytesIO(said))
            for member in manifest.members:
                with (folder / member.name).open("rb") as source:
                    info = tarfile.TarInfo(member.name)
                    info.size, info.mode, info.mtime = member.size_bytes, 0o600, manifest.made_at_ms // 1000
                    archive.addfile(info, _Resting(source, rest))
        file.flush()
        os.fsync(file.fileno())


class _Resting:
    """A file that is read with a rest after each block."""

    def __init__(self, file: BinaryIO, rest: Rest) -> None:
        self._file = file
        self._rest = rest

    def read(self, size: int = -1) -> bytes:
        self._rest()
        return self._file.read(size)


def read(source: Path, known: Iterable[str], folder: Path | None = None, rest: Rest = hurry) -> Manifest:
    """Its manifest, once every member was found to be what it says; laid into `folder`, if one is given.

    Nothing is taken out that is not in `known`. Raises BackupError.
    """
    with _readable(source), tarfile.open(source, mode="r|gz") as archive:
        members = iter(archive)
        manifest = decode(_first(archive, next(members, None)))
        missing = {member.name: member for member in manifest.members}
        for info in members:
            member = missing.pop(info.name, None)
            if member is None or info.name not in known or not info.isreg() or info.size != member.size_bytes:
                raise BackupError(f"{info.name} does not belong in it")
            _take(archive, info, member, folder, rest)
        if missing:
            raise BackupError(f"{', '.join(missing)} is missing in it")
    return manifest


def _first(archive: tarfile.TarFile, info: tarfile.TarInfo | None) -> bytes:
    if info is None or info.name != MANIFEST or not info.isreg() or info.size > LONGEST_BYTES:
        raise BackupError("it does not begin with a manifest")
    file = archive.extractfile(info)
    assert file is not None
    return file.read()


def _take(archive: tarfile.TarFile, info: tarfile.TarInfo, member: Member, folder: Path | None, rest: Rest) -> None:
    source = archive.extractfile(info)
    assert source is not None
    digest = hashlib.sha256()
    with open(os.devnull if folder is None else folder / member.name, "wb") as target:
        while block := source.read(BLOCK_BYTES):
            digest.update(block)
            target.write(block)
            rest()
        if folder is not None:
            target.flush()
            os.fsync(target.fileno())
    if digest.hexdigest() != member.sha256:
        raise BackupError(f"{member.name} in it is not what was put there")


@contextmanager
def _readable(source: Path) -> Iterator[None]:
    try:
        yield
    except BackupError as error:
        raise BackupError(f"{source} is no good backup: {error}") from None
    except OSError as error:
        raise BackupError(f"{source} cannot be read or unpacked: {error.strerror or error}") from None
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise BackupError(f"{source} is no good backup: {error}") from None
