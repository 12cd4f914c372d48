"""`python -m orchestrator.supervisord_main`: the node itself. supervisord in this process, under the node's lock."""

from __future__ import annotations

import argparse
import os
import resource
import sys

from orchestrator import leftovers, supervisord
from orchestrator.topology import processes
from services.shared.errors import CoilcastError
from services.shared.metrics import folder as figures
from services.shared.runtime import RoleLock, die_with_parent
from services.shared.settings import Settings, load_settings


def main() -> None:
    """Until told to end. Exit codes: 0 asked to end; 2 it cannot start, with one line on stderr."""
    parser = argparse.ArgumentParser(prog="python -m orchestrator.supervisord_main")
    parser.add_argument("--foreground", action="store_true", help="end when the parent process does")
    parser.add_argument("--simulate", action="store_true", help="play a camera too")
    options = parser.parse_args()
    if options.foreground:
        die_with_parent()
    try:
        settings = load_settings()
        lock = _lock(settings)
        leftovers.clear(settings.run_dir)
        figures.make(settings.figures_dir)
        wanted = processes(settings, simulate=options.simulate)
        supervisord.write_config(settings.run_dir, wanted, settings.logs)
    except CoilcastError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(error.exit_code)
    os.chdir(settings.run_dir)
    _set_limits()
    try:
        supervisord.run()
    finally:
        leftovers.unlink_sockets(settings.run_dir)
        lock.release()


def _lock(settings: Settings) -> RoleLock:
    # The first file that this process opens: supervisord closes every descriptor from 5 on when it starts over (HUP),
    # and from 3 on in its children; so the lock lives exactly as long as supervisord does.
    settings.run_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = RoleLock(settings.run_dir, leftovers.NODE)
    settings.logs_dir.mkdir(parents=True, exist_ok=True)
    return lock


def _set_limits() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # A gateway holds a descriptor for each client.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # SIGABRT is there for a stack in the log, not for a core file.


if __name__ == "__main__":
    main()
