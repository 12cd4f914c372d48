"""Frames as pictures and as JPEG."""

from __future__ import annotations

import io

from PIL import Image

from services.simulator.coils import Coil
from services.simulator.plan import Frame
from services.simulator.render.defects import paint
from services.simulator.render.labels import Labels
from services.simulator.render.noise import Size
from services.simulator.render.surface import Surface

QUALITY = 90
"""A frame of the default size is then of about 1 MB, as the line's are."""


class Painter:
    """Paints frames of one size. Keeps the steel of the last coil."""

    def __init__(self, size: Size) -> None:
        self._size = size
        self._labels = Labels(size)
        self._surface: Surface | None = None
        self._coil: Coil | None = None

    def prepare(self, coil: Coil) -> None:
        """Make the coil's steel; the first frame of a coil does it otherwise, and takes some ten times as long."""
        if self._surface is None or coil != self._coil:
            self._surface = None
            self._surface, self._coil = Surface(coil, self._size), coil

    def paint(self, frame: Frame) -> Image.Image:
        """What the camera sees."""
        self.prepare(frame.coil)
        assert self._surface is not None
        picture = self._surface.frame(frame.top_px)
        for defect in frame.defects:
            paint(picture, defect)
        return picture

    def label(self, picture: Image.Image, frame: Frame) -> None:
        """Draw on it what the detector found."""
        self._labels.draw(picture, frame.defects)


def jpeg(picture: Image.Image) -> bytes:
    """The picture as a file's content."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
