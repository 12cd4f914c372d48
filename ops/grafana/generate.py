"""Makes `dashboards/*.json`; to be run after a change here. With `--check` it only looks.

.venv/bin/python -m ops.grafana.generate
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from ops.grafana.overview import overview
from ops.grafana.services import services
from ops.grafana.storage import storage

FOLDER = Path(__file__).with_name("dashboards")


def dashboards() -> dict[str, str]:
    """What belongs into each file."""
    made = {"overview.json": overview(), "services.json": services(), "storage.json": storage()}
    return {name: json.dumps(board, ensure_ascii=False, indent=1) + "\n" for name, board in made.items()}


def stale() -> list[str]:
    """Files that are missing, not what would be made now, or nobody's."""
    made = dashboards()
    there = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.json")}
    return sorted(name for name in made.keys() | there.keys() if made.get(name) != there.get(name))


def main(arguments: list[str]) -> int:
    if arguments == ["--check"]:
        for name in stale():
            print(f"{name} is not what would be made now")
        return 1 if stale() else 0
    FOLDER.mkdir(exist_ok=True)
    for name, text in dashboards().items():
        (FOLDER / name).write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
