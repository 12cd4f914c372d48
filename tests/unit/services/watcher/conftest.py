"""What the watcher's unit tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.watching import Bed


@pytest.fixture
def bed(tmp_path: Path) -> Iterator[Bed]:
    """A folder whose every file is news."""
    bed = Bed(tmp_path)
    yield bed
    bed.close()
