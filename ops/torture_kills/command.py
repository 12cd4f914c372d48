"""The command: what is asked for, and how what came of it is told."""

from __future__ import annotations

import argparse
import random
import shutil
import tempfile
import time
from pathlib import Path

from report import percentile, say

from ops.torture_kills.run import Outcome, Plan, torture
from ops.torture_kills.verdict import short


def run(manual: str) -> int:
    """Do what the arguments say. Returns the exit code: 0 when all is well, 1 when something is not."""
    arguments = _arguments(manual)
    plan = Plan(
        kills=arguments.kills,
        rate=arguments.rate,
        interval_s=arguments.interval,
        seed=random.randrange(1_000_000) if arguments.seed is None else arguments.seed,
        gateways=arguments.gateways,
        thumbnailers=arguments.thumbnailers,
    )
    root = Path(tempfile.mkdtemp(prefix="coilcast-kills-", dir=arguments.folder))
    say(f"seed {plan.seed}: {plan.kills} kills, {plan.interval_s:g} s apart; {plan.rate:g} changes a second; in {root}")
    began_s = time.monotonic()
    outcome = torture(plan, root)
    _tell(outcome, time.monotonic() - began_s)
    if outcome.is_well:
        say("All is well.")
    else:
        say(f"Something is wrong. The same again: --seed {plan.seed}")
    if outcome.is_well and not arguments.keep:
        shutil.rmtree(root)
    else:
        say(f"The node's folder, with its logs, is kept: {root}")
    return 0 if outcome.is_well else 1


def _arguments(manual: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="ops/kills", description=manual, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=200, help="how many (200)")
    parser.add_argument("--rate", type=float, default=20.0, help="changes of files a second (20)")
    parser.add_argument("--interval", type=float, default=1.2, help="mean time between two kills, in seconds (1.2)")
    parser.add_argument("--seed", type=int, help="the same seed does the same to files and services (a random one)")
    parser.add_argument("--gateways", type=int, default=1, help="gateway processes (1)")
    parser.add_argument("--thumbnailers", type=int, default=1, help="thumbnailer processes (1)")
    parser.add_argument("--keep", action="store_true", help="keep the node's folder even when all is well")
    parser.add_argument("--folder", type=Path, help="where to work (the folder for temporary files)")
    return parser.parse_args()


def _tell(outcome: Outcome, took_s: float) -> None:
    say(f"\n{'':<14}{'kills':>7}{'replaced':>10}{'p50 ms':>9}{'p95 ms':>9}{'max ms':>9}")
    toll = outcome.toll
    for service, kills in sorted(toll.kills.items()):
        took_ms = [1000 * one_s for one_s in toll.took_s.get(service, [])]
        figures = [percentile(took_ms, 0.5), percentile(took_ms, 0.95), max(took_ms)] if took_ms else []
        say(f"{service:<14}{kills:>7}{len(took_ms):>10}" + "".join(f"{one:>9.0f}" for one in figures))
    say(f"{'all':<14}{toll.kills.total():>7}; {toll.overtaken} hit a replacement that was not ready yet\n")
    done = ", ".join(f"{count} {what}" for what, count in outcome.done.most_common())
    say(f"{outcome.done.total()} changes of files ({done}) became {outcome.events} events")
    say(f"all was settled {outcome.settled_s:.1f} s after the last; the whole took {took_s:.0f} s\n")
    say(f"{'client':<20}{'messages':>10}{'connections':>13}{'longest gap s':>15}")
    for client in outcome.clients:
        say(f"{client.name:<20}{len(client.told):>10}{client.connections:>13}{client.longest_gap_s:>15.2f}")
    say("")
    for what, faults in outcome.faults.items():
        say(f"{what:<34}{'WRONG' if faults else 'ok'}")
        for fault in short(faults):
            say(f"    {fault}")
    say("")
