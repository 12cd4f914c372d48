"""`python -m services.thumbnailer --instance N`: one thumbnailer as a process."""

from __future__ import annotations

import contextlib
import os
import select
import sys

from services.shared.catalog import CatalogReader
from services.shared.errors import CatalogMissing
from services.shared.follow import Follower
from services.shared.messages import PreviewWanted
from services.shared.runtime import Runtime, run_service
from services.thumbnailer.claims import Claims
from services.thumbnailer.loop import Thumbnailer
from services.thumbnailer.maker import DecoderLost
from services.thumbnailer.render import guard
from services.thumbnailer.wording import SENTENCES
from services.thumbnailer.worker import Bell

CATALOG_EVERY_S = 0.2


def main(runtime: Runtime) -> None:
    """Until told to stop. Raises EpochChanged, CatalogError when there is a catalog and it cannot be opened."""
    guard(runtime.settings.images.max_megapixels * 1_000_000)
    bell = Bell()
    runtime.on_stop(bell.ring)
    with contextlib.ExitStack() as stack:
        claims = Claims(runtime.settings.run_dir)
        stack.callback(claims.close)
        catalog = _catalog(runtime, bell)
        if catalog is None:
            return
        stack.callback(catalog.close)
        on_gap = runtime.figures.gap_repaired
        follower = Follower(catalog, runtime.settings.run_dir, catalog.head(), on_gap)
        stack.callback(follower.close)
        _work(runtime, Thumbnailer(runtime, catalog, follower, claims, bell))


def _catalog(runtime: Runtime, bell: Bell) -> CatalogReader | None:
    """Wait until the watcher has made it; None when told to stop before."""
    is_told = False
    while not runtime.stopping:
        try:
            return CatalogReader(runtime.settings.catalog_path)
        except CatalogMissing as error:
            if not is_told:
                runtime.log.info("no_catalog", error=str(error))
            is_told = True
        runtime.beat()
        select.select([bell.fd], [], [], CATALOG_EVERY_S)
    return None


def _work(runtime: Runtime, thumbnailer: Thumbnailer) -> None:
    thumbnailer.start()
    runtime.ready()
    try:
        while not runtime.stopping:
            thumbnailer.turn()
    except DecoderLost:
        # The thread that hangs in the decoder cannot be ended, and nothing on the way out may wait for it.
        sys.stdout.flush()
        os._exit(1)
    finally:
        thumbnailer.interrupt()


if __name__ == "__main__":
    run_service("thumbnailer", "Thumbnailer", SENTENCES, main, hears=(PreviewWanted,))
