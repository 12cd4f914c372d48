"""What was given to clients and what they show: noted in the event loop, written once a second by a thread.

Nothing here is on an image's way: a disk that is full or a file that is damaged costs figures, and nothing else.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from pathlib import Path

from services.gateway.paints import Paints
from services.shared.deliveries import Delivery, DeliveryWriter
from services.shared.errors import DatabaseError
from services.shared.logs import Logger
from services.shared.messages import Image
from services.shared.metrics.figures import Figures

WRITE_EVERY_S = 1.0

MOST_UNWRITTEN = 10_000
"""While the file cannot be written, the latest are kept for when it can."""

GOODBYE_S = 1.0
"""So long the last ones may take when the gateway ends."""


class Deliveries:
    """One gateway's. All but the thread's part is called in the event loop and returns at once."""

    def __init__(self, path: Path, epoch: str, log: Logger, figures: Figures) -> None:
        self._paints = Paints()
        self._log = log
        self._figures = figures
        self._telling = 0, 0.0
        self._noted: deque[Delivery] = deque(maxlen=MOST_UNWRITTEN)
        self._again_s = 0.0
        self._due = threading.Event()
        self._is_closing = False
        self._thread: threading.Thread | None = None
        # The thread's own.
        self._writer = DeliveryWriter(path, epoch)
        self._unwritten: list[Delivery] = []
        self._failure = ""

    def telling(self, seq: int, committed_at_s: float) -> None:
        """Clients are about to be told of an image that was committed then; 0 where nobody knows when."""
        self._telling = seq, time.time() - committed_at_s if committed_at_s else 0.0

    def pushed(self, image: Image, at_ms: int) -> None:
        """The image is given to a client."""
        delivery = self._paints.pushed(image, at_ms)
        if delivery is not None:
            self._noted.append(delivery)
            seq, since_commit_s = self._telling
            self._figures.pushed(image, at_ms, since_commit_s if seq == image.seq and since_commit_s else None)

    def painted(self, seq: int, at_ms: float) -> None:
        """A client says that it shows the image."""
        before = self._paints.sent(seq)
        delivery = self._paints.painted(seq, at_ms)
        if delivery is None or before is None or delivery.painted_at_ms is None:
            return
        self._noted.append(delivery)
        if before.delivery.painted_at_ms is None:
            self._figures.painted(before.kind, before.written_at_ms, delivery.pushed_at_ms, delivery.painted_at_ms)

    def find(self, seq: int) -> Delivery | None:
        """One of the last images, as far as this gateway knows; what others know is in the file."""
        return self._paints.find(seq)

    def summary(self) -> dict[str, float]:
        """How long the last images took to the screens."""
        return self._paints.summary()

    def tend(self) -> None:
        """Called once in a while: have written what there is. Not by each image, whose way a thread would cross."""
        now_s = time.monotonic()
        if self._noted and now_s >= self._again_s:
            self._again_s = now_s + WRITE_EVERY_S
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="deliveries", daemon=True)
                self._thread.start()
            self._due.set()

    def close(self) -> None:
        """Writes what is left, unless the disk does not answer."""
        self._again_s = 0.0
        self.tend()
        if self._thread is not None:
            self._is_closing = True
            self._due.set()
            self._thread.join(GOODBYE_S)

    # What follows runs in the thread.

    def _run(self) -> None:
        is_last = False
        while not is_last:
            self._due.wait()
            self._due.clear()
            # Looked at first: what was noted before the end is written after it.
            is_last = self._is_closing
            self._write()
        self._writer.close()

    def _write(self) -> None:
        while self._noted:
            self._unwritten.append(self._noted.popleft())
        del self._unwritten[:-MOST_UNWRITTEN]
        if not self._unwritten:
            return
        try:
            self._writer.write(self._unwritten)
        except DatabaseError as error:
            # Said once: what follows of the same is tried again with the next images.
            if not self._failure:
                self._log.error("deliveries_failed", error=str(error))
            self._failure = str(error)
        else:
            self._failure = ""
            self._unwritten.clear()
