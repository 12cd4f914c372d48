"""What every command starts from: the environment it was given, and the settings in it."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import click

from orchestrator.cli.wording import SENTENCES
from services.shared.journal import is_journal, marked
from services.shared.phrases import Phrase, phrases
from services.shared.settings import Settings, load_settings


@dataclass(frozen=True)
class Invocation:
    """The environment with the command's global options laid over it."""

    env: dict[str, str]

    @classmethod
    def of(cls, config: str | None, state: str | None) -> Invocation:
        env = dict(os.environ)
        if config is not None:
            env["COILCAST_CONFIG"] = str(Path(config).absolute())
        if state is not None:
            env["COILCAST_STATE_PATH"] = str(Path(state).absolute())
        return cls(env)

    def settings(self) -> Settings:
        """Raises SettingsError."""
        return load_settings(self.env)


pass_invocation = click.make_pass_decorator(Invocation)


def speaker(settings: Settings) -> Phrase:
    """The command's sentences in the node's language."""
    return phrases(settings.node.language, SENTENCES)


def tell(text: str, level: str = "info", *, err: bool = False) -> None:
    """Print a line; into systemd's journal with its priority."""
    stream = sys.stderr if err else sys.stdout
    click.echo(marked(level, text) if is_journal(stream) else text, err=err)
