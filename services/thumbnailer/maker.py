"""One image at a time: claim it, read it, count the attempt, decode it, keep what came of it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import Literal

from services.shared.catalog import CatalogReader
from services.shared.errors import CatalogError
from services.shared.files import FileChanged, read_image
from services.shared.logs import Logger
from services.shared.messages import Image, PreviewSize
from services.shared.metrics.figures import Figures
from services.shared.phrases import phrases
from services.shared.settings import Settings
from services.thumbnailer.attempts import Attempts
from services.thumbnailer.claims import Claims
from services.thumbnailer.render import Screen, Sizes, Undecodable, make_screen, make_strip
from services.thumbnailer.store import Store
from services.thumbnailer.wording import REASONS
from services.thumbnailer.worker import Worker

CLAIMED_S = 0.25
"""How soon to look again at an image that another worker has: that one may have been killed."""

UNREADABLE_S = 30.0
FAILED_S = 1.0

Outcome = Literal["made", "there", "nothing", "poison", "later", "unreadable", "failed"]


@dataclass(frozen=True)
class Result:
    """What became of an image.

    made: both previews are there now; there: they were; nothing: it is gone, or known as poison; poison: it is known as
    that from now on; later: another worker has it, or it has to rest; unreadable: its file cannot be read; failed: the
    state folder or the catalog cannot be used. With the last three, look again in `again_s`.
    """

    outcome: Outcome
    text: str = ""
    again_s: float = 0.0


class DecoderLost(Exception):
    """The decoder cannot be ended but with the process; it is logged already."""


@dataclass
class _Work:
    """An image that is taken up, and how far it is: one of the three is under way."""

    image: Image
    attempts: int
    since_s: float
    is_live: bool
    """It has just come."""
    reading: Future[bytes] | None = None
    decoding: Future[Screen] | None = None
    reducing: Future[bytes] | None = None


class Maker:
    """start() takes an image up, step() says what became of it. Neither waits for a file or a decoder.

    `ready` is told of each preview as soon as it is there: the large one before the small one is made.
    """

    def __init__(
        self,
        settings: Settings,
        log: Logger,
        catalog: CatalogReader,
        claims: Claims,
        store: Store,
        attempts: Attempts,
        worker: Worker,
        ready: Callable[[int, PreviewSize], None],
        figures: Figures,
    ) -> None:
        self._images = settings.images
        self._limits = settings.previews
        self._sizes = Sizes(
            strip_px=settings.previews.strip_px,
            screen_px=settings.previews.screen_px,
            quality=settings.previews.quality,
            max_pixels=settings.images.max_megapixels * 1_000_000,
        )
        self._phrase = phrases(settings.node.language, REASONS)
        self._log = log
        self._catalog = catalog
        self._claims = claims
        self._store = store
        self._attempts = attempts
        self._worker = worker
        self._ready = ready
        self._figures = figures
        self._work: _Work | None = None

    @property
    def is_busy(self) -> bool:
        return self._work is not None

    @property
    def patience_s(self) -> float | None:
        """How long the decoder may still take; None when none is at work."""
        if self._work is None or self._work.reading is not None:
            return None
        return max(0.0, self._limits.decode_timeout_s - (time.monotonic() - self._work.since_s))

    @property
    def slow(self) -> str:
        """What to say of a file that is being read for too long, as from a server that hangs; else empty."""
        work, limit_s = self._work, self._limits.decode_timeout_s
        if work is None or work.reading is None or time.monotonic() - work.since_s < limit_s:
            return ""
        return self._phrase("read_slow", filename=work.image.filename, limit_s=f"{limit_s:g}")

    def start(self, seq: int, *, is_live: bool = False) -> Result | None:
        """Take it up, which `is_live` when it has just come; what became of it at once, or None: step() will tell."""
        try:
            if not self._claims.take(seq):
                return Result("later", again_s=CLAIMED_S)
            result = self._begin(seq, is_live)
        except (OSError, CatalogError) as error:
            result = _failed(error)
        if result is not None:
            self._claims.give_back(seq)
        return result

    def step(self) -> Result | None:
        """What became of it; None while it is being made. Raises DecoderLost."""
        work = self._work
        if work is None:
            return None
        try:
            result = self._step(work)
        except (OSError, CatalogError) as error:
            self._take_back(work)
            result = _failed(error)
        if result is not None:
            self._work = None
            self._claims.give_back(work.image.seq)
        return result

    def interrupt(self) -> None:
        """The process is told to end: that is not the file's fault."""
        if self._work is not None:
            self._take_back(self._work)

    def _begin(self, seq: int, is_live: bool) -> Result | None:
        if self._store.has(seq):
            return Result("there")
        image = self._catalog.image(seq)
        if image is None or self._store.is_poison(seq):
            return Result("nothing")
        record = self._attempts.look(seq)
        if record.count >= self._limits.max_attempts:
            return self._condemn(image, "ended_workers", self._phrase("ended_workers", count=record.count))
        if record.rest_s:
            return Result("later", again_s=record.rest_s)
        self._work = _Work(image, record.count, time.monotonic(), is_live)
        self._work.reading = self._worker.do(partial(read_image, self._images.base, image))
        return None

    def _step(self, work: _Work) -> Result | None:
        if work.reading is not None:
            return self._decode(work, work.reading) if work.reading.done() else None
        if work.decoding is not None and work.decoding.done():
            return self._show(work, work.decoding)
        if work.reducing is not None and work.reducing.done():
            return self._finish(work, work.reducing)
        if self.patience_s == 0.0:
            raise self._lost(work, "decode_timeout")
        return None

    def _decode(self, work: _Work, reading: Future[bytes]) -> Result | None:
        try:
            data = reading.result()
        except (FileNotFoundError, FileChanged):
            # Another event is on its way.
            return Result("nothing")
        except OSError as error:
            self._figures.preview_failed("unreadable")
            return Result("unreadable", f"{work.image.filename}: {error.strerror}", UNREADABLE_S)
        self._attempts.begin(work.image.seq)
        work.reading, work.since_s = None, time.monotonic()
        work.decoding = self._worker.do(partial(make_screen, data, self._sizes))
        return None

    def _show(self, work: _Work, decoding: Future[Screen]) -> Result | None:
        seq = work.image.seq
        try:
            screen = decoding.result()
        except Undecodable as error:
            return self._condemn(work.image, "undecodable", str(error))
        except MemoryError:
            raise self._lost(work, "out_of_memory") from None
        self._store.write(seq, "screen", screen.jpeg)
        self._made(work, "screen")
        work.decoding = None
        work.reducing = self._worker.do(partial(make_strip, screen, self._sizes))
        return None

    def _finish(self, work: _Work, reducing: Future[bytes]) -> Result:
        image = work.image
        try:
            strip = reducing.result()
        except Undecodable as error:
            return self._condemn(image, "undecodable", str(error))
        except MemoryError:
            raise self._lost(work, "out_of_memory") from None
        self._store.write(image.seq, "strip", strip)
        self._attempts.forget(image.seq)
        if self._catalog.image(image.seq) is None:
            # It went meanwhile, and whoever heard of that found nothing to delete yet.
            self._store.delete(image.seq)
            return Result("nothing")
        self._made(work, "strip")
        took_ms = round((time.monotonic() - work.since_s) * 1000)
        self._log.debug("preview_made", kind=image.kind, filename=image.filename, ms=took_ms)
        return Result("made")

    def _made(self, work: _Work, size: PreviewSize) -> None:
        self._ready(work.image.seq, size)
        self._figures.preview_made(work.image, size, time.time(), is_live=work.is_live)

    def _condemn(self, image: Image, reason: str, why: str) -> Result:
        self._figures.preview_failed(reason)
        self._store.mark_poison(image.seq, why)
        self._attempts.forget(image.seq)
        self._log.error("poison", kind=image.kind, filename=image.filename, why=why)
        return Result("poison", why)

    def _lost(self, work: _Work, how: str) -> DecoderLost:
        self._figures.preview_failed(how)
        with contextlib.suppress(OSError):
            self._attempts.blame(work.image.seq)
        self._log.error(
            how,
            kind=work.image.kind,
            filename=work.image.filename,
            limit_s=f"{self._limits.decode_timeout_s:g}",
            attempt=work.attempts + 1,
            most=self._limits.max_attempts,
        )
        return DecoderLost(how)

    def _take_back(self, work: _Work) -> None:
        if work.reading is None:
            with contextlib.suppress(OSError):
                self._attempts.take_back(work.image.seq)


def _failed(error: OSError | CatalogError) -> Result:
    return Result("failed", str(error), FAILED_S)
