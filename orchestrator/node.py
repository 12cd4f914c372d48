"""A node seen from outside: whether it runs, starting it, ending it in order."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from orchestrator import leftovers, sd_notify
from orchestrator.errors import NotRunning, SupervisordError, SupervisordFault
from orchestrator.supervisord import SHUTTING_DOWN, Program, Supervisord
from orchestrator.topology import MONITOR, stop_stages
from services.shared.errors import RoleTakenError, StateError
from services.shared.runtime import RoleLock
from services.shared.settings import Settings

STAGE_ENDS_WITHIN_S = 0.8
"""Then it is killed: with the monitor and four stages everything is over within 5 s whatever hangs."""

SUPERVISORD_ENDS_WITHIN_S = 1.0
RPC_TIMEOUT_S = 1.0
_POLL_S = 0.005


def running_pid(settings: Settings) -> int | None:
    """The pid of the node on this state folder, None when there is none."""
    return leftovers.holder(settings.run_dir, leftovers.NODE)


def require_running(settings: Settings) -> int:
    """The pid of the node on this state folder. Raises NotRunning."""
    pid = running_pid(settings)
    if pid is None:
        raise NotRunning(f"no node runs on {settings.state}; start one: `service-orchestrator up`")
    return pid


def make_way(settings: Settings) -> None:
    """Clear what an earlier node left. Raises StateError when one still runs here, or a service by itself."""
    pid = running_pid(settings)
    if pid is not None:
        raise StateError(
            f"a node runs on {settings.state} already (pid {pid}); end it: `service-orchestrator down`, "
            "or give this one another COILCAST_STATE_PATH"
        )
    if settings.run_dir.is_dir():
        tidy(settings)


class Launched:
    """The supervisord that start() started."""

    def __init__(self, process: subprocess.Popen[bytes], errors: IO[bytes]) -> None:
        self._process = process
        self._errors = errors
        self.pid = process.pid

    def code(self) -> int | None:
        """Its exit code, negative for a signal; None while it runs."""
        return self._process.poll()

    def complaint(self) -> str:
        """The line on stderr that says why: the last one, but for the hint at its help that supervisord puts there."""
        self._errors.seek(0)
        lines = self._errors.read().decode("utf-8", "replace").strip().splitlines()
        telling = [line for line in lines if not line.startswith("For help, use ")]
        return telling[-1] if telling else "supervisord ended without a word"


def start(settings: Settings, env: Mapping[str, str], *, simulate: bool, detach: bool) -> Launched:
    """Start supervisord, detached or bound to this process; returns at once. `env` is what the node sees."""
    arguments = ["--simulate"] * simulate + ["--foreground"] * (not detach)
    errors = tempfile.TemporaryFile()  # noqa: SIM115 - Launched reads it
    # A session of its own: Ctrl-C and a closed terminal reach whoever started it, who then ends it in order.
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "orchestrator.supervisord_main", *arguments],
        env=environment(settings, env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=errors,
        start_new_session=True,
    )
    return Launched(process, errors)


def environment(settings: Settings, env: Mapping[str, str]) -> dict[str, str]:
    """What the services see: `env` with every relative path made absolute, as they start elsewhere.

    Without PYTHONDONTWRITEBYTECODE, which containers often set: whoever is killed would have to compile everything
    before it is back. And without what only whoever systemd has started may use.
    """
    dropped = ("PYTHONDONTWRITEBYTECODE", *sd_notify.NAMES)
    fixed = {name: value for name, value in env.items() if name not in dropped}
    fixed["COILCAST_STATE_PATH"] = str(settings.state.absolute())
    fixed["COILCAST_IMAGES_BASE_PATH"] = str(settings.images.base.absolute())
    if fixed.get("COILCAST_CONFIG"):
        fixed["COILCAST_CONFIG"] = str(Path(fixed["COILCAST_CONFIG"]).absolute())
    return fixed


def wake(settings: Settings) -> bool:
    """Make a supervisord that has just started turn its loop, and start the monitor; False while it has no socket."""
    try:
        Supervisord(settings.run_dir, RPC_TIMEOUT_S).nudge()
    except SupervisordError:
        return False
    return True


def stop(settings: Settings, pid: int) -> None:
    """End the node whose supervisord is `pid`: the monitor first, which would bring the rest back, then the stages."""
    try:
        pidfd = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        _stop_services(Supervisord(settings.run_dir, RPC_TIMEOUT_S))
    except SupervisordError:
        # It has no socket yet, or it hangs itself. Its children end with it, whichever way it goes.
        _signal(pidfd, signal.SIGTERM)
    if not _is_over(pidfd, SUPERVISORD_ENDS_WITHIN_S):
        _signal(pidfd, signal.SIGKILL)
        _is_over(pidfd, SUPERVISORD_ENDS_WITHIN_S)
    os.close(pidfd)
    tidy(settings)


def tidy(settings: Settings) -> None:
    """See to it that nothing is left of a node that has ended, however it did."""
    try:
        lock = RoleLock(settings.run_dir, leftovers.NODE)
    except RoleTakenError:
        return  # Somebody has started a node meanwhile; what is there now is theirs.
    try:
        leftovers.clear(settings.run_dir)
    finally:
        lock.release()


def _stop_services(supervisord: Supervisord) -> None:
    _stop_stage(supervisord, [MONITOR])
    for stage in stop_stages(supervisord.programs()):
        _stop_stage(supervisord, stage)
    try:
        supervisord.shutdown()
    except SupervisordFault as fault:
        if fault.code != SHUTTING_DOWN:
            raise


def _stop_stage(supervisord: Supervisord, names: Sequence[str]) -> None:
    for name in names:
        supervisord.stop(name)
    deadline_s = time.monotonic() + STAGE_ENDS_WITHIN_S
    killed = False
    while living := [program for program in _programs(supervisord, names) if not program.ended]:
        if time.monotonic() > deadline_s and not killed:
            killed = True
            for program in living:
                supervisord.kill(program.name)
        elif time.monotonic() > deadline_s + STAGE_ENDS_WITHIN_S:
            return  # Not even SIGKILL ends what hangs in the kernel; supervisord goes without it.
        time.sleep(_POLL_S)


def _programs(supervisord: Supervisord, names: Sequence[str]) -> list[Program]:
    return [supervisord.program(name) for name in names]


def _signal(pidfd: int, number: signal.Signals) -> None:
    try:
        signal.pidfd_send_signal(pidfd, number)
    except ProcessLookupError:
        return


def _is_over(pidfd: int, timeout_s: float) -> bool:
    return bool(select.select([pidfd], [], [], timeout_s)[0])
