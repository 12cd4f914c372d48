"""The generated configuration, read by supervisord's own parser; calls to a supervisord that is not there."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
from supervisor.options import ServerOptions  # type: ignore[import-untyped]

from orchestrator import supervisord
from orchestrator.errors import SupervisordError
from orchestrator.supervisord import CONFIG, SOCKET, Supervisord, config_text, write_config
from orchestrator.topology import Process
from services.shared.settings import load_settings

PROCESSES = [Process("watcher", 0), Process("gateway", 0), Process("gateway", 1)]
LOGS = load_settings({"COILCAST_LOGS_MAX_SIZE_BYTES": "123456", "COILCAST_LOGS_BACKUPS": "7"}).logs


def parsed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, dict[str, Any]]:
    """supervisord's options and its processes by name, as it reads them in the run folder."""
    (folder / "logs").mkdir(parents=True)
    run_dir = folder / "run"
    run_dir.mkdir()
    write_config(run_dir, PROCESSES, LOGS)
    monkeypatch.chdir(run_dir)
    options = ServerOptions()
    options.realize(["-c", CONFIG])
    found = [process for group in options.process_group_configs for process in group.process_configs]
    return options, {process.name: process for process in found}


@pytest.mark.parametrize("name", ["plain", "with space", "100%", "%(here)s", "a ;b #c", "코일"])
def test_any_folder_will_do(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Characters that mean something to supervisord are only characters in a folder's name."""
    folder = tmp_path / name
    options, found = parsed(folder, monkeypatch)
    assert set(found) == {"monitor", "watcher-0", "gateway-0", "gateway-1"}
    assert options.configroot.supervisord.server_configs[0]["file"] == str(folder / "run" / SOCKET)
    assert Path(found["gateway-1"].stdout_logfile).absolute().parent.samefile(folder / "logs")


def test_an_interpreter_with_spaces_and_percents_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command survives supervisord's expansion and its splitting."""
    python = tmp_path / "100% py" / "python3"
    python.parent.mkdir()
    python.symlink_to(sys.executable)
    monkeypatch.setattr(sys, "executable", str(python))
    _, found = parsed(tmp_path / "node", monkeypatch)
    process = found["gateway-1"].make_process()
    assert process.get_execv_args() == (
        str(python),
        [str(python), "-P", "-m", "services.gateway", "--instance", "1"],
    )


def test_supervisord_restarts_the_monitor_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The restart policy of the services is the monitor's; the monitor's is supervisord's, and it never gives up."""
    _, found = parsed(tmp_path, monkeypatch)
    assert (found["monitor"].autostart, bool(found["monitor"].autorestart)) == (True, True)
    assert found["monitor"].startretries > 100_000
    for name in ("watcher-0", "gateway-0"):
        assert (found[name].autostart, found[name].autorestart, found[name].startsecs) == (False, False, 0)
        assert found[name].stopsignal == signal.SIGTERM


def test_no_two_processes_share_a_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each process has its own rotated file, with what it writes on stderr in it."""
    _, found = parsed(tmp_path, monkeypatch)
    logs = [process.stdout_logfile for process in found.values()]
    assert len(set(logs)) == len(logs)
    assert all(process.redirect_stderr for process in found.values())


def test_logs_rotate_at_the_size_that_is_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of every process, and supervisord's own."""
    options, found = parsed(tmp_path, monkeypatch)
    limits = {(process.stdout_logfile_maxbytes, process.stdout_logfile_backups) for process in found.values()}
    assert limits == {(123456, 7)}
    assert (options.logfile_maxbytes, options.logfile_backups) == (123456, 7)


def test_a_signal_to_supervisord_ends_producers_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """supervisord ends the highest number first: the monitor, which would restart the others, then upstream."""
    _, found = parsed(tmp_path, monkeypatch)
    assert found["monitor"].priority > found["watcher-0"].priority > found["gateway-0"].priority


def test_root_is_spelt_out_only_for_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else's supervisord cannot become root and is not told to."""
    monkeypatch.setattr(os, "getuid", lambda: 1000)
    assert "user=" not in config_text(PROCESSES, LOGS)
    monkeypatch.setattr(os, "getuid", lambda: 0)
    assert "user=root" in config_text(PROCESSES, LOGS)


def test_a_configuration_is_replaced_in_one_step(tmp_path: Path) -> None:
    """Nobody ever reads half of it, and nothing else stays behind."""
    write_config(tmp_path, PROCESSES, LOGS)
    write_config(tmp_path, PROCESSES[:1], LOGS)
    assert [path.name for path in tmp_path.iterdir()] == [CONFIG]
    assert "gateway" not in (tmp_path / CONFIG).read_text("utf-8")


def test_a_supervisord_that_is_away_is_one_error_again_and_again(tmp_path: Path) -> None:
    """Every call has a connection of its own: a failed one does not spoil the next."""
    client = Supervisord(tmp_path)
    for _ in range(2):
        with pytest.raises(SupervisordError, match="supervisord does not answer"):
            client.nudge()


@pytest.mark.parametrize(
    ("state", "pid", "ended"),
    [(0, 0, True), (100, 0, True), (200, 0, True), (30, 0, True), (10, 5, False), (20, 5, False), (40, 5, False)],
)
def test_a_corpse_that_is_not_reaped_has_not_ended(state: int, pid: int, ended: bool) -> None:
    """Only supervisord's own word ends a process: before it has reaped, it would not start another."""
    info = {"name": "gateway-0", "pid": pid, "state": state, "exitstatus": -1, "start": 5}
    assert supervisord._program(info).ended is ended
