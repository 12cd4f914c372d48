"""logs: what the processes wrote, and what they go on writing."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import click

from orchestrator.cli.context import Invocation, pass_invocation
from orchestrator.errors import CommandFailed

LOOK_EVERY_S = 0.2
BLOCK_BYTES = 1 << 16


@click.command()
@click.argument("service")
@click.option("-f", "--follow", is_flag=True, help="Go on as lines come, until Ctrl-C.")
@click.option("-n", "--lines", default=50, show_default=True, type=click.IntRange(min=0), help="So many of the last.")
@pass_invocation
def logs(invocation: Invocation, service: str, follow: bool, lines: int) -> None:
    """Show the log of SERVICE; works while the node is down, too.

    서비스의 로그를 보임.

    SERVICE is a service (all its processes), one process such as gateway-1, monitor or supervisord.

    \b
    Examples
      service-orchestrator logs watcher
      service-orchestrator logs gateway -f
      service-orchestrator logs supervisord -n 200
    """
    folder = invocation.settings().logs_dir
    paths = _paths(folder, service)
    for path in paths:
        for line in last_lines(path, lines):
            _show(path, line, paths)
    if follow:
        for path, line in _followed(paths):
            _show(path, line, paths)


def last_lines(path: Path, count: int) -> list[bytes]:
    """The last `count` lines, read from the end."""
    if count == 0:
        return []
    with path.open("rb") as file:
        left = file.seek(0, os.SEEK_END)
        tail = b""
        while left > 0 and tail.count(b"\n") <= count:
            block = min(BLOCK_BYTES, left)
            left -= block
            file.seek(left)
            tail = file.read(block) + tail
    return tail.splitlines()[-count:]


class Tail:
    """Whole lines that are appended from now on, across rotation."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("rb")
        self._file.seek(0, os.SEEK_END)
        self._rest = b""

    def lines(self) -> list[bytes]:
        """What has come since the last call."""
        grown = self._rest + self._file.read()
        if self._was_rotated():
            grown += self._file.read()
            self._file.close()
            self._file = self._path.open("rb")
            grown += self._file.read()
        *whole, self._rest = grown.split(b"\n")
        return whole

    def _was_rotated(self) -> bool:
        try:
            now = self._path.stat()
        except FileNotFoundError:
            return False  # Between its renaming and the new file; the next look sees that one.
        own = os.fstat(self._file.fileno())
        return (now.st_dev, now.st_ino) != (own.st_dev, own.st_ino)


def _paths(folder: Path, service: str) -> list[Path]:
    present = sorted(folder.glob("*.log"))
    found = [path for path in present if service in (path.stem, path.stem.rpartition("-")[0])]
    if not found:
        known = ", ".join(path.stem for path in present) or "none yet"
        raise CommandFailed(f"there is no log of {service} in {folder}; there are: {known}")
    return found


def _followed(paths: list[Path]) -> Iterator[tuple[Path, bytes]]:
    tails = {path: Tail(path) for path in paths}
    while True:
        for path, tail in tails.items():
            for line in tail.lines():
                yield path, line
        time.sleep(LOOK_EVERY_S)


def _show(path: Path, line: bytes, paths: list[Path]) -> None:
    text = line.decode("utf-8", "replace")
    click.echo(f"{path.stem}: {text}" if len(paths) > 1 else text)
