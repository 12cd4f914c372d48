"""`python -m services.gateway`: a gateway as a process."""

from __future__ import annotations

import asyncio
from functools import partial

import uvloop

from services.gateway.node import Gateway
from services.gateway.wording import SENTENCES
from services.shared.catalog import CatalogReader
from services.shared.errors import CatalogMissing
from services.shared.messages import Health, PreviewReady
from services.shared.runtime import Runtime, run_service

ASK_AGAIN_S = 0.1


def main(runtime: Runtime) -> None:
    """Until told to stop. Raises EpochChanged, StateError, CatalogError."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(runtime))


async def _serve(runtime: Runtime) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    # In a signal handler: only the loop itself may touch the event.
    runtime.on_stop(partial(loop.call_soon_threadsafe, stopped.set))
    if runtime.stopping:
        stopped.set()
    told = ""
    while not stopped.is_set():
        try:
            catalog = CatalogReader(runtime.settings.catalog_path)
        except CatalogMissing as error:
            if str(error) != told:
                told = str(error)
                runtime.log.warning("no_catalog", error=told)
            runtime.beat()
            await asyncio.sleep(ASK_AGAIN_S)
            continue
        try:
            await Gateway(runtime, catalog).serve(stopped, is_new=bool(told))
        finally:
            catalog.close()


if __name__ == "__main__":
    run_service("gateway", "Image Receiver", SENTENCES, main, hears=(Health, PreviewReady))
