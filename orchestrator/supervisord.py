"""supervisord: its configuration and its XML-RPC. Nothing else knows supervisord."""

from __future__ import annotations

import http.client
import os
import shlex
import socket
import sys
import xmlrpc.client
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from orchestrator.errors import SupervisordError, SupervisordFault
from orchestrator.topology import MONITOR, STOP_STAGES, Process
from services.shared.settings import Logs

CONFIG = "supervisord.conf"
SOCKET = "supervisor.sock"
PID_FILE = "supervisord.pid"

SHUTTING_DOWN: Final = 6
ALREADY_STARTED: Final = 60
NOT_RUNNING: Final = 70
ALREADY_ADDED: Final = 90
STILL_RUNNING: Final = 91

_ENDED_STATES = frozenset({0, 100, 200})
"""STOPPED, EXITED, FATAL: there is no process, and supervisord knows it."""

_BACKOFF_STATE = 30


@dataclass(frozen=True)
class Program:
    """What supervisord knows of one process."""

    name: str
    pid: int
    ended: bool
    """There is no process and supervisord has noticed. A dead one that it has not reaped yet is not ended."""
    exit_code: int
    """Of the last run; -1 when a signal ended it."""
    started_ms: int
    """Unix ms; 0 when it never ran."""


def config_text(processes: Iterable[Process], logs: Logs) -> str:
    """The configuration. Paths are relative to the run folder, supervisord's working directory.

    So no path that somebody chose is in it, where `%`, ` ;` and ` #` would have a meaning.
    """
    sections = [_base(logs), _monitor(logs)] + [_service(process, logs) for process in processes]
    return "\n".join(sections)


def write_config(run_dir: Path, processes: Iterable[Process], logs: Logs) -> None:
    """Replace the configuration in the run folder in one step."""
    fresh = run_dir / f"{CONFIG}.new"
    fresh.write_text(config_text(processes, logs), "utf-8")
    fresh.replace(run_dir / CONFIG)


def run() -> None:
    """Be supervisord in this process, configured by the run folder, which is the working directory, until it ends."""
    from supervisor.supervisord import main  # type: ignore[import-untyped]

    main(["-c", CONFIG])


class Supervisord:
    """Calls over the unix socket. Raises SupervisordFault when it refuses, SupervisordError when it does not answer."""

    def __init__(self, run_dir: Path, timeout_s: float = 3.0) -> None:
        self._socket = str(run_dir / SOCKET)
        self._timeout_s = timeout_s

    def nudge(self) -> None:
        """Make it turn its loop now: start what is due, reap what has died. It does so once a second by itself."""
        self._call("getState")

    def programs(self) -> dict[str, Program]:
        """Every process except the monitor, by name."""
        found = [_program(info) for info in self._call("getAllProcessInfo") if info["name"] != MONITOR]
        return {program.name: program for program in found}

    def program(self, name: str) -> Program:
        return _program(self._call("getProcessInfo", name))

    def start(self, name: str) -> None:
        """Start a process that has ended; ALREADY_STARTED while its predecessor is not reaped."""
        self._call("startProcess", name, False)

    def stop(self, name: str) -> None:
        """Send SIGTERM, and SIGKILL later; returns at once. A process that has ended already is no error."""
        try:
            self._call("stopProcess", name, False)
        except SupervisordFault as fault:
            if fault.code != NOT_RUNNING:
                raise

    def kill(self, name: str) -> None:
        """Send SIGKILL. A process that has ended already is no error."""
        try:
            self._call("signalProcess", name, "KILL")
        except SupervisordFault as fault:
            if fault.code != NOT_RUNNING:
                raise

    def add(self, name: str) -> None:
        """Take up a process that is in the configuration since it was last read."""
        self._call("reloadConfig")
        try:
            self._call("addProcessGroup", name)
        except SupervisordFault as fault:
            if fault.code != ALREADY_ADDED:
                raise

    def remove(self, name: str) -> None:
        """Forget a process that has ended."""
        self._call("removeProcessGroup", name)

    def shutdown(self) -> None:
        """End supervisord and what still runs."""
        self._call("shutdown")

    def _call(self, method: str, *arguments: Any) -> Any:
        # A proxy whose connection failed once cannot be used again: each call has its own.
        transport = _UnixTransport(self._socket, self._timeout_s)
        proxy = xmlrpc.client.ServerProxy("http://localhost", transport=transport)
        try:
            return getattr(proxy.supervisor, method)(*arguments)
        except xmlrpc.client.Fault as fault:
            raise SupervisordFault(fault.faultCode, f"supervisord refused {method}: {fault.faultString}") from None
        except (OSError, http.client.HTTPException, xmlrpc.client.ProtocolError) as error:
            raise SupervisordError(f"supervisord does not answer on {self._socket}: {error}") from None
        finally:
            transport.close()


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: str, timeout_s: float) -> None:
        super().__init__("localhost", timeout=timeout_s)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


