"""The processes themselves: started and ended through supervisord, watched through pidfds.

supervisord looks at its children once a second. A pidfd turns readable the moment its process dies, and any call makes
supervisord turn its loop at once; so a death is answered within milliseconds (docs/architecture.md).
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import time
from collections.abc import Iterable

from orchestrator.errors import SupervisordError, SupervisordFault
from orchestrator.supervisord import ALREADY_STARTED, Program, Supervisord, write_config
from orchestrator.topology import parse
from services.shared.settings import Settings

REAPED_WITHIN_S = 2.0
REAP_PAUSE_S = 0.002


class Children:
    """One pidfd for each process that runs; they are registered with `poller`."""

    def __init__(self, settings: Settings, poller: select.poll) -> None:
        self._run_dir = settings.run_dir
        self._logs = settings.logs
        self._supervisord = Supervisord(settings.run_dir)
        self._poller = poller
        self._fds: dict[str, int] = {}

    def found(self) -> dict[str, Program]:
        """What supervisord has, running or not. Raises SupervisordError."""
        return self._supervisord.programs()

    def launch(self, name: str) -> int:
        """Start a process and watch it; returns its pid. Raises SupervisordError when it cannot be started."""
        deadline_s = time.monotonic() + REAPED_WITHIN_S
        while True:
            try:
                self._supervisord.start(name)
                break
            except SupervisordFault as fault:
                if fault.code != ALREADY_STARTED:
                    raise
                if time.monotonic() > deadline_s:
                    break  # It is no corpse that waits to be reaped: somebody else has started it.
                time.sleep(REAP_PAUSE_S)
        pid = self._supervisord.program(name).pid
        if not pid or not self.watch(name, pid):
            raise SupervisordError(f"{name} ended at once")
        return pid

    def watch(self, name: str, pid: int) -> bool:
        """Have a pidfd on a process that runs; False when it is gone already."""
        self.forget(name)
        try:
            fd = os.pidfd_open(pid)
        except ProcessLookupError:
            return False
        self._fds[name] = fd
        self._poller.register(fd, select.POLLIN)
        return True

    def forget(self, name: str) -> None:
        """Watch it no longer."""
        fd = self._fds.pop(name, None)
        if fd is not None:
            self._poller.unregister(fd)
            os.close(fd)

    def named(self, fds: Iterable[int]) -> list[str]:
        """Whose pidfds these are: each of them has died."""
        names = {fd: name for name, fd in self._fds.items()}
        return [names[fd] for fd in fds if fd in names]

    def reaped(self, name: str) -> int:
        """With what code a process ended (-1: by a signal), once supervisord knows of it. Raises SupervisordError."""
        deadline_s = time.monotonic() + REAPED_WITHIN_S
        while True:
            program = self._supervisord.program(name)
            if program.ended:
                self.forget(name)
                return program.exit_code
            if time.monotonic() > deadline_s:
                raise SupervisordError(f"supervisord does not notice that {name} has ended")
            time.sleep(REAP_PAUSE_S)

    def stop(self, name: str) -> None:
        """Ask it to end (SIGTERM; supervisord kills it when it takes too long). Raises SupervisordError."""
        self._supervisord.stop(name)

    def abort(self, name: str) -> None:
        """SIGABRT: faulthandler writes the stack of a process that hangs into its log."""
        self._signal(name, signal.SIGABRT)

    def kill(self, name: str, pid: int) -> None:
        """SIGKILL to the process and to what it has started; works on a stopped one too."""
        if self._signal(name, signal.SIGKILL):
            # The pidfd took the signal: a moment ago the number was still this process's, and so its group's.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)

    def add(self, name: str) -> None:
        """Make a further process known to supervisord; it is not started yet. Raises SupervisordError."""
        write_config(self._run_dir, map(parse, [*self._supervisord.programs(), name]), self._logs)
        self._supervisord.add(name)

    def remove(self, name: str) -> None:
        """Make supervisord forget a process that has ended. Raises SupervisordError."""
        self.forget(name)
        self._supervisord.remove(name)
        write_config(self._run_dir, map(parse, self._supervisord.programs()), self._logs)

    def nudge(self) -> None:
        """Make supervisord turn its loop. Raises SupervisordError."""
        self._supervisord.nudge()

    def close(self) -> None:
        for name in list(self._fds):
            self.forget(name)

    def _signal(self, name: str, number: signal.Signals) -> bool:
        fd = self._fds.get(name)
        if fd is None:
            return False
        try:
            signal.pidfd_send_signal(fd, number)
        except ProcessLookupError:
            return False
        return True
