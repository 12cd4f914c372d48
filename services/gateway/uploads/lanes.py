"""Uploads on their way from the event loop to the disk: each has a thread of its own, and there are only so many."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

from services.gateway.uploads.hush import Hush
from services.gateway.uploads.landing import Landing, Outcome, make_room
from services.gateway.uploads.lane import Lane
from services.gateway.uploads.rules import Refused
from services.gateway.uploads.sweep import hidden_name, sweep
from services.shared.inspect import Limits
from services.shared.settings import Settings

MOST_AT_ONCE = 8
"""Each may hold two blocks in memory."""

BLOCK_BYTES = 256 << 10
"""What goes to the thread at a time: small ones would cost the event loop more than the bytes do."""

DISK_WITHIN_S = 20.0
"""A disk that takes longer does not answer; its place is free again when it does."""

END_WITHIN_S = 2.0
"""So long the end of the gateway waits for the disk."""

Answer = TypeVar("Answer")


class Uploads:
    """The places of one gateway. Made inside the event loop; `owner` is its name among all that share the folders."""

    def __init__(self, settings: Settings, owner: str) -> None:
        self._limits = Limits(settings.images.max_file_size_bytes, settings.images.max_megapixels * 1_000_000)
        self._owner = owner
        self._life = secrets.token_hex(4)
        self._free = [Lane(f"upload-{number}") for number in range(MOST_AT_ONCE)]
        self._lanes = list(self._free)
        self._loop = asyncio.get_running_loop()
        self.hush = Hush()
        self.failure = ""
        """Why none can be taken, as it was said last; empty while they can."""
        # What an earlier life of this gateway had begun. Nobody waits for it, not even the end of this process.
        where = (settings.images.base, settings.images.kinds, owner, self._life)
        threading.Thread(target=sweep, args=where, name="upload-sweep", daemon=True).start()

    def __len__(self) -> int:
        """How many are under way."""
        return len(self._lanes) - len(self._free)

    def begin(self, folder: Path) -> Upload:
        """A place for one more. Raises Refused when all are taken."""
        if not self._free:
            raise Refused(503, "too_many", most=MOST_AT_ONCE)
        return Upload(self._free.pop(), folder, self._owner, self._life, self._limits, self._give_back)

    def close(self) -> None:
        """Leaves no file that is not whole, unless the disk does not answer any more."""
        for lane in self._lanes:
            lane.close()
        deadline_s = time.monotonic() + END_WITHIN_S
        for lane in self._lanes:
            lane.has_ended(max(0.0, deadline_s - time.monotonic()))

    def _give_back(self, lane: Lane) -> None:
        # From the lane's thread; after the end there may be no loop any more.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._free.append, lane)


class Upload:
    """One upload. What its thread is given it does in order; end() has to be called, whatever happens."""

    def __init__(
        self,
        lane: Lane,
        folder: Path,
        owner: str,
        life: str,
        limits: Limits,
        give_back: Callable[[Lane], None],
    ) -> None:
        self._lane = lane
        self._folder = folder
        self._owner = owner
        self._life = life
        self._limits = limits
        self._give_back = give_back
        self._landing: Landing | None = None
        self._block = bytearray()
        self._writing: Future[None] | None = None
        self._ended = False

    async def make_room(self, size_bytes: int) -> None:
        """Whether so much fits. Raises Refused, OSError."""
        await self._answer(self._lane.submit(make_room, self._folder, size_bytes))

    def open(self, ending: str) -> None:
        """It will be an image with this ending. No file is made before there is something to write."""
        hidden = hidden_name(self._owner, self._life + secrets.token_hex(8), ending)
        self._landing = Landing(self._folder, hidden, self._limits)

    async def write(self, data: bytes) -> None:
        """More of it. Waits while the thread has as much as it may. Raises Refused, OSError."""
        self._block += data
        if len(self._block) >= BLOCK_BYTES:
            await self._hand_over()

    async def land(self, filename: str) -> Outcome:
        """All of it was written: it is an image of the folder from now on. Raises Refused, OSError."""
        assert self._landing is not None
        await self._hand_over()
        await self._written()
        return await self._answer(self._lane.submit(self._landing.land, filename))

    def end(self) -> None:
        """Returns at once. Unless it has landed, nothing is left of it; its place is free when its thread is."""
        if self._ended:
            return
        self._ended = True
        if self._landing is not None:
            self._lane.submit(self._landing.discard)
        self._lane.submit(self._give_back, self._lane)

    async def _hand_over(self) -> None:
        await self._written()
        assert self._landing is not None
        data, self._block = bytes(self._block), bytearray()
        self._writing = self._lane.submit(self._landing.write, data)

    async def _written(self) -> None:
        if self._writing is not None:
            writing, self._writing = self._writing, None
            await self._answer(writing)

    async def _answer(self, work: Future[Answer]) -> Answer:
        try:
            return await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(work)), DISK_WITHIN_S)
        except TimeoutError:
            raise Refused(503, "disk_silent", after_s=DISK_WITHIN_S) from None
