"""Where the previews of an image are. Each catalog has a folder of its own: another epoch's seq is another image."""

from __future__ import annotations

from pathlib import Path

from services.shared.messages import PreviewSize

_SEQS_IN_FOLDER = 1000


def previews_folder(previews_dir: Path, epoch: str) -> Path:
    """The folder for all previews of one catalog."""
    return previews_dir / epoch


def preview_path(folder: Path, seq: int, size: PreviewSize) -> Path:
    """The file of one preview, a JPEG; it appears whole or not at all. `folder` is that of the catalog."""
    return _folder_of(folder, seq) / f"{seq}.{size}.jpg"


def poison_path(folder: Path, seq: int) -> Path:
    """Marks an image that cannot be decoded: nobody tries again."""
    return _folder_of(folder, seq) / f"{seq}.poison"


def is_poison(folder: Path, seq: int) -> bool:
    """Whether no preview will ever be made of this image."""
    return poison_path(folder, seq).exists()


def _folder_of(folder: Path, seq: int) -> Path:
    return folder / f"{seq // _SEQS_IN_FOLDER:06}"
