"""What the tests with real processes share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.system.support.gateway import Gateway
from tests.system.support.watcher import Watcher, short_folder

MakeWatcher = Callable[..., Watcher]
MakeGateway = Callable[..., Gateway]


@pytest.fixture
def make_watcher() -> Iterator[MakeWatcher]:
    """A watcher's surroundings; its process is not started yet."""
    with ExitStack() as stack:

        def make(**options: object) -> Watcher:
            watcher = Watcher(stack.enter_context(short_folder()), **options)  # type: ignore[arg-type]
            stack.callback(watcher.close)
            return watcher

        yield make


@pytest.fixture
def watcher(make_watcher: MakeWatcher) -> Watcher:
    """A watcher that is ready, over two empty folders."""
    watcher = make_watcher()
    watcher.make_folders()
    watcher.start()
    return watcher


@pytest.fixture
def make_gateway(watcher: Watcher) -> Iterator[MakeGateway]:
    """Gateways on the node of `watcher`; a started one is ready, `started=False` leaves it to the test."""
    with ExitStack() as stack:

        def make(*, started: bool = True, **options: object) -> Gateway:
            gateway = Gateway(watcher, **options)  # type: ignore[arg-type]
            stack.callback(gateway.close)
            if started:
                gateway.start()
            return gateway

        yield make


@pytest.fixture
def gateway(make_gateway: MakeGateway) -> Gateway:
    """One gateway that is ready."""
    return make_gateway()
