"""The design that coilcast replaces, to compare with: one Node process, chokidar at the folder, ws to the clients."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from npm import install as install_packages
from npm import node
from processes import Process

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
    install_packages(folder, PACKAGES)
    return folder


class Peer(Process):
    """The peer at work over `watched`. `awaits_finish`: it waits until a file's size has been stable for 2 s."""

    def __init__(self, installed: Path, watched: Path, port: int, *, awaits_finish: bool = False) -> None:
        command = [node(), "server.js", str(port), str(watched), "finish" if awaits_finish else ""]
        super().__init__(command, installed / f"{port}.log", folder=installed)
        deadline_s = time.monotonic() + READY_LIMIT_S
        while "ready" not in self.text():
            if not self.runs or time.monotonic() > deadline_s:
                sys.exit(f"the peer did not become ready: {self.text()[-2000:]}")
            time.sleep(0.01)

    def __enter__(self) -> Peer:
        return self
