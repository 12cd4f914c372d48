"""Nodes of stand-in services; none leaves anything running."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.system.orchestrator.node import Node


@pytest.fixture
def make_node() -> Iterator[Callable[..., Node]]:
    """Makes nodes that are not started yet; in short folders, for the sake of their sockets."""
    made: list[tuple[Node, Path]] = []

    def make(**settings: str) -> Node:
        folder = Path(tempfile.mkdtemp(prefix="cc-"))
        made.append((Node(folder, **settings), folder))
        return made[-1][0]

    yield make
    for node, folder in made:
        node.end()
        shutil.rmtree(folder)


@pytest.fixture
def node(make_node: Callable[..., Node]) -> Node:
    """One node that is not started yet."""
    return make_node()


@pytest.fixture(scope="module")
def running() -> Iterator[Node]:
    """One node that runs, shared by the tests of a module; each leaves it as well as it found it."""
    folder = Path(tempfile.mkdtemp(prefix="cc-"))
    node = Node(folder)
    try:
        node.up()
        yield node
    finally:
        node.end()
        shutil.rmtree(folder)
