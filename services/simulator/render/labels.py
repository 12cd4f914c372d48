"""What the detector draws on its twin: a box around each defect, its class and how sure it is."""

from __future__ import annotations

from PIL import Image, ImageDraw, ImageFont

from services.simulator.defects import Box, Defect, DefectClass

COLOURS: dict[DefectClass, tuple[int, int, int]] = {
    "scratch": (255, 82, 82),
    "pinhole": (255, 196, 0),
    "stain": (255, 128, 32),
    "dent": (64, 196, 255),
    "roller mark": (213, 112, 255),
}

TEXT = (12, 14, 18)


class Labels:
    """For pictures of one size."""

    def __init__(self, size: tuple[int, int]) -> None:
        side = min(size)
        self._size = size
        self._line_px = max(1, round(side / 480))
        self._font = ImageFont.load_default(max(8, round(side / 54)))
        self._pad_px = max(1, round(side / 340))

    def draw(self, picture: Image.Image, defects: tuple[Defect, ...]) -> None:
        """Boxes first, so that no box crosses a name."""
        pen = ImageDraw.Draw(picture)
        boxes = [self._around(defect.box) for defect in defects]
        for box, defect in zip(boxes, defects, strict=True):
            pen.rectangle(_inclusive(box), outline=COLOURS[defect.kind], width=self._line_px)
        for box, defect in zip(boxes, defects, strict=True):
            self._name(pen, box, f"{defect.kind} {defect.confidence:.2f}", COLOURS[defect.kind])

    def _around(self, box: Box) -> Box:
        return box.grown(2 * self._line_px).within(*self._size)

    def _name(self, pen: ImageDraw.ImageDraw, box: Box, text: str, colour: tuple[int, int, int]) -> None:
        """Above the box; inside it where there is no room above."""
        _, top, right, bottom = pen.textbbox((0, 0), text, self._font)
        width, height = round(right) + 2 * self._pad_px, round(bottom - top) + 2 * self._pad_px
        left = max(0, min(box.left, self._size[0] - width))
        upper = box.top - height if box.top >= height else box.top
        pen.rectangle((left, upper, left + width - 1, upper + height - 1), fill=colour)
        pen.text((left + self._pad_px, upper + self._pad_px - top), text, TEXT, self._font)


def _inclusive(box: Box) -> tuple[int, int, int, int]:
    return box.left, box.top, box.right - 1, box.bottom - 1
