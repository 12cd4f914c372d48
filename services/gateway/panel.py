"""The built panel, shipped with the package. Pure lookups: nothing outside of its folder can be named."""

from __future__ import annotations

import hashlib
import mimetypes
import os
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
    """The files by their path under `/`; empty when the panel was not built.

    Which there are is looked up once; a file is read when it is first asked for, not while a gateway starts.
    """

    def __init__(self, folder: Path = PANEL_DIR) -> None:
        self._folder = folder
        self._files: dict[str, PanelFile | None] = {
            os.path.relpath(os.path.join(parent, name), folder): None
            for parent, _, names in os.walk(folder)
            for name in names
        }

    def __bool__(self) -> bool:
        return INDEX in self._files

    def find(self, path: str) -> PanelFile | None:
        """Raises OSError for a file that went since."""
        if path not in self._files:
            return None
        found = self._files[path]
        if found is None:
            found = self._files[path] = _panel_file(self._folder / path, is_immutable=path.startswith("assets/"))
        return found


def _panel_file(path: Path, *, is_immutable: bool) -> PanelFile:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:32]
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if media_type.startswith("text/"):
        media_type += "; charset=utf-8"
    return PanelFile(path, media_type, f'"{digest}"', is_immutable)
