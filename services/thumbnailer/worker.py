"""A thread beside the work loop for what may take long, so that the loop goes on beating."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Thread
from typing import TypeVar

Answer = TypeVar("Answer")


class Bell:
    """Wakes whoever polls `fd`; may be rung from another thread and from a signal handler.

    It is there as long as the process, because such a thread may be about to ring it.
    """

    def __init__(self) -> None:
        self.fd = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)

    def ring(self) -> None:
        os.eventfd_write(self.fd, 1)

    def hush(self) -> None:
        with contextlib.suppress(BlockingIOError):
            os.eventfd_read(self.fd)


class Worker:
    """Does one thing after the other and rings the bell after each.

    It is never waited for: a decoder that hangs ends with the process.
    """

    def __init__(self, bell: Bell) -> None:
        self._bell = bell
        self._orders: SimpleQueue[Callable[[], None]] = SimpleQueue()
        Thread(target=self._run, name="worker", daemon=True).start()

    def do(self, work: Callable[[], Answer]) -> Future[Answer]:
        """What comes of `work`, or what it raised, is in the future once it is done()."""
        future: Future[Answer] = Future()

        def order() -> None:
            try:
                future.set_result(work())
            except Exception as error:  # noqa: BLE001 - it is raised again where the result is looked at
                future.set_exception(error)

        self._orders.put(order)
        return future

    def _run(self) -> None:
        while True:
            self._orders.get()()
            self._bell.ring()