class _UnixTransport(xmlrpc.client.Transport):
    def __init__(self, path: str, timeout_s: float) -> None:
        super().__init__()
        self._path = path
        self._timeout_s = timeout_s

    def make_connection(self, host: xmlrpc.client._HostType) -> http.client.HTTPConnection:
        connection = _UnixConnection(self._path, self._timeout_s)
        self._connection = host, connection
        return connection


def _program(info: dict[str, Any]) -> Program:
    return Program(
        name=info["name"],
        pid=info["pid"],
        ended=info["state"] in _ENDED_STATES or (info["state"] == _BACKOFF_STATE and not info["pid"]),
        exit_code=info["exitstatus"],
        started_ms=int(info["start"] * 1000),
    )


def _command(module: str, *arguments: str) -> str:
    # -P: the run folder, where they start, is not searched for modules.
    return shlex.join([sys.executable, "-P", "-m", module, *arguments]).replace("%", "%%")


def _base(logs: Logs) -> str:
    # Being root is for whoever starts us to decide; supervisord only wants to see it spelt out.
    user = "user=root\n" if os.getuid() == 0 else ""
    return f"""\
; Made by service-orchestrator at every start; what is changed here is lost.
[supervisord]
nodaemon=true
silent=true
identifier=coilcast
pidfile={PID_FILE}
logfile=../logs/supervisord.log
logfile_maxbytes={logs.max_size_bytes}
logfile_backups={logs.backups}
nocleanup=true
{user}
[unix_http_server]
file={SOCKET}
chmod=0600

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
"""


def _logging(name: str, logs: Logs) -> str:
    return f"""\
redirect_stderr=true
stdout_logfile=../logs/{name}.log
stdout_logfile_maxbytes={logs.max_size_bytes}
stdout_logfile_backups={logs.backups}
"""


def _monitor(logs: Logs) -> str:
    # Whoever watches is watched by supervisord itself, by its own slower means. startsecs is 3 because supervisord
    # looks at what runs before it reaps: with 1, one that exits at once is sometimes taken for running.
    return f"""\
[program:{MONITOR}]
command={_command("orchestrator.monitor")}
priority=999
autostart=true
autorestart=true
startsecs=3
startretries=1000000
stopsignal=TERM
stopwaitsecs=3
{_logging(MONITOR, logs)}"""


def _service(process: Process, logs: Logs) -> str:
    # When and whether a service starts again is the monitor's decision alone: supervisord would start it with no limit
    # after startsecs, or give up for good after startretries. With these values it only starts, stops and reaps.
    # The priority is for a supervisord that is told to end by a signal: it ends the highest first.
    priority = next((100 - n for n, stage in enumerate(STOP_STAGES) if process.service in stage), 1)
    return f"""\
[program:{process.name}]
command={_command(f"services.{process.service}", "--instance", str(process.instance))}
priority={priority}
autostart=false
autorestart=false
startsecs=0
startretries=0
stopsignal=TERM
stopwaitsecs=3
stopasgroup=false
killasgroup=true
{_logging(process.name, logs)}"""
