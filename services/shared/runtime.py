"""What every service process does alike: one of its kind, dies with its parent, ends when told, says that it lives.

def main(runtime: Runtime) -> None:
    runtime.ready()                       # once it does its work
    while not runtime.stopping:
        ...                               # one turn of the work loop
        runtime.beat(seq=..., queue=...)  # from the loop itself, so that a hung loop falls silent

if __name__ == "__main__":
    run_service("watcher", "Image Receiver", SENTENCES, main)
"""

from __future__ import annotations

import argparse
import ctypes
import faulthandler
import fcntl
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from services.shared.bus import HintPort
from services.shared.errors import CoilcastError, EpochChanged, RoleTakenError, StateError
from services.shared.journal import is_journal, marked
from services.shared.logs import Logger, Sentences, make_logger
from services.shared.messages import Heartbeat, Hint
from services.shared.metrics.figures import Figures
from services.shared.settings import Settings, load_settings

PR_SET_PDEATHSIG = 1
"""prctl(2)."""

EXIT_EPOCH_CHANGED = 75
"""EX_TEMPFAIL of sysexits.h: start me again."""


class Runtime:
    """The process's surroundings, handed to its `main`."""

    def __init__(
        self, settings: Settings, service: str, instance: int, log: Logger, hears: tuple[type[Hint], ...]
    ) -> None:
        self.settings = settings
        self.service = service
        self.instance = instance
        self.name = f"{service}-{instance}"
        self.log = log
        self.stopping = False
        self.figures = Figures.of_process(settings.figures_dir, self.name)
        """What this process counts for Prometheus."""
        self.hints = HintPort(settings.run_dir, hears)
        self._is_ready = False
        self._last_beat_s = 0.0
        self._last: dict[str, Any] = {}
        self._on_stop: list[Callable[[], object]] = []

    def on_stop(self, callback: Callable[[], object]) -> None:
        """Call `callback` in the signal handler, to wake a loop that waits. It must only record or wake."""
        self._on_stop.append(callback)

    def stop(self, reason: str = "") -> None:
        """Ask the work loop to end; the signal handlers do the same."""
        if not self.stopping:
            self.stopping = True
            self.log.info("stopping", signal=reason)
            for callback in self._on_stop:
                callback()

    def ready(self) -> None:
        """The service does its work from now on."""
        if not self._is_ready:
            self._is_ready = True
            self.log.info("ready")
            self._say()

    def beat(self, *, seq: int = 0, queue: int = 0, **detail: Any) -> None:
        """Say that the work loop turns; cheap to call on every turn: it speaks once per heartbeat interval."""
        self._last = {"seq": seq, "queue": queue, "detail": detail}
        if self.is_beat_due():
            self._say()

    def is_beat_due(self) -> bool:
        """Whether beat() would speak now; for loops whose details cost something to gather."""
        return self.until_beat_s() <= 0

    def until_beat_s(self) -> float:
        """How long until beat() speaks again; a loop that waits longer seems to hang."""
        return self._last_beat_s + self.settings.supervision.heartbeat_interval_s - time.monotonic()

    def _say(self) -> None:
        self._last_beat_s = time.monotonic()
        self.hints.say(Heartbeat(name=self.name, pid=os.getpid(), ready=self._is_ready, **self._last))
        self.figures.tend(self.log)


def run_service(
    service: str,
    component: str,
    sentences: Sentences,
    main: Callable[[Runtime], None],
    hears: tuple[type[Hint], ...] = (),
) -> None:
    """Run `main` as the one process of its role and instance, then exit the process.

    Exit codes: 0 asked to end; 1 an error (logged); 2 settings, state folder or role (one line on stderr);
    75 the catalog was replaced.
    """
    faulthandler.enable()
    parser = argparse.ArgumentParser(prog=f"python -m services.{service}", description=f"coilcast {service}")
    parser.add_argument("--instance", type=int, default=0, help="number among the processes of this service (0)")
    instance = parser.parse_args().instance
    die_with_parent()
    try:
        settings = load_settings()
        settings.run_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = RoleLock(settings.run_dir, f"{service}-{instance}")
    except CoilcastError as error:
        text = f"{service}: {error}"
        sys.stderr.write((marked("error", text) if is_journal(sys.stderr) else text) + "\n")
        sys.exit(error.exit_code)
    log = make_logger(settings, component, sentences)
    runtime = Runtime(settings, service, instance, log, hears)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stopper(runtime))
    log.info("started", pid=os.getpid())
    code = _guarded(main, runtime)
    runtime.hints.close()
    runtime.figures.close()
    lock.release()
    sys.stdout.flush()
    sys.exit(code)


def die_with_parent() -> None:
    """End this process (SIGTERM) when its parent ends; at once if it already has. Linux only."""
    parent = os.getppid()
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != parent:
        sys.exit(0)


class RoleLock:
    """An exclusive lock on `<run>/<role>.lock`, with the holder's pid in it; the kernel drops it with the process.

    The file stays: unlinking a locked file would let two processes hold "the" lock. Raises RoleTakenError, StateError.
    """

    def __init__(self, run_dir: Path, role: str) -> None:
        path = run_dir / f"{role}.lock"
        try:
            self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StateError(
                f"{path} cannot be opened: {error.strerror}; check the rights of the state folder"
            ) from None
        if not _try_lock(self._fd, wait_s=1.0):
            pid = int(os.pread(self._fd, 20, 0) or b"0")
            os.close(self._fd)
            raise RoleTakenError(role, pid)
        try:
            # In place of the one before, which takes no block that a full disk does not have.
            os.pwrite(self._fd, b"%-20d" % os.getpid(), 0)
        except OSError:
            # The lock counts; whose it is only helps whoever asks.
            os.ftruncate(self._fd, 0)

    def release(self) -> None:
        os.close(self._fd)


def _try_lock(fd: int, wait_s: float) -> bool:
    """A killed predecessor's lock goes only when the kernel has taken it apart: a short wait, then no."""
    deadline = time.monotonic() + wait_s
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.005)


def _guarded(main: Callable[[Runtime], None], runtime: Runtime) -> int:
    try:
        main(runtime)
    except EpochChanged as error:
        runtime.log.warning("failed", error=str(error))
        return EXIT_EPOCH_CHANGED
    except CoilcastError as error:
        runtime.log.error("failed", error=str(error))
        return error.exit_code
    except Exception as error:
        runtime.log.exception("failed", error=f"{type(error).__name__}: {error}")
        return 1
    runtime.log.info("stopped")
    return 0


def _stopper(runtime: Runtime) -> Callable[[int, FrameType | None], None]:
    def stop(number: int, _: FrameType | None) -> None:
        runtime.stop(signal.Signals(number).name)

    return stop
