"""The bytes of images, from their folders. Only what the catalog has is opened, and nothing outside of its folder."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from services.shared.files import read_image
from services.shared.messages import Image

MEMORY_BYTES = 64 << 20
"""The last images are served from memory, as far as they fit."""

LARGEST_KEPT_BYTES = 8 << 20
READERS = 4

READ_WITHIN_S = 20.0
"""A disk that takes longer does not answer: whoever asked is told so, and may ask again."""


class Files:
    """Reads each image once however many ask for it at a time.

    Raises FileNotFoundError, FileChanged, TimeoutError and other OSErrors.
    """

    def __init__(self, base: Path) -> None:
        self._base = base
        self._kept: OrderedDict[int, bytes] = OrderedDict()
        self._kept_bytes = 0
        self._reading: dict[int, asyncio.Future[bytes]] = {}
        self._threads = ThreadPoolExecutor(READERS, "files")

    async def read(self, image: Image) -> bytes:
        """The whole file as it was when it got its seq."""
        data = self._kept.get(image.seq)
        if data is not None:
            self._kept.move_to_end(image.seq)
            return data
        reading = self._reading.get(image.seq)
        if reading is None:
            loop = asyncio.get_running_loop()
            reading = asyncio.ensure_future(loop.run_in_executor(self._threads, read_image, self._base, image))
            self._reading[image.seq] = reading
            reading.add_done_callback(lambda done: self._keep(image.seq, done))
        # Whoever gives up must not take it from the others.
        try:
            return await asyncio.wait_for(asyncio.shield(reading), READ_WITHIN_S)
        except TimeoutError:
            raise TimeoutError(f"the disk did not answer for {READ_WITHIN_S:g} s") from None

    def forget(self, seq: int) -> None:
        """The image is gone: what of it is being read is for who asked already."""
        self._reading.pop(seq, None)
        data = self._kept.pop(seq, None)
        if data is not None:
            self._kept_bytes -= len(data)

    def close(self) -> None:
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _keep(self, seq: int, done: asyncio.Future[bytes]) -> None:
        is_wanted = self._reading.get(seq) is done
        if is_wanted:
            del self._reading[seq]
        if done.cancelled() or done.exception() is not None or not is_wanted:
            return
        data = done.result()
        if len(data) > LARGEST_KEPT_BYTES:
            return
        self._kept[seq] = data
        self._kept_bytes += len(data)
        while self._kept_bytes > MEMORY_BYTES:
            _, oldest = self._kept.popitem(last=False)
            self._kept_bytes -= len(oldest)
