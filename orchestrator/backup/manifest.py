"""What a backup says of itself: its first member, `manifest.json`."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from orchestrator.errors import BackupError

MANIFEST = "manifest.json"
SETTINGS = "coilcast.toml"
FORMAT = 1

LONGEST_BYTES = 1 << 20


class Member(Struct, frozen=True, kw_only=True):
    """One file in it. `version` is a database's number of migrations, 0 for what is none."""

    name: str
    size_bytes: Annotated[int, Meta(ge=0)]
    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    version: int = 0


class Manifest(Struct, frozen=True, kw_only=True):
    """`epoch` and `head` are the catalog's; `settings_file` is where the settings were."""

    format: int
    coilcast: str
    node: str
    made_at_ms: int
    epoch: str
    head: int
    settings_file: str
    members: list[Member]

    def member(self, name: str) -> Member | None:
        return next((member for member in self.members if member.name == name), None)


def encode(manifest: Manifest) -> bytes:
    return msgspec.json.format(msgspec.json.encode(manifest))


def decode(data: bytes) -> Manifest:
    """Raises BackupError when it is none, or one of a later form."""
    try:
        manifest = msgspec.json.decode(data, type=Manifest)
    except msgspec.MsgspecError as error:
        raise BackupError(f"its manifest cannot be read: {error}") from None
    if manifest.format != FORMAT:
        raise BackupError(f"it is of form {manifest.format}, this coilcast reads {FORMAT}; use the one that made it")
    return manifest
