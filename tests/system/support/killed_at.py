"""A watcher, gateway or janitor that is killed at a moment which nobody outside of it could hit.

`python -m tests.system.support.killed_at MOMENT python -m services.watcher --instance 0`: the real service in this
process, until it comes to that moment for the first time.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
from collections.abc import Callable, Sequence
from typing import Any

from services.gateway.link import StreamLink
from services.janitor.folders import ImageFolder
from services.shared.catalog import CatalogWriter
from services.shared.events import EventPublisher
from services.shared.messages import Event, Published


def now() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def before_the_commit() -> None:
    """The events are written, their transaction is not committed."""
    log: Callable[[CatalogWriter, Sequence[Event]], None] = CatalogWriter._log

    def write(catalog: CatalogWriter, events: Sequence[Event]) -> None:
        log(catalog, events)
        if events:
            now()

    CatalogWriter._log = write  # type: ignore[method-assign, assignment]


def after_the_commit() -> None:
    """The transaction is committed, nobody was told."""

    def publish(_: EventPublisher, message: Published) -> None:
        if message.events:
            now()

    EventPublisher.publish = publish  # type: ignore[method-assign, assignment]


def after_the_word() -> None:
    """The message was handed to the bus, and may or may not be on its way."""
    tell = EventPublisher.publish

    def publish(publisher: EventPublisher, message: Published) -> None:
        tell(publisher, message)
        if message.events:
            now()

    EventPublisher.publish = publish  # type: ignore[method-assign, assignment]


def half_told() -> None:
    """One client was sent the image, the next was not."""
    push = StreamLink.push
    told: list[StreamLink] = []

    def send(link: StreamLink, frame: bytes) -> None:
        if b'"image_update"' in frame:
            if told:
                now()
            told.append(link)
        push(link, frame)

    StreamLink.push = send  # type: ignore[method-assign, assignment]


def between_the_halves() -> None:
    """One half of a frame is deleted, the other is not."""
    unlink = ImageFolder.unlink

    def then_die(folder: ImageFolder, filename: str) -> None:
        unlink(folder, filename)
        if not filename.startswith("."):
            now()

    ImageFolder.unlink = then_die  # type: ignore[method-assign, assignment]


MOMENTS: dict[str, Callable[[], Any]] = {
    moment.__name__: moment
    for moment in (before_the_commit, after_the_commit, after_the_word, half_told, between_the_halves)
}

if __name__ == "__main__":
    MOMENTS[sys.argv[1]]()
    service = sys.argv[sys.argv.index("-m") + 1]
    sys.argv = [service, *sys.argv[sys.argv.index(service) + 1 :]]
    runpy.run_module(service, run_name="__main__")
