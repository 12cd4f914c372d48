"""systemd's journal: whether a stream leads there, and how a line tells it its priority (sd-daemon(3))."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TextIO

PRIORITIES = {"debug": 7, "info": 6, "warning": 4, "error": 3, "critical": 2}
"""Those of syslog(3)."""


def is_journal(stream: TextIO, env: Mapping[str, str] | None = None) -> bool:
    """Whether `stream` goes to the journal: JOURNAL_STREAM names its device and inode (systemd.exec(5)).

    That the variable is there says nothing: it is handed down to children whose output goes elsewhere.
    """
    named = (os.environ if env is None else env).get("JOURNAL_STREAM", "")
    if not named:
        return False
    try:
        found = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return named == f"{found.st_dev}:{found.st_ino}"


def marked(level: str, text: str) -> str:
    """`text` with the priority of `level` before each of its lines: each is an entry of its own."""
    mark = f"<{PRIORITIES.get(level, PRIORITIES['info'])}>"
    return "\n".join(mark + line for line in text.split("\n"))
