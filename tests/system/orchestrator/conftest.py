"""Nodes of stand-in services; none leaves anything running."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.system.orchestrator.node import Node


@pytest.fixture
def make_node() -> Iterator[Callable[..., Node]]:
    """Makes nodes that are not started yet."""
    with ExitStack() as stack:
        yield lambda **settings: stack.enter_context(_made(**settings))


@pytest.fixture
def node(make_node: Callable[..., Node]) -> Node:
    """One node that is not started yet."""
    return make_node()


@pytest.fixture(scope="module")
def running() -> Iterator[Node]:
    """One node that runs, shared by the tests of a module; each leaves it as well as it found it."""
    with _made() as node:
        node.up()
        yield node


@contextmanager
def _made(**settings: str) -> Iterator[Node]:
    """A node in a short folder, for the sake of its sockets; both are gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix="cc-"))
    node = Node(folder, **settings)
    try:
        yield node
    finally:
        try:
            node.end()
        finally:
            shutil.rmtree(folder)
