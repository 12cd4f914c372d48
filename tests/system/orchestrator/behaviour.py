"""What every stand-in does: beats, and misbehaves when a file in `<state>/behave/` says so.

crash-<process>    ends with code 1 before it is ready
mute-<process>     never becomes ready
hang-<process>     its work loop stops turning
stubborn-<process> does not end when asked to
"""

from __future__ import annotations

import time
from collections.abc import Callable

from services.shared.logs import Sentences
from services.shared.runtime import Runtime, run_service

SENTENCES: Sentences = {"hello": ("{greeting}", "{greeting}")}
TURN_S = 0.02


def run(service: str, component: str, prepare: Callable[[Runtime], Callable[[], None]]) -> None:
    """Be a service whose work is the function that `prepare` returns, called on every turn."""

    def main(runtime: Runtime) -> None:
        folder = runtime.settings.state / "behave"

        def told(verb: str) -> bool:
            return (folder / f"{verb}-{runtime.name}").exists()

        if told("crash"):
            raise RuntimeError("told to crash")
        work = prepare(runtime)
        if not told("mute"):
            runtime.ready()
        runtime.log.info("hello", greeting=f"{runtime.name} says hello")
        while not runtime.stopping or told("stubborn"):
            while told("hang"):
                _where_it_hangs()
            work()
            runtime.beat(seq=7, queue=3, modes={"original": "inotify"})
            time.sleep(TURN_S)

    run_service(service, component, SENTENCES, main)


def _where_it_hangs() -> None:
    time.sleep(0.05)
