"""`python -m services.janitor`: retention as a process."""

from __future__ import annotations

import os
import select
import sys
import time

from services.janitor.render import guard
from services.janitor.report import Report
from services.janitor.wording import REASONS, SENTENCES
from services.janitor.worker import Worker
from services.shared.messages import Heartbeat
from services.shared.phrases import phrases
from services.shared.runtime import Runtime, run_service

TURN_S = 0.5
END_WITHIN_S = 2.0
"""What is under way when the process is told to end has so long; it may be cut off at any point without harm."""

ENCODE_LIMIT_S = 60.0

HANGS_S = 60.0
"""Nothing that is done at once takes so long on storage that answers."""


def main(runtime: Runtime) -> None:
    """Until told to stop."""
    guard(runtime.settings.images.max_megapixels * 1_000_000)
    report = Report(runtime.log, runtime.figures, phrases(runtime.settings.node.language, REASONS))
    worker = Worker(runtime, report)
    poll = select.poll()
    poll.register(runtime.hints.fd, select.POLLIN)
    wake_fd = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
    poll.register(wake_fd, select.POLLIN)
    runtime.on_stop(lambda: os.eventfd_write(wake_fd, 1))
    withheld: dict[str, str] = {}
    worker.start()
    runtime.ready()
    while not runtime.stopping and worker.is_alive():
        poll.poll(1000 * min(TURN_S, runtime.settings.supervision.heartbeat_interval_s))
        for hint in runtime.hints.drain():
            if isinstance(hint, Heartbeat):
                _hear(hint, worker, withheld)
        if time.monotonic() - worker.turned_s > HANGS_S:
            report.hangs(HANGS_S)
        report.withheld("; ".join(filter(None, withheld.values())))
        runtime.beat(**report.detail())
        if worker.encoding_since_s is not None and time.monotonic() - worker.encoding_since_s > ENCODE_LIMIT_S:
            # The thread cannot be ended; its successor goes on behind that image.
            runtime.log.error("decoder_lost", limit_s=f"{ENCODE_LIMIT_S:g}")
            sys.stdout.flush()
            os._exit(1)
    worker.end()
    worker.join(END_WITHIN_S)
    report.say()
    if worker.failed is not None:
        raise worker.failed


def _hear(beat: Heartbeat, worker: Worker, withheld: dict[str, str]) -> None:
    """What the watcher and the thumbnailers would have to remove, and do not, as it would be more than half."""
    if beat.name.startswith("watcher-"):
        worker.watched = beat.detail.get("modes", worker.watched)
    if beat.name.startswith(("watcher-", "thumbnailer-")):
        withheld[beat.name] = str(beat.detail.get("withheld") or "")


if __name__ == "__main__":
    run_service("janitor", "Janitor", SENTENCES, main, hears=(Heartbeat,))
