"""What the demo sets by itself, and how it greets."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from orchestrator import preflight
from orchestrator.panel import panel_url
from services.shared.errors import StateError
from services.shared.phrases import Phrase
from services.shared.settings import Settings, load_with_origins

PORTS_TRIED = 50
KEPT = {"retention.keep_free_percent": "0", "retention.max_count": "1000"}
"""Played images are not worth the rest of somebody's disk, nor is a full disk theirs to mend."""

WIDE = 1000
"""Columns where nobody looks: no command is folded in a file."""


def demo_environment(env: Mapping[str, str]) -> dict[str, str]:
    """`env` with the demo's folders and a free port where nothing else is set. Raises SettingsError, StateError."""
    loaded = load_with_origins(env)
    settings, origins = loaded.settings, loaded.origins
    folder = demo_folder()
    made = dict(env)
    if origins["state"] == "default":
        made["COILCAST_STATE_PATH"] = str(folder)
    if origins["images.base_path"] == "default":
        made["COILCAST_IMAGES_BASE_PATH"] = str(folder / "images")
        made |= {
            f"COILCAST_{key}".upper().replace(".", "_"): value
            for key, value in KEPT.items()
            if origins[key] == "default"
        }
    if origins["gateway.port"] == "default":
        made["COILCAST_GATEWAY_PORT"] = str(_free_port(settings.gateway.bind, settings.gateway.port))
    return made


def demo_folder() -> Path:
    """`.demo/` of the checkout; of the working directory where coilcast is installed without one."""
    checkout = Path(__file__).resolve().parents[2]
    return (checkout if (checkout / "pyproject.toml").exists() else Path.cwd()) / ".demo"


def print_box(settings: Settings, phrase: Phrase, *, detach: bool) -> None:
    """Where the panel is, and what else one may want to know."""
    from rich.console import Console
    from rich.panel import Panel
    from rich.table import Table

    command = f"{_own_command()} --state {_shortest(settings.state)}"
    rows = Table.grid(padding=(0, 2))
    rows.add_row(phrase("demo_panel"), f"[bold cyan]{panel_url(settings)}[/]")
    rows.add_row(phrase("demo_images"), _shortest(settings.images.base))
    rows.add_row(phrase("demo_status"), f"{command} status")
    rows.add_row(phrase("demo_end"), f"{command} down" if detach else phrase("demo_end_foreground"))
    console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDE)
    console.print(Panel(rows, title=phrase("demo_title"), expand=False, padding=(1, 2)))


def _own_command() -> str:
    """What to type for this very command: its path, where its name alone would not find it."""
    own = Path(sys.argv[0])
    return own.name if shutil.which(own.name) == str(own) else _shortest(own)


def _shortest(path: Path) -> str:
    return min(str(path), os.path.relpath(path), key=len)


def _free_port(bind: str, first: int) -> int:
    for port in range(first, min(first + PORTS_TRIED, 65536)):
        if preflight.is_port_free(bind, port):
            return port
    raise StateError(f"no port from {first} on is free; set IMAGE_RECEIVER_PORT")
