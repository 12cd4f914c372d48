"""`python -m services.watcher`: the watcher as a process."""

from __future__ import annotations

import sys

from services.shared.catalog import CatalogWriter
from services.shared.events import EventPublisher
from services.shared.runtime import Runtime, run_service
from services.watcher.inbox import Inbox
from services.watcher.loop import Watcher
from services.watcher.observer import Observer
from services.watcher.recount import recount
from services.watcher.wording import SENTENCES

SWITCH_INTERVAL_S = 0.0005
"""The work loop gets the interpreter from a polling thread this soon; Python's default is 5 ms."""


def main(runtime: Runtime) -> None:
    """Until told to stop. Raises CatalogError when the catalog cannot be opened or is damaged."""
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    inbox = Inbox()
    catalog = CatalogWriter(runtime.settings.catalog_path, runtime.settings.node_name, runtime.beat)
    recount(runtime.figures, catalog, runtime.settings)
    publisher = EventPublisher(runtime.settings.run_dir)
    observer = Observer(inbox, runtime.settings.watch.poll_interval_s)
    runtime.on_stop(observer.wake)
    watcher = Watcher(runtime, catalog, publisher, inbox, observer)
    try:
        watcher.start()
        if not runtime.stopping:
            runtime.ready()
        while not runtime.stopping:
            watcher.turn()
    finally:
        watcher.end()
        observer.close()
        publisher.close()
        catalog.close()


if __name__ == "__main__":
    run_service("watcher", "Image Receiver", SENTENCES, main)
