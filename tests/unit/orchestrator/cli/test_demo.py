"""How the demo greets."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestrator.cli.demo import print_box
from orchestrator.cli.wording import SENTENCES
from services.shared.phrases import phrases
from services.shared.settings import load_settings


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
