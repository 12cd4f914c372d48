"""The built panel, shipped with the package. Pure lookups: nothing outside of its folder can be named."""

from __future__ import annotations

import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

PANEL_DIR = Path(__file__).with_name("panel")
ASSETS_DIR = Path(__file__).with_name("assets")

INDEX = "index.html"
DEMO_IMAGE = ASSETS_DIR / "demo.jpg"


@dataclass(frozen=True)
class PanelFile:
    """One file of the panel."""

    path: Path
    media_type: str
    etag: str
    is_immutable: bool
    """Its name changes with its content."""


class Panel:
    """The files by their path under `/`; empty when the panel was not built."""

    def __init__(self, folder: Path = PANEL_DIR) -> None:
        paths = [path for path in folder.rglob("*") if path.is_file()] if folder.is_dir() else []
        self._files = {path.relative_to(folder).as_posix(): _panel_file(path, folder) for path in paths}

    def __bool__(self) -> bool:
        return INDEX in self._files

    def find(self, path: str) -> PanelFile | None:
        return self._files.get(path)


def _panel_file(path: Path, folder: Path) -> PanelFile:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:32]
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if media_type.startswith("text/"):
        media_type += "; charset=utf-8"
    return PanelFile(path, media_type, f'"{digest}"', path.relative_to(folder).parts[0] == "assets")
