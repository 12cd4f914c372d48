"""check: the effective settings, where each came from, and whether a node could start with them."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from orchestrator import node, preflight
from orchestrator.cli.context import Invocation, pass_invocation, speaker
from orchestrator.cli.format import printed
from services.shared.mounts import mount_of
from services.shared.phrases import Phrase
from services.shared.settings import SECRET, Loaded, Settings, load_with_origins


@click.command()
@pass_invocation
def check(invocation: Invocation) -> None:
    """Show every setting and where it came from; test folders, sockets and port.

    설정과 폴더, 포트를 점검.

    Says for each image folder how it would be watched. Exit code 0 when a node could start, 2 when not.

    \b
    Examples
      service-orchestrator check
      service-orchestrator --config line2.toml check
    """
    loaded = load_with_origins(invocation.env)
    settings = loaded.settings
    phrase = speaker(settings)
    click.echo(printed([phrase(head) for head in ("setting", "value", "origin")], _rows(loaded, phrase)))
    click.echo()
    pid = node.running_pid(settings)
    if pid is not None:
        click.echo(phrase("node_runs", pid=pid))
    fit = True
    for finding in preflight.findings(settings, port=pid is None):
        fit = fit and finding.ok
        click.echo(click.style("ok  " if finding.ok else "no  ", fg="green" if finding.ok else "red") + finding.text)
    for line in _watch_modes(settings, phrase):
        click.echo(f"    {line}")
    if not fit:
        raise SystemExit(2)
    click.echo(phrase("check_ok"))


def _rows(loaded: Loaded, phrase: Phrase) -> list[list[str]]:
    values = msgspec.structs.asdict(loaded.settings)
    rows = []
    for key, origin in loaded.origins.items():
        section, _, name = key.partition(".")
        value = getattr(values[section], name) if name else values[section]
        shown = phrase("is_set") if key in SECRET and value else _shown(value)
        rows.append([key, shown, phrase("default") if origin == "default" else origin])
    return rows


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "-"
    if isinstance(value, float):
        return f"{value:g}"
    return str(value).lower() if isinstance(value, bool) else str(value) or "-"


def _watch_modes(settings: Settings, phrase: Phrase) -> list[str]:
    return [_watch_mode(folder, settings, phrase) for folder in _folders(settings)]


def _folders(settings: Settings) -> list[Path]:
    """The image folders: those of camera `main`, there or not, and those of other cameras that are there."""
    base, kinds = settings.images.base, settings.images.kinds
    own = [base / kind for kind in kinds]
    try:
        cameras = sorted(path for path in base.iterdir() if path.is_dir() and path.name not in kinds)
    except OSError:
        cameras = []
    return own + [folder for camera in cameras for kind in kinds if (folder := camera / kind).is_dir()]


def _watch_mode(folder: Path, settings: Settings, phrase: Phrase) -> str:
    if settings.watch.mode != "auto":
        mode, why = settings.watch.mode, phrase("mode_is_set")
    else:
        mount = mount_of(folder)
        mode = "polling" if mount.needs_polling else "inotify"
        why = phrase("filesystem", fstype=mount.fstype)
    if not folder.is_dir():
        why += "; " + phrase("is_missing")
    return phrase("watch_mode", folder=str(folder), mode=mode, why=why)
