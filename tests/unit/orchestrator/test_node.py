"""A node seen from outside."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestrator import node
from orchestrator.errors import NotRunning
from services.shared.errors import StateError
from services.shared.runtime import RoleLock
from services.shared.settings import load_settings


def test_relative_paths_are_made_absolute_for_the_services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They start in the run folder, not where the command was given."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my.toml").touch()
    env = {"IMAGE_BASE_PATH": "images", "COILCAST_STATE_PATH": "state", "COILCAST_CONFIG": "my.toml", "OTHER": "x"}
    seen = node.environment(load_settings(env), env)
    assert seen["OTHER"] == "x"
    monkeypatch.chdir("/")
    again = load_settings(seen)
    assert (again.images.base, again.state) == (tmp_path / "images", tmp_path / "state")
    assert seen["COILCAST_CONFIG"] == str(tmp_path / "my.toml")


def test_services_keep_their_bytecode(tmp_path: Path) -> None:
    """Whatever the environment says: a service that is started again has no time to compile."""
    env = {"COILCAST_STATE_PATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    assert "PYTHONDONTWRITEBYTECODE" not in node.environment(load_settings(env), env)


def test_whether_a_node_runs_is_told_by_its_lock(tmp_path: Path) -> None:
    """A second one is refused with the first one's pid; without one the commands that need it say so."""
    settings = load_settings({"COILCAST_STATE_PATH": str(tmp_path)})
    settings.run_dir.mkdir()
    with pytest.raises(NotRunning, match="service-orchestrator up"):
        node.require_running(settings)
    node.make_way(settings)
    lock = RoleLock(settings.run_dir, "node")
    pid = node.require_running(settings)
    with pytest.raises(StateError, match=f"already .pid {pid}.; end it"):
        node.make_way(settings)
    lock.release()
