#!/usr/bin/env python3
"""Every bench in turn but the eight hours of endurance.py, and at the end one table of all figures beside their bars.

    .venv/bin/python ops/bench/all.py
    .venv/bin/python ops/bench/all.py latency fanout

Takes half an hour and 6 GB of disk for a while. On a machine that does other things meanwhile the figures that
are times say little: look at the ratios, or run that bench again by itself. A bench's own options: `--help` of its
script.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

from report import VERDICTS, say

HERE = Path(__file__).resolve().parent
BENCHES = (
    "latency",
    "fanout",
    "burst",
    "idle",
    "metrics",
    "previews",
    "restart",
    "uploads",
    "retention",
    "folders",
    "history",
    "painted",
    "filmstrip",
)


def run(bench: str) -> tuple[list[str], bool]:
    """Run one, pass on what it says; returns its verdicts and whether it ended well."""
    command = [sys.executable, str(HERE / f"{bench}.py")]
    verdicts = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            say(line.rstrip("\n"))
            if line.rstrip().endswith(VERDICTS):
                verdicts.append(line.rstrip())
    return verdicts, process.returncode == 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("benches", nargs="*", metavar="BENCH", help=f"of {', '.join(BENCHES)} (all)")
    chosen = parser.parse_args().benches or list(BENCHES)
    for bench in chosen:
        if bench not in BENCHES:
            parser.error(f"no bench is called {bench}; there are {', '.join(BENCHES)}")
    table: list[str] = []
    failed = []
    for bench in chosen:
        began_s = time.monotonic()
        say(f"\n== {bench}")
        verdicts, is_well = run(bench)
        table += [f"{bench:<10} {verdict}" for verdict in verdicts]
        if not is_well:
            failed.append(bench)
        say(f"== {bench} took {time.monotonic() - began_s:.0f} s")
    say("\n" + "\n".join(table))
    say(f"missed: {', '.join(failed)}" if failed else "every bar holds")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
