"""What the tests with real processes share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.system.support.watcher import Watcher, short_folder

MakeWatcher = Callable[..., Watcher]


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
