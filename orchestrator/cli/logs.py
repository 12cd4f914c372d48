"""logs: what the processes wrote, and what they go on writing."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

import click

from orchestrator.cli.context import Invocation, pass_invocation
from orchestrator.cli.tail import Tail, last_lines
from orchestrator.errors import CommandFailed

LOOK_EVERY_S = 0.2


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


def _paths(folder: Path, service: str) -> list[Path]:
    present = sorted(folder.glob("*.log"))
    found = [path for path in present if service in (path.stem, path.stem.rpartition("-")[0])]
    if not found:
        known = ", ".join(path.stem for path in present) or "none yet"
        raise CommandFailed(f"there is no log of {service} in {folder}; there are: {known}")
    return found


def _followed(paths: list[Path]) -> Iterator[tuple[Path, bytes]]:
    with contextlib.ExitStack() as stack:
        tails = {path: stack.enter_context(contextlib.closing(Tail(path))) for path in paths}
        while True:
            for path, tail in tails.items():
                for line in tail.lines():
                    yield path, line
            time.sleep(LOOK_EVERY_S)


def _show(path: Path, line: bytes, paths: list[Path]) -> None:
    text = line.decode("utf-8", "replace")
    click.echo(f"{path.stem}: {text}" if len(paths) > 1 else text)
