"""How the demo greets."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestrator.cli.demo import demo_environment, print_box
from orchestrator.cli.wording import SENTENCES
from services.shared.phrases import phrases
from services.shared.settings import load_settings


def test_played_images_are_limited_by_their_number() -> None:
    """In the demo's own folder, and where nothing else is set: a disk that is nearly full is not the demo's fault."""
    made = load_settings(demo_environment({"COILCAST_CONFIG": "/dev/null"})).retention
    assert (made.keep_free_percent, made.max_count) == (0, 1000)
    set_here = {"COILCAST_CONFIG": "/dev/null", "COILCAST_RETENTION_MAX_COUNT": "7"}
    assert load_settings(demo_environment(set_here)).retention.max_count == 7
    elsewhere = {"COILCAST_CONFIG": "/dev/null", "IMAGE_BASE_PATH": "/data/ccl"}
    assert load_settings(demo_environment(elsewhere)).retention.keep_free_percent == 10


def test_its_commands_can_be_typed_as_they_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By name where the shell finds it by name, else by path."""
    own = tmp_path / "bin" / "service-orchestrator"
    own.parent.mkdir()
    own.touch(mode=0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", [str(own)])
    settings = load_settings({"COILCAST_STATE_PATH": str(tmp_path / "state")})
    phrase = phrases("en", SENTENCES)

    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    print_box(settings, phrase, detach=True)
    assert " bin/service-orchestrator --state state status " in capsys.readouterr().out

    monkeypatch.setenv("PATH", str(own.parent), prepend=":")
    print_box(settings, phrase, detach=True)
    assert " service-orchestrator --state state status " in capsys.readouterr().out
