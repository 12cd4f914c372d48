"""A thread that does what it is given, in order. One that hangs holds up nobody, not even the end of this process."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

Answer = TypeVar("Answer")
_Work = tuple[Future[Any], Callable[..., Any], tuple[Any, ...]]


class Lane:
    """The thread begins with its first work. Used from one thread, which is another."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._waiting: queue.SimpleQueue[_Work | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def submit(self, work: Callable[..., Answer], *arguments: Any) -> Future[Answer]:
        """Have it done once all that was given before is done."""
        done: Future[Answer] = Future()
        self._waiting.put((done, work, arguments))
        if self._thread is None:
            # No pool: the interpreter would wait for its threads at the end, and a disk may hang for ever.
            self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            self._thread.start()
        return done

    def close(self) -> None:
        """Nothing more will be given; returns at once."""
        self._waiting.put(None)

    def has_ended(self, patience_s: float) -> bool:
        """Whether after close() everything is done, at the latest by then."""
        if self._thread is None:
            return True
        self._thread.join(patience_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while (given := self._waiting.get()) is not None:
            done, work, arguments = given
            try:
                done.set_result(work(*arguments))
            except BaseException as error:  # noqa: BLE001
                done.set_exception(error)
            # Kept until the next work comes, it would keep an upload's bytes.
            del given, done, work, arguments
