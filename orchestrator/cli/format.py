"""Durations and tables as text."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from services.shared.logs import printable


def duration(seconds: float) -> str:
    """`42 s`, `3 min`, `2 h 5 min`, `4 d 7 h`."""
    whole = max(0, int(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min"
    if whole < 86400:
        return f"{whole // 3600} h {whole % 3600 // 60} min"
    return f"{whole // 86400} d {whole % 86400 // 3600} h"


def age(now_ms: int, at_ms: int) -> str:
    """How long ago `at_ms` was."""
    return duration((now_ms - at_ms) / 1000)


def printed(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table as plain lines: Korean is two columns wide, and no cell can break a line."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for head in heads:
        table.add_column(head, no_wrap=True, overflow="ignore")
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    # As wide as it needs to be: what is piped or grepped must not be cut.
    console = Console(file=io.StringIO(), width=10_000, color_system=None)
    console.print(table)
    assert isinstance(console.file, io.StringIO)
    return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines())
