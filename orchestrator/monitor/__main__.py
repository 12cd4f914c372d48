"""`python -m orchestrator.monitor`: the monitor as a process, a child of supervisord."""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
import time
from types import FrameType

from orchestrator.monitor.delivery.wording import LOG as DELIVERY
from orchestrator.monitor.loop import Monitor
from orchestrator.topology import MONITOR
from orchestrator.wording import MONITOR as SENTENCES
from services.shared.errors import CoilcastError
from services.shared.logs import Logger, make_logger
from services.shared.runtime import RoleLock, die_with_parent
from services.shared.settings import Settings, load_settings

HANG_S = 10.0
"""Nobody listens for the monitor's heartbeat: a loop that stands still for so long writes its stack and ends itself,
and supervisord starts it anew."""


def main() -> None:
    """Until told to stop. Exit codes as those of a service (`services.shared.runtime`)."""
    faulthandler.enable()
    die_with_parent()
    try:
        settings = load_settings()
        lock = RoleLock(settings.run_dir, MONITOR)
        log = make_logger(settings, "Monitor", {**SENTENCES, **DELIVERY})
        _watch_over(settings, log)
    except CoilcastError as error:
        sys.stderr.write(f"{MONITOR}: {error}\n")
        sys.exit(error.exit_code)
    lock.release()


def _watch_over(settings: Settings, log: Logger) -> None:
    monitor = Monitor(settings, log)

    def stop(number: int, _: FrameType | None) -> None:
        log.info("stopping", signal=signal.Signals(number).name)
        monitor.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    log.info("started", pid=os.getpid())
    monitor.start()
    armed_s = 0.0
    while not monitor.stopping:
        if time.monotonic() - armed_s > 1.0:
            armed_s = time.monotonic()
            faulthandler.dump_traceback_later(HANG_S, exit=True)
        monitor.turn()
    faulthandler.cancel_dump_traceback_later()
    monitor.close()
    log.info("stopped")


if __name__ == "__main__":
    main()
