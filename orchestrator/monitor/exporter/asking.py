"""A question that may never be answered, as by a disk that hangs: asked in a thread that nobody has to wait for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class Asked(Generic[Answer]):
    """One question. While an answer to it is waited for in vain, it is not asked again. For one asker at a time."""

    def __init__(self, question: Callable[[], Answer]) -> None:
        self._question = question
        self._thread: threading.Thread | None = None

    def ask(self, patience_s: float) -> Answer | None:
        """None when there is no answer in time. Raises what the question raises."""
        if self._thread is not None and self._thread.is_alive():
            return None
        answers: list[Answer] = []
        errors: list[Exception] = []

        def run() -> None:
            try:
                answers.append(self._question())
            except Exception as error:  # noqa: BLE001 - raised again where the answer is waited for
                errors.append(error)

        self._thread = threading.Thread(target=run, name="asked", daemon=True)
        self._thread.start()
        self._thread.join(patience_s)
        if errors:
            raise errors[0]
        return answers[0] if answers else None
