#!/usr/bin/env python3
"""What do the two previews of a 12-megapixel colour JPEG cost beside sharp, on one core?

    .venv/bin/python ops/bench/previews.py
    .venv/bin/python ops/bench/previews.py --rounds 5 --image frame.jpg

Bytes in memory to two JPEGs in memory, at the sizes and the quality of the settings. Both sides are one process each,
held to the same core, warm, and take turns. sharp (libvips, Node) does it in three ways, and the bar is set by the
fastest of them:

    clone()            one input, two clones, as its documentation shows it: each decodes by itself
    decoded once       the large preview's pixels are kept, and the small one is made from them, as ours is
    same, plain        and without optimised Huffman tables, which ours are not either

What was tried on our side and does not help: Huffman tables made for the image (5 % smaller files, 4 ms more), YCbCr
from end to end instead of RGB, libjpeg's fast DCT, all bytes in one read, Lanczos for the small preview (6 ms more than
a box first and bicubic then, for no difference that can be seen at 160 pixels).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import npm
from processes import scratch
from report import Report, percentile, say
from steel import picture

from services.shared.settings import Settings, load_settings
from services.thumbnailer.render import Sizes, guard, make_screen, make_strip

WIDTH, HEIGHT = 4096, 3072
BAR = 0.7
EACH_ROUND = 10
WARM_UP = 5

_SHARP = """\
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import sharp from "sharp";

const [path, strip, screen, quality] = [process.argv[2], ...process.argv.slice(3).map(Number)];
const data = readFileSync(path);
sharp.concurrency(1);
sharp.cache(false);

async function clones(source, jpeg) {
  const large = source.clone().resize(screen, screen, { fit: "inside" });
  const small = source.clone().resize(strip, strip, { fit: "inside" });
  return Promise.all([large.jpeg(jpeg).toBuffer(), small.jpeg(jpeg).toBuffer()]);
}

async function decodedOnce(jpeg) {
  const large = sharp(data).rotate().resize(screen, screen, { fit: "inside" }).raw();
  const { data: pixels, info } = await large.toBuffer({ resolveWithObject: true });
  return clones(sharp(pixels, { raw: info }), jpeg);
}

const ways = {
  "clone()": () => clones(sharp(data).rotate(), { quality }),
  "decoded once": () => decodedOnce({ quality }),
  "same, plain": () => decodedOnce({ quality, optimiseCoding: false }),
};

console.log(JSON.stringify(Object.keys(ways)));
for await (const line of createInterface({ input: process.stdin })) {
  const [way, count] = JSON.parse(line);
  const took = [];
  let sizes = [];
  for (let number = 0; number < count; number++) {
    const began = process.hrtime.bigint();
    const made = await ways[way]();
    took.push(Number(process.hrtime.bigint() - began) / 1e6);
    sizes = made.map((preview) => preview.length);
  }
  console.log(JSON.stringify({ took, sizes }));
}
"""


class Ours:
    """services.thumbnailer.render, in this process."""

    def __init__(self, data: bytes, sizes: Sizes) -> None:
        self._data = data
        self._sizes = sizes
        self.took_ms: list[float] = []
        self.bytes: list[int] = []

    def round(self, count: int) -> None:
        for _ in range(count):
            began_s = time.perf_counter()
            screen = make_screen(self._data, self._sizes)
            strip = make_strip(screen, self._sizes)
            self.took_ms.append((time.perf_counter() - began_s) * 1000)
        self.bytes = [len(screen.jpeg), len(strip)]


class Sharp:
    """sharp in one Node process, in one of its ways."""

    def __init__(self, process: subprocess.Popen[str], way: str) -> None:
        self._process = process
        self.way = way
        self.took_ms: list[float] = []
        self.bytes: list[int] = []

    def round(self, count: int) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps([self.way, count]), file=self._process.stdin, flush=True)
        answer = json.loads(self._process.stdout.readline() or sys.exit("sharp ended"))
        self.took_ms += answer["took"]
        self.bytes = answer["sizes"]


def start(folder: Path, image: Path, settings: Settings) -> subprocess.Popen[str]:
    """The Node process, installed in `folder`; it inherits the core."""
    (folder / "package.json").write_text('{"private": true, "type": "module"}')
    (folder / "sharp.js").write_text(_SHARP)
    npm.install(folder, ["sharp"])
    previews = settings.previews
    numbers = [str(number) for number in (previews.strip_px, previews.screen_px, previews.quality)]
    return subprocess.Popen(
        [npm.node(), "sharp.js", str(image), *numbers],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def bench(root: Path, data: bytes, rounds: int, report: Report) -> None:
    settings = load_settings({"COILCAST_CONFIG": "/dev/null"})
    previews = settings.previews
    max_pixels = settings.images.max_megapixels * 1_000_000
    guard(max_pixels)
    image = root / "image.jpg"
    image.write_bytes(data)
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    with start(root, image, settings) as process:
        assert process.stdout is not None
        ways = json.loads(process.stdout.readline() or sys.exit("sharp did not start"))
        ours = Ours(data, Sizes(previews.strip_px, previews.screen_px, previews.quality, max_pixels))
        theirs = [Sharp(process, way) for way in ways]
        sides: list[Ours | Sharp] = [ours, *theirs]
        for side in sides:
            side.round(WARM_UP)
            side.took_ms.clear()
        for _ in range(rounds):
            for side in sides:
                side.round(EACH_ROUND)
        assert process.stdin is not None
        process.stdin.close()
    say(f"both previews of {len(data) / 1e6:.1f} MB, core {core}, median of {rounds * EACH_ROUND}")
    median = percentile(ours.took_ms, 0.5)
    report.aside(f"ours ({_kilobytes(ours.bytes)})", median, "ms")
    for side in theirs:
        report.aside(f"sharp, {side.way} ({_kilobytes(side.bytes)})", percentile(side.took_ms, 0.5), "ms")
    fastest = min(percentile(side.took_ms, 0.5) for side in theirs)
    report.figure("ours beside the fastest of sharp's", median / fastest, BAR, "x")


def _kilobytes(sizes: list[int]) -> str:
    return " + ".join(f"{size / 1000:.0f}" for size in sizes) + " kB"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=12, help=f"turns of each, {EACH_ROUND} images long (12)")
    parser.add_argument("--image", type=Path, help="a JPEG to use instead of a made one")
    parser.add_argument("--folder", type=Path, help="where to work (the folder for temporary files)")
    arguments = parser.parse_args()
    report = Report()
    data = arguments.image.read_bytes() if arguments.image else picture(WIDTH, HEIGHT)
    with scratch(arguments.folder) as root:
        bench(root, data, arguments.rounds, report)
    return report.exit_code


if __name__ == "__main__":
    sys.exit(main())
