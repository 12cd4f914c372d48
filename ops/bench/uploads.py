#!/usr/bin/env python3
"""Does it slow the live path down when cameras upload?

    .venv/bin/python ops/bench/uploads.py

A 1 MB image is written into the folder of one camera, and the clock stops when a client of that camera has the
message; round by round in turn, alone and while two other cameras upload 1.5 MB five times a second each. All of it
shares this machine's processors: the two that upload, too, which at a plant are elsewhere.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import multiprocessing
import sys
import time
from multiprocessing.synchronize import Event
from pathlib import Path

from images import deliver, image, name
from processes import Line, free_port, scratch
from report import Report, percentile, say
from websockets.sync.client import ClientConnection, connect

from services.shared.operations import Tokens

LIVE_BYTES = 1_000_000
UPLOAD_BYTES = 1_500_000
UPLOAD_EVERY_S = 0.2
CAMERAS = 2
EVERY_S = 0.05
P99_BAR = 1.5
"""Times what it is alone."""


def camera(number: int, port: int, token: str, goes: Event, took_path: Path) -> None:
    """One that uploads while `goes` is set, a process of its own; writes down how long each took."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    sent = 0
    with took_path.open("w", encoding="ascii", buffering=1) as took:
        while goes.wait():
            sent += 1
            address = f"/api/images/original?camera=side-{number}&filename={name(sent)}"
            body, began_s = image(sent, UPLOAD_BYTES), time.monotonic()
            connection.request("POST", address, body, {"Authorization": f"Bearer {token}"})
            response = connection.getresponse()
            assert response.status == 201, response.read()
            response.read()
            spent_s = time.monotonic() - began_s
            took.write(f"{1000 * spent_s}\n")
            time.sleep(max(0.0, UPLOAD_EVERY_S - spent_s))


def bench(root: Path, rounds: int, count: int, report: Report) -> None:
    port, base = free_port(), root / "images"
    folder = base / "original"
    for path in (folder, *(base / f"side-{number}" / "original" for number in range(CAMERAS))):
        path.mkdir(parents=True)
    tokens = Tokens(root / "operations.db")
    with contextlib.ExitStack() as stack:
        line = stack.enter_context(Line(base, root, ["watcher", "gateway"], IMAGE_RECEIVER_PORT=str(port)))
        line.ready()
        goes = multiprocessing.Event()
        for number in range(CAMERAS):
            arguments = (number, port, tokens.add(f"side-{number}", 1), goes, root / f"took-{number}")
            process = multiprocessing.Process(target=camera, args=arguments, daemon=True)
            process.start()
            stack.callback(process.join)
            stack.callback(process.kill)
        client = stack.enter_context(connect(f"ws://127.0.0.1:{port}/ws", compression=None, max_size=None))
        client.send(json.dumps({"type": "subscribe", "camera": "main"}))
        written = 0
        took_ms: dict[bool, list[float]] = {False: [], True: []}
        for turn in range(rounds):
            for beside in (False, True):
                (goes.set if beside else goes.clear)()
                time.sleep(2 * UPLOAD_EVERY_S)
                took_ms[beside] += [one_image(client, folder, written + number) for number in range(count)]
                written += count
            medians = "  ".join(f"{percentile(took_ms[beside][-count:], 0.5):.2f}" for beside in (False, True))
            say(f"  round {turn + 1} of {rounds}: {medians} ms")
    tokens.close()
    for share, label in ((0.5, "p50"), (0.99, "p99")):
        alone, beside_uploads = (percentile(took_ms[beside], share) for beside in (False, True))
        report.aside(f"1 MB closed -> told, {label}, alone", alone, "ms")
        report.aside(f"1 MB closed -> told, {label}, beside uploads", beside_uploads, "ms")
        if share > 0.5:
            report.figure(f"  {label} beside uploads, of that alone", beside_uploads / alone, P99_BAR, "x")
    uploads = [float(line) for number in range(CAMERAS) for line in (root / f"took-{number}").read_text().split()]
    report.aside("an upload of 1.5 MB, p50", percentile(uploads, 0.5), "ms")
    report.aside("  p99", percentile(uploads, 0.99), "ms")


def one_image(client: ClientConnection, folder: Path, number: int) -> float:
    """Write one; returns how long it took until it was told."""
    time.sleep(EVERY_S)
    closing_ns = deliver(folder, number, LIVE_BYTES)
    while True:
        message = json.loads(client.recv(timeout=30))
        told_ns = time.monotonic_ns()
        if message["type"] == "image_update" and message["data"]["filename"] == name(number):
            return (told_ns - closing_ns) / 1e6


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=10, help="rounds, alone and beside uploads in turn (10)")
    parser.add_argument("--count", type=int, default=100, help="images a round (100)")
    parser.add_argument("--folder", type=Path, help="where to work (the folder for temporary files); 3 GB for a moment")
    arguments = parser.parse_args()
    report = Report()
    with scratch(arguments.folder) as root:
        bench(root, arguments.rounds, arguments.count, report)
    return report.exit_code


if __name__ == "__main__":
    sys.exit(main())
