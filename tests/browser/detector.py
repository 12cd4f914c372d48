"""What is on the screen, frame for frame: by the page's own account, and by what the compositor gave out."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from typing import Any

from PIL import Image
from playwright.sync_api import Page

LEVELS = 8
DARKEST, STEP = 90, 20
TOLERANCE = STEP // 2
CODES = LEVELS**3

Shade = tuple[int, int, int]

_DETECT = """
name => {
  const stage = document.querySelector(`section[aria-label="${name}"]`);
  const point = Object.assign(document.createElement('canvas'), { width: 1, height: 1 });
  const pixel = point.getContext('2d', { willReadFrequently: true });
  const seen = (window.seen = { frames: 0, blanks: [], shown: [] });
  const number = picture => Number(/\\d+/.exec(picture.ariaLabel ?? picture.alt)?.[0] ?? NaN);
  const wrong = () => {
    const pictures = stage.querySelectorAll('img, canvas');
    if (pictures.length !== 1) return `${pictures.length} pictures`;
    const [picture] = pictures;
    const { width, height } = picture.getBoundingClientRect();
    if (width < 100 || height < 100) return `only ${width} x ${height} on the page`;
    if (picture.nodeName === 'IMG' && picture.complete && picture.naturalWidth > 0) return null;
    if (picture.nodeName === 'IMG') return 'an img that is not loaded';
    if (picture.width === 0) return 'a canvas that was let go of';
    pixel.clearRect(0, 0, 1, 1);
    pixel.drawImage(picture, picture.width / 2, picture.height / 2, 1, 1, 0, 0, 1, 1);
    return pixel.getImageData(0, 0, 1, 1).data[3] === 255 ? null : 'a canvas with nothing in it';
  };
  const look = () => {
    seen.frames += 1;
    const found = wrong();
    if (found !== null) seen.blanks.push(`frame ${seen.frames}: ${found}`);
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  seen.shown.push(number(stage.querySelector('img, canvas')));
  new MutationObserver(changes => {
    const added = changes.flatMap(change => [...change.addedNodes]);
    seen.shown.push(...added.filter(node => /IMG|CANVAS/.test(node.nodeName)).map(number));
  }).observe(stage, { childList: true, subtree: true });
}
"""
"""An img is not drawn here to look at it: that would have it decoded, and so mend what it is to find."""


def shade_of(number: int) -> Shade:
    """A bright colour by which an image is known again, after JPEG and on the screen; there are CODES of them."""
    red, green, blue = (DARKEST + STEP * (number // LEVELS**place % LEVELS) for place in range(3))
    return red, green, blue


def number_of(shade: Shade) -> int | None:
    """Which image has this colour; None for one that none has."""
    levels = [round((value - DARKEST) / STEP) for value in shade]
    far = any(abs(DARKEST + STEP * level - value) >= TOLERANCE for level, value in zip(levels, shade, strict=True))
    if far or not all(0 <= level < LEVELS for level in levels):
        return None
    red, green, blue = levels
    return red + LEVELS * (green + LEVELS * blue)


class Detector:
    """Looks at the stage called `name` from now on. A picture must be in it already."""

    def __init__(self, page: Page, name: str) -> None:
        self._page = page
        page.evaluate(_DETECT, name)
        box = page.get_by_role("region", name=name, exact=True).bounding_box()
        viewport = page.viewport_size
        assert box is not None
        assert viewport is not None
        self._middle = (
            (box["x"] + box["width"] / 2) / viewport["width"],
            (box["y"] + box["height"] / 2) / viewport["height"],
        )
        self._shots: list[tuple[float, bytes]] = []
        self._devtools = page.context.new_cdp_session(page)
        self._devtools.on("Page.screencastFrame", self._keep)
        self._devtools.send(
            "Page.startScreencast", {"format": "jpeg", "quality": 90, "maxWidth": 480, "maxHeight": 480}
        )

    def stop(self) -> None:
        self._devtools.send("Page.stopScreencast")

    @property
    def frames(self) -> int:
        """Animation frames that were looked at."""
        return int(self._page.evaluate("window.seen.frames"))

    @property
    def blanks(self) -> list[str]:
        """What was wrong in which animation frame."""
        return [str(blank) for blank in self._page.evaluate("window.seen.blanks")]

    @property
    def shown(self) -> list[int]:
        """The coil numbers of all pictures that came to the stage, in their order."""
        return [int(number) for number in self._page.evaluate("window.seen.shown")]

    def count_from(self, coil: int) -> int:
        """How many came, once one of a coil that is no older has; 0 until then."""
        return int(self._page.evaluate("coil => window.seen.shown.at(-1) >= coil ? window.seen.shown.length : 0", coil))

    def middles(self) -> Iterator[Shade]:
        """The colour of the stage's middle in each frame that the compositor gave out, in the order of their times.

        They are packed beside each other, and may so come in another order.
        """
        for _, shot in sorted(self._shots):
            with Image.open(io.BytesIO(shot)) as image:
                across, down = self._middle
                pixel = image.convert("RGB").getpixel((int(image.width * across), int(image.height * down)))
                assert isinstance(pixel, tuple)
                yield pixel[0], pixel[1], pixel[2]

    def _keep(self, frame: dict[str, Any]) -> None:
        self._shots.append((frame["metadata"]["timestamp"], base64.b64decode(frame["data"])))
        self._devtools.send("Page.screencastFrameAck", {"sessionId": frame["sessionId"]})
