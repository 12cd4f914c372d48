"""`/image/<type>/<filename>`, `/image/<camera>/<type>/<filename>`, `/preview/<seq>`: the bytes."""

from __future__ import annotations

from typing import get_args

from services.gateway.http.base import ASK_FIRST, FOREVER, Handler
from services.gateway.http.content import send
from services.gateway.previews import NoPreview, PreviewLate
from services.gateway.wire import on_wire
from services.shared.files import MAIN_CAMERA, FileChanged
from services.shared.messages import PreviewSize


class ImageFile(Handler):
    """Found through the catalog: a path that a client sends never meets the disk."""

    async def get(self, *where: str) -> None:
        camera, kind, filename = where if len(where) == 3 else (MAIN_CAMERA, *where)
        image = self.context.lookup.find(camera, kind, filename)
        if image is None:
            self.problem(404, "there is no such image")
            return
        version = self.text("v")
        if version != (str(image.seq) if image.revised else None) and version != str(image.seq):
            # An address means one version for ever: that one is gone, and another's bytes would pass for it.
            self.problem(404, f"this version was overwritten; the present one is {on_wire(image).url}")
            return
        try:
            data = await self.context.files.read(image)
        except (FileNotFoundError, FileChanged):
            self.problem(404, "the file has changed or gone a moment ago")
            return
        except OSError as error:
            self.context.log.error("request_failed", request=self.request.path, error=str(error))
            self.problem(503, "the file cannot be read at the moment; ask again")
            return
        self.set_header("Cache-Control", FOREVER if version else ASK_FIRST)
        send(self, data, image.media_type, f'"{self.context.lookup.live.epoch}-{image.seq}"')


class PreviewFile(Handler):
    """Made on the spot if it does not exist yet."""

    async def get(self, number: str) -> None:
        size = self.text("size") or "screen"
        epoch, seq = self.context.lookup.live.epoch, int(number)
        if size not in get_args(PreviewSize):
            self.problem(400, f"size is one of {', '.join(get_args(PreviewSize))}")
            return
        image = self.context.lookup.image(seq)
        if image is None or self.text("epoch") not in (None, epoch):
            self.problem(404, "there is no such image")
            return
        try:
            data = await self.context.previews.get(seq, "strip" if size == "strip" else "screen")
        except NoPreview:
            self.problem(404, f"no preview can be made of this image; the image itself: {on_wire(image).url}")
            return
        except PreviewLate:
            self.set_header("Retry-After", "1")
            self.problem(503, "the preview is not ready yet; ask again")
            return
        # Without the epoch the same address may mean another image once the catalog was made anew.
        self.set_header("Cache-Control", FOREVER if self.text("epoch") else ASK_FIRST)
        send(self, data, "image/jpeg", f'"{epoch}-{seq}-{size}"')
